/**
 * Stream: the WebSocket behind everything that moves on the page.
 *
 * It reconnects by itself with backoff and jitter, notices a dead connection by its silence, asks again for everything the page watches, and
 * writes what arrives into the store once per animation frame: of several quotes of one symbol only the last is of interest.
 */
import { Exit, Schema } from "effect"
import { type ClientMessage, CloseCode, ServerMessage, type StreamQuote } from "#contract/Stream.ts"
import { SYMBOLS_MAX } from "#contract/Wire.ts"
import { type AccountFiguresMessage, type AccountStateMessage, applyAccountFigures, applyAccountState } from "../state/account.ts"
import { noteServerTime, nowMillis } from "../state/clock.ts"
import { connectionCell, latencyMillisCell } from "../state/connection.ts"
import { applyMarkets, applyQuotes } from "../state/market.ts"
import { userValue } from "../state/session.ts"
import { read, write } from "../state/store.ts"
import { refreshAccess } from "./client.ts"
import { scattered } from "./scattered.ts"

/** First wait before another try; doubles up to the longest. */
const RETRY_MILLIS_MIN = 500
const RETRY_MILLIS_MAX = 15_000
const PING_MILLIS = 5_000
/** No frame for this long although pings are on their way: the connection is dead even if nobody said so. */
const SILENCE_MILLIS_MAX = 12_000
/** A hidden page gets no animation frames; it keeps up at this pace instead. */
const HIDDEN_FLUSH_MILLIS = 1_000

const decodeMessage = Schema.decodeUnknownExit(Schema.fromJsonString(ServerMessage))

export interface StreamListeners {
  /** The server ended the session, or did not know its cookie when the socket opened. `why` as the server put it, or empty. Answers whether there is a session after all. */
  readonly onSessionLost: (why: string) => Promise<boolean>
  /** Every account state, before it is shown. */
  readonly onAccountState: (message: AccountStateMessage) => void
}

export class Stream {
  readonly #listeners: StreamListeners
  #socket: WebSocket | undefined
  /** Ends the listening to an abandoned socket. */
  #listening: AbortController | undefined
  #closed = false
  #attempts = 0
  #lostSince: number | undefined
  #lastFrameAt = nowMillis()
  #retryTimer: ReturnType<typeof setTimeout> | undefined
  readonly #heart: ReturnType<typeof setInterval>
  #symbols: ReadonlySet<string> = new Set()
  #account: { readonly accountId: string; version: number } | undefined
  #pingCount = 0
  #pingSentAt = 0
  readonly #pendingQuotes = new Map<string, StreamQuote>()
  #pendingFigures: AccountFiguresMessage | undefined
  #flushScheduled = false

