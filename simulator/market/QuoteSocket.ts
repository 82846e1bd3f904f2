/** QuoteSocket: the simulator's side of `/v1/quotes/price`: sessions, subscriptions, and price events to whoever asked for them. */
import type { IncomingMessage } from "node:http"
import type { Duplex } from "node:stream"
import { Schema } from "effect"
import { WebSocketServer, type WebSocket } from "ws"
import { apiKeyOf, keyRefusal } from "#simulator/market/ApiKey.ts"
import type { Faults } from "#simulator/market/Faults.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"
import { priceFrame, type Tick } from "#simulator/market/Tick.ts"
import { upstreamError } from "#simulator/market/UpstreamError.ts"

export const QUOTE_PATH = "/v1/quotes/price"
/** A further connection with the same key closes the oldest. */
const CONNECTIONS_PER_KEY_MAX = 3
/** A client's message, in bytes. */
const MESSAGE_BYTES_MAX = 1_048_576
/** Messages a client may send in a minute. */
const EVENTS_PER_MINUTE_MAX = 100
/** A client that leaves this many bytes unread is cut off. */
const UNREAD_BYTES_MAX = 16_777_216

const SymbolRequest = Schema.Struct({
  symbol: Schema.String,
  exchange: Schema.optionalKey(Schema.String),
  mic_code: Schema.optionalKey(Schema.String),
  type: Schema.optionalKey(Schema.String)
})

const SymbolsParameter = Schema.Struct({ symbols: Schema.Union([Schema.String, Schema.Array(SymbolRequest)]) })

const ClientEvent = Schema.Union([
  Schema.Struct({ action: Schema.Literals(["subscribe", "unsubscribe"]), params: SymbolsParameter }),
  Schema.Struct({ action: Schema.Literals(["reset", "heartbeat"]) })
])
type ClientEvent = typeof ClientEvent.Type

const decodeClientEvent = Schema.decodeUnknownSync(Schema.fromJsonString(ClientEvent))

interface Session {
  readonly id: number
  readonly key: string
  readonly socket: WebSocket
  readonly connectedAt: number
  readonly instruments: Set<SimulatedInstrument>
  /** A frozen session neither reads nor writes, and says nothing about it: a half-open connection. */
  frozen: boolean
  minute: number
  eventsOfMinute: number
}

export interface QuoteSocketOptions {
  readonly find: (upstreamSymbol: string) => SimulatedInstrument | undefined
  readonly dayVolume: (instrument: SimulatedInstrument) => number
  readonly faults: Faults
  readonly now: () => number
}

