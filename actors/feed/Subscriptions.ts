/** Subscriptions: what was asked of upstream on the present connection, and what it answered. */
import type { SubscriptionState } from "#actors/feed/MarketFeed.ts"
import type { StatusFrame } from "#actors/feed/UpstreamFrame.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** A refused symbol is asked for again after so long: plans and listings change. */
export const REFUSAL_MILLIS = 600_000

interface Subscription {
  state: "pending" | "live" | "refused"
  refusal: string | undefined
  readonly askedAt: Millis
}

export interface SubscriptionChange {
  /** Upstream's names. */
  readonly subscribe: ReadonlyArray<string>
  readonly unsubscribe: ReadonlyArray<string>
}

export class Subscriptions {
  readonly #symbolsMax: number
  readonly #upstreamSymbol: (symbol: SymbolName) => string
  readonly #subscriptions = new Map<SymbolName, Subscription>()
  readonly #symbols = new Map<string, SymbolName>()

  constructor(symbolsMax: number, upstreamSymbol: (symbol: SymbolName) => string) {
    this.#symbolsMax = symbolsMax
    this.#upstreamSymbol = upstreamSymbol
  }

  /** Upstream forgets everything with the connection. */
  reset(): void {
    this.#subscriptions.clear()
    this.#symbols.clear()
  }

  /** What to send so that the first `symbolsMax` of `wanted` are subscribed, once each; it counts as sent. */
  change(wanted: ReadonlyArray<SymbolName>, now: Millis): SubscriptionChange {
    const allowed = new Set(wanted.slice(0, this.#symbolsMax))
    const unsubscribe: Array<string> = []
    for (const [symbol, { state, askedAt }] of this.#subscriptions) {
      const isDue = state === "refused" && now - askedAt >= REFUSAL_MILLIS
      if (allowed.has(symbol) && !isDue) continue
      this.#subscriptions.delete(symbol)
      if (state !== "refused") unsubscribe.push(this.#upstreamSymbol(symbol))
    }
    const added = [...allowed].filter((symbol) => !this.#subscriptions.has(symbol))
    for (const symbol of added) {
      this.#subscriptions.set(symbol, { state: "pending", refusal: undefined, askedAt: now })
      this.#symbols.set(this.#upstreamSymbol(symbol), symbol)
    }
    return { subscribe: added.map(this.#upstreamSymbol), unsubscribe }
  }

  /** Takes upstream's answer; either list may be null or missing. */
  answer(frame: StatusFrame): void {
    if (frame.event !== "subscribe-status") return
    for (const { symbol } of frame.success ?? []) this.#settle(symbol, "live", undefined)
    for (const { symbol, message } of frame.fails ?? []) this.#settle(symbol, "refused", message ?? "refused by upstream")
  }

  /** Our name of a symbol that a price came for, if it is subscribed; a price is as good as a confirmation. */
  priced(upstreamSymbol: string): SymbolName | undefined {
    const symbol = this.#symbols.get(upstreamSymbol)
    const subscription = symbol === undefined ? undefined : this.#subscriptions.get(symbol)
    if (subscription === undefined) return undefined
    subscription.state = "live"
    return symbol
  }

  get liveCount(): number {
    let count = 0
    for (const { state } of this.#subscriptions.values()) if (state === "live") count++
    return count
  }

  get isEmpty(): boolean {
    return this.#subscriptions.size === 0
  }

  /** How a symbol stands; undefined when it was not asked for on this connection. */
  stateOf(symbol: SymbolName): Exclude<SubscriptionState, "overLimit"> | undefined {
    return this.#subscriptions.get(symbol)?.state
  }

  refusalOf(symbol: SymbolName): string | undefined {
    return this.#subscriptions.get(symbol)?.refusal
  }

  #settle(upstreamSymbol: string, state: "live" | "refused", refusal: string | undefined): void {
    const symbol = this.#symbols.get(upstreamSymbol)
    const subscription = symbol === undefined ? undefined : this.#subscriptions.get(symbol)
    if (subscription === undefined) return
    subscription.state = state
    subscription.refusal = refusal
  }
}