  constructor(listeners: StreamListeners) {
    this.#listeners = listeners
    this.#heart = setInterval(this.#beat, PING_MILLIS)
    // The browser knows that the network is gone, and back, before any timeout does.
    window.addEventListener("offline", this.#abandon)
    window.addEventListener("online", this.#reconnect)
    this.#connect()
  }

  /** The symbols that the page shows; replaces those asked for before. */
  subscribe(symbols: Iterable<string>): void {
    const next = new Set(symbols)
    const added = [...next].filter((symbol) => !this.#symbols.has(symbol))
    const removed = [...this.#symbols].filter((symbol) => !next.has(symbol))
    this.#symbols = next
    this.#sendInParts("subscribe", added)
    this.#sendInParts("unsubscribe", removed)
  }

  /** Follows an account; what happened to it while the connection was gone is told afterwards. */
  watchAccount(accountId: string): void {
    if (this.#account?.accountId === accountId) return
    this.#account = { accountId, version: 0 }
    this.#askForAccount()
  }

  close(): void {
    this.#closed = true
    clearInterval(this.#heart)
    clearTimeout(this.#retryTimer)
    window.removeEventListener("offline", this.#abandon)
    window.removeEventListener("online", this.#reconnect)
    this.#drop()
  }

  // ---- the connection

  readonly #connect = (): void => {
    if (this.#closed || this.#socket !== undefined) return
    clearTimeout(this.#retryTimer)
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/stream`)
    const listening = new AbortController()
    this.#socket = socket
    this.#listening = listening
    this.#lastFrameAt = nowMillis()
    socket.addEventListener("message", this.#onMessage, { signal: listening.signal })
    socket.addEventListener("close", this.#onClose, { signal: listening.signal })
  }

  /** After a sleep the access cookie may have expired, and a handshake with an expired one would connect as nobody. */
  readonly #reconnect = (): void => {
    if (read(userValue) === undefined) this.#connect()
    else void refreshAccess().then(this.#connect)
  }

  readonly #onMessage = (event: MessageEvent): void => {
    this.#lastFrameAt = nowMillis()
    const decoded = decodeMessage(event.data)
    if (Exit.isSuccess(decoded)) this.#receive(decoded.value)
    // A frame that does not fit the contract must not be half believed: start over with fresh state.
    else this.#abandon()
  }

  readonly #onClose = (event: CloseEvent): void => {
    this.#socket = undefined
    if (event.code !== CloseCode.sessionEnded) return this.#retryLater()
    this.#askForSession(event.reason)
  }

  /** A stream that belongs to nobody is not what was asked for. */
  #askForSession(why: string): void {
    this.#drop()
    void this.#listeners.onSessionLost(why).then((isOn) => (isOn ? this.#retryLater() : this.close()))
  }

  #drop(): void {
    this.#listening?.abort()
    this.#socket?.close()
    this.#socket = undefined
  }

  readonly #abandon = (): void => {
    if (this.#socket === undefined) return
    this.#drop()
    this.#retryLater()
  }

  #retryLater(): void {
    const ceiling = Math.min(RETRY_MILLIS_MAX, RETRY_MILLIS_MIN * 2 ** this.#attempts)
    const delayMillis = scattered(ceiling / 2, ceiling)
    this.#attempts++
    this.#lostSince ??= nowMillis()
    write(latencyMillisCell, undefined)
    write(connectionCell, { status: "lost", since: this.#lostSince, retryAt: nowMillis() + delayMillis })
    clearTimeout(this.#retryTimer)
    this.#retryTimer = setTimeout(this.#reconnect, delayMillis)
  }

  readonly #beat = (): void => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#ping()
    if (this.#socket !== undefined && nowMillis() - this.#lastFrameAt > SILENCE_MILLIS_MAX) this.#abandon()
  }

  // ---- what is sent

  #send(message: ClientMessage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
  }

  #sendInParts(type: "subscribe" | "unsubscribe", symbols: ReadonlyArray<string>): void {
    for (let start = 0; start < symbols.length; start += SYMBOLS_MAX)
      this.#send({ type, symbols: symbols.slice(start, start + SYMBOLS_MAX) })
  }

  /** With the version that is shown, so that what was missed since then comes along. */
  #askForAccount(): void {
    if (this.#account === undefined) return
    const { accountId, version } = this.#account
    this.#send({ type: "watchAccount", accountId, ...(version === 0 ? {} : { sinceVersion: version }) })
  }

  #ping(): void {
    this.#pingSentAt = nowMillis()
    this.#send({ type: "ping", id: String(++this.#pingCount) })
  }

  // ---- what arrives

  #receive(message: ServerMessage): void {
    noteServerTime(message.time)
    switch (message.type) {
      case "welcome":
        if (message.userId === null && read(userValue) !== undefined) return this.#askForSession("")
        this.#attempts = 0
        this.#lostSince = undefined
        write(connectionCell, { status: "live" })
        this.#sendInParts("subscribe", [...this.#symbols])
        this.#askForAccount()
        return this.#ping()
      case "snapshot":
      case "quotes":
        for (const quote of message.quotes) this.#pendingQuotes.set(quote.symbol, quote)
        return this.#scheduleFlush()
      case "markets":
        return write(applyMarkets, message.markets)
      case "account":
        if (message.accountId === this.#account?.accountId) this.#pendingFigures = message
        return this.#scheduleFlush()
      case "accountState":
        return this.#receiveAccountState(message)
      case "pong":
        if (message.id === String(this.#pingCount)) write(latencyMillisCell, nowMillis() - this.#pingSentAt)
        return
      case "heartbeat":
      case "error":
        return
    }
  }

  #receiveAccountState(message: AccountStateMessage): void {
    if (message.accountId !== this.#account?.accountId) return
    this.#account.version = Math.max(this.#account.version, message.version)
    // Quotes and figures that came before it belong before it.
    this.#flush()
    this.#listeners.onAccountState(message)
    write(applyAccountState, message)
  }

  #scheduleFlush(): void {
    if (this.#flushScheduled) return
    this.#flushScheduled = true
    if (document.hidden) setTimeout(this.#flush, HIDDEN_FLUSH_MILLIS)
    else requestAnimationFrame(this.#flush)
  }

  readonly #flush = (): void => {
    this.#flushScheduled = false
    write(applyQuotes, this.#pendingQuotes.values())
    this.#pendingQuotes.clear()
    if (this.#pendingFigures !== undefined) write(applyAccountFigures, this.#pendingFigures)
    this.#pendingFigures = undefined
  }
}