export class QuoteSocket {
  readonly #options: QuoteSocketOptions
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX, perMessageDeflate: false })
  readonly #sessions = new Set<Session>()
  readonly #subscribedListeners = new Set<(instrument: SimulatedInstrument) => void>()
  readonly counters = {
    connections: 0,
    refusedHandshakes: 0,
    subscribes: 0,
    unsubscribes: 0,
    heartbeats: 0,
    resets: 0,
    repeatedSubscriptions: 0,
    frames: 0
  }

  constructor(options: QuoteSocketOptions) {
    this.#options = options
  }

  /** Answers an HTTP upgrade: a session, or the error that the key or a fault calls for. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // Node has let go of the socket: without a listener a client that resets its connection would end the process.
    socket.on("error", () => socket.destroy())
    const url = new URL(request.url ?? "/", "http://localhost")
    const key = apiKeyOf(request, url)
    const fault = this.#options.faults.takeHandshake()
    const status = url.pathname === QUOTE_PATH ? (fault ?? keyRefusal(key)) : 404
    if (status === undefined) {
      this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#open(key, webSocket))
      return
    }
    this.counters.refusedHandshakes++
    if (status === "destroy") socket.destroy()
    else refuseHandshake(socket, status)
  }

  /** Calls `listener` for each subscription that succeeds. */
  onSubscribed(listener: (instrument: SimulatedInstrument) => void): void {
    this.#subscribedListeners.add(listener)
  }

  /** Sends the tick to its subscribers; resolves with their number when the bytes are handed to the operating system. */
  async send(tick: Tick): Promise<number> {
    const frames = this.#options.faults.distort(tick).map((distorted) => priceFrame(distorted, this.#options.dayVolume(tick.instrument)))
    const subscribers = [...this.#sessions].filter((session) => session.instruments.has(tick.instrument))
    await Promise.all(subscribers.flatMap((session) => frames.map((frame) => this.#write(session, frame))))
    return subscribers.length
  }

  /** Sends raw text to every session. */
  async sendRaw(frame: string): Promise<number> {
    await Promise.all([...this.#sessions].map((session) => this.#write(session, frame)))
    return this.#sessions.size
  }

  /** Cuts every connection without a close frame. */
  drop(): number {
    const dropped = this.#sessions.size
    for (const session of this.#sessions) session.socket.terminate()
    return dropped
  }

  /** Closes every connection with a close frame. */
  close(code: number, reason: string): number {
    for (const session of this.#sessions) session.socket.close(code, reason)
    return this.#sessions.size
  }

  /** Leaves the present connections open but dead: nothing is read, nothing is written. */
  freeze(): number {
    for (const session of this.#sessions) {
      session.frozen = true
      session.socket.pause()
    }
    return this.#sessions.size
  }

  get mostUnreadBytes(): number {
    return Math.max(0, ...[...this.#sessions].map((session) => session.socket.bufferedAmount))
  }

  get sessions() {
    return [...this.#sessions].map((session) => ({
      id: session.id,
      connectedAt: new Date(session.connectedAt).toISOString(),
      frozen: session.frozen,
      symbols: [...session.instruments].map((instrument) => instrument.symbol).sort()
    }))
  }

  #open(key: string, socket: WebSocket): void {
    const connectedAt = this.#options.now()
    const session: Session = {
      id: ++this.counters.connections,
      key,
      socket,
      connectedAt,
      instruments: new Set(),
      frozen: false,
      minute: 0,
      eventsOfMinute: 0
    }
    const ofKey = [...this.#sessions].filter((other) => other.key === key)
    for (const oldest of ofKey.slice(0, Math.max(0, ofKey.length + 1 - CONNECTIONS_PER_KEY_MAX))) {
      this.#sessions.delete(oldest)
      oldest.socket.close(1008, "Maximum number of connections for the API key reached")
    }
    this.#sessions.add(session)
    socket.on("close", () => this.#sessions.delete(session))
    socket.on("error", () => socket.terminate())
    socket.on("message", (data, isBinary) => {
      if (!isBinary && !session.frozen && Buffer.isBuffer(data)) this.#receive(session, data.toString("utf8"))
    })
  }

  #receive(session: Session, text: string): void {
    if (this.#isFlooded(session)) {
      this.#answer(session, upstreamError(429, "Too many events from the client."))
      return
    }
    try {
      this.#act(session, decodeClientEvent(text))
    } catch {
      this.#answer(session, upstreamError(400, "The message is not a valid event."))
    }
  }

  #isFlooded(session: Session): boolean {
    const minute = Math.floor(this.#options.now() / 60_000)
    session.eventsOfMinute = session.minute === minute ? session.eventsOfMinute + 1 : 1
    session.minute = minute
    return session.eventsOfMinute > EVENTS_PER_MINUTE_MAX
  }

  #act(session: Session, event: ClientEvent): void {
    switch (event.action) {
      case "heartbeat":
        this.counters.heartbeats++
        return this.#answer(session, { event: "heartbeat", status: "ok" })
      case "reset":
        this.counters.resets++
        session.instruments.clear()
        return this.#answer(session, { event: "reset-status", status: "ok" })
      case "subscribe":
        return this.#subscribe(session, symbolsOf(event.params))
      case "unsubscribe":
        return this.#unsubscribe(session, symbolsOf(event.params))
    }
  }

  #subscribe(session: Session, symbols: ReadonlyArray<string>): void {
    this.counters.subscribes++
    const { faults, find } = this.#options
    const found = symbols.map((symbol) => ({ symbol, instrument: faults.refusesSubscription(symbol) ? undefined : find(symbol) }))
    const added = found.flatMap(({ instrument }) => (instrument === undefined ? [] : [instrument]))
    for (const instrument of added) {
      if (session.instruments.has(instrument)) this.counters.repeatedSubscriptions++
      session.instruments.add(instrument)
    }
    this.#answer(session, this.#status("subscribe-status", found))
    for (const instrument of added) for (const listener of this.#subscribedListeners) listener(instrument)
  }

  #unsubscribe(session: Session, symbols: ReadonlyArray<string>): void {
    this.counters.unsubscribes++
    const found = symbols.map((symbol) => ({ symbol, instrument: this.#options.find(symbol) }))
    for (const { instrument } of found) if (instrument !== undefined) session.instruments.delete(instrument)
    this.#answer(session, this.#status("unsubscribe-status", found))
  }

  #status(event: string, found: ReadonlyArray<{ readonly symbol: string; readonly instrument: SimulatedInstrument | undefined }>) {
    const success = found.flatMap(({ instrument }) => (instrument === undefined ? [] : [describe(instrument)]))
    const fails = found
      .filter(({ instrument }) => instrument === undefined)
      .map(({ symbol }) => ({ symbol, message: "Symbol not found or not available with your plan" }))
    const orNull = <A>(list: Array<A>) => (this.#options.faults.nullLists && list.length === 0 ? null : list)
    const status = fails.length === 0 ? "ok" : success.length === 0 ? "error" : "warning"
    return { event, status, success: orNull(success), fails: orNull(fails) }
  }

  #answer(session: Session, message: object): void {
    void this.#write(session, JSON.stringify(message))
  }

  #write(session: Session, frame: string): Promise<void> {
    if (session.frozen || session.socket.readyState !== session.socket.OPEN) return Promise.resolve()
    if (session.socket.bufferedAmount > UNREAD_BYTES_MAX) {
      session.socket.terminate()
      return Promise.resolve()
    }
    this.counters.frames++
    return new Promise((resolve) => session.socket.send(frame, () => resolve()))
  }
}

const symbolsOf = (params: typeof SymbolsParameter.Type): ReadonlyArray<string> =>
  typeof params.symbols === "string"
    ? params.symbols
        .split(",")
        .map((symbol) => symbol.trim())
        .filter((symbol) => symbol !== "")
    : params.symbols.map(({ symbol }) => symbol)

const describe = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  exchange: instrument.exchange,
  ...(instrument.micCode === undefined ? {} : { mic_code: instrument.micCode }),
  country: instrument.country,
  type: instrument.type
})

const refuseHandshake = (socket: Duplex, status: number): void => {
  const code = status === 200 ? 401 : status
  const body = JSON.stringify(upstreamError(code))
  const head = [
    `HTTP/1.1 ${status} ${status === 200 ? "OK" : "Refused"}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close"
  ]
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`)
}
