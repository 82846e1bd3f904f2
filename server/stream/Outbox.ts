/**
 * Outbox: what one client is still to be told, and in which order.
 *
 * It holds no queue: a symbol that moved twice is one quote, an account that moved twice is one set of figures, so it is never larger than
 * what the client subscribed to. Accounts whose state changed go first; then accounts and quotes take turns.
 */
import { CHANGES_PER_FRAME_MAX } from "#contract/Stream.ts"
import type { ChangeView } from "#contract/Views.ts"
import type { Quote } from "#domain/Quote.ts"
import type { AccountFeed } from "#server/stream/AccountFeed.ts"

/** A frame without its sequence and time. */
export interface Frame {
  readonly type: "quotes" | "account" | "accountState"
  /** JSON members. */
  readonly members: string
}

interface WatchedAccount {
  readonly feed: AccountFeed
  stateChanged: boolean
  figuresChanged: boolean
  /** Since the state that the client was told last. */
  changes: Array<ChangeView>
  moreChanges: boolean
  /** The figures that the client was told last. */
  told: string
  /** The events that the client missed are still being read; its state waits for them. */
  isHeld: boolean
}

export class Outbox {
  readonly #textOf: (quote: Quote) => string
  readonly #quotes = new Map<string, Quote>()
  readonly #accounts = new Map<string, WatchedAccount>()
  #quotesWentLast = false

  constructor(textOf: (quote: Quote) => string) {
    this.#textOf = textOf
  }

  quote(quote: Quote): void {
    this.#quotes.set(quote.symbol, quote)
  }

  forgetQuote(symbol: string): void {
    this.#quotes.delete(symbol)
  }

  /** Its state is told as soon as the feed knows it; when `isHeld`, not before `resume`. */
  watch(feed: AccountFeed, isHeld: boolean): void {
    const isKnown = feed.view !== undefined
    this.#accounts.set(feed.accountId, {
      feed,
      stateChanged: isKnown,
      figuresChanged: isKnown,
      changes: [],
      moreChanges: false,
      told: "",
      isHeld
    })
  }

  /** Puts the events that the client missed before those that came in the meantime. */
  resume(accountId: string, missed: ReadonlyArray<ChangeView>, moreMissed: boolean): void {
    const watched = this.#accounts.get(accountId)
    if (watched === undefined) return
    const last = missed.at(-1)?.sequence ?? 0
    const later = watched.changes.filter(({ sequence }) => sequence > last)
    watched.isHeld = false
    watched.changes = [...missed]
    watched.moreChanges ||= moreMissed
    this.#append(watched, later, false)
  }

  unwatch(accountId: string): void {
    this.#accounts.delete(accountId)
  }

  /** The account has a new state, made by `changes`. */
  accountChanged(accountId: string, changes: ReadonlyArray<ChangeView>, moreChanges: boolean): void {
    const watched = this.#accounts.get(accountId)
    if (watched === undefined) return
    watched.stateChanged = true
    watched.figuresChanged = true
    this.#append(watched, changes, moreChanges)
  }

  /** Quotes moved that the account's figures are computed from. */
  figuresMoved(accountId: string): void {
    const watched = this.#accounts.get(accountId)
    if (watched !== undefined && watched.feed.view !== undefined) watched.figuresChanged = true
  }

  get isEmpty(): boolean {
    if (this.#quotes.size > 0) return false
    for (const watched of this.#accounts.values()) if (!watched.isHeld && (watched.stateChanged || watched.figuresChanged)) return false
    return true
  }

  /** The next frame; undefined when there is nothing new to tell after all. */
  take(): Frame | undefined {
    return (
      this.#takeState() ??
      (this.#quotesWentLast ? (this.#takeFigures() ?? this.#takeQuotes()) : (this.#takeQuotes() ?? this.#takeFigures()))
    )
  }

  /** Once something was left out, what comes after it would look like a complete list. */
  #append(watched: WatchedAccount, changes: ReadonlyArray<ChangeView>, moreChanges: boolean): void {
    const room = CHANGES_PER_FRAME_MAX - watched.changes.length
    if (!watched.moreChanges) watched.changes.push(...changes.slice(0, room))
    watched.moreChanges ||= moreChanges || changes.length > room
  }

  #takeState(): Frame | undefined {
    for (const watched of this.#accounts.values()) {
      if (watched.isHeld || !watched.stateChanged) continue
      const { changes, feed, moreChanges } = watched
      watched.stateChanged = false
      watched.changes = []
      watched.moreChanges = false
      return { type: "accountState", members: feed.stateMembers(changes, moreChanges) }
    }
    return undefined
  }

  #takeFigures(): Frame | undefined {
    for (const [accountId, watched] of this.#accounts) {
      if (watched.isHeld || !watched.figuresChanged) continue
      watched.figuresChanged = false
      const members = watched.feed.figuresMembers()
      if (members === watched.told) continue
      watched.told = members
      // to the end of the line, so that every account gets its turn
      this.#accounts.delete(accountId)
      this.#accounts.set(accountId, watched)
      this.#quotesWentLast = false
      return { type: "account", members }
    }
    return undefined
  }

  #takeQuotes(): Frame | undefined {
    if (this.#quotes.size === 0) return undefined
    const texts = [...this.#quotes.values()].map(this.#textOf)
    this.#quotes.clear()
    this.#quotesWentLast = true
    return { type: "quotes", members: `"quotes":[${texts.join(",")}]` }
  }
}
