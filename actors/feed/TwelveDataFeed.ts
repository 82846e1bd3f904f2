/**
 * TwelveDataFeed: MarketFeed over one WebSocket connection to Twelve Data.
 *
 * One connection carries all symbols. It is watched by its own heartbeats, for a half-open connection says nothing, and by its prices, for a
 * connection may live and send none. A lost one is dialed again with a growing, jittered wait; a refused key is never tried again.
 */
import { Clock, Effect, Layer, Metric, PubSub, Queue, Random, type Redacted, Schema, Stream } from "effect"
import { backoffMillis, BACKOFF_LIMITS, type BackoffLimits } from "#actors/feed/backoffMillis.ts"
import { Demand } from "#actors/feed/Demand.ts"
import { type Claim, type FeedState, type FeedStatus, MarketFeed } from "#actors/feed/MarketFeed.ts"
import { QuoteAssembler } from "#actors/feed/QuoteAssembler.ts"
import type { Polled } from "#actors/feed/PollSchedule.ts"
import { RestFallbackClient } from "#actors/feed/RestFallbackClient.ts"
import { Subscriptions } from "#actors/feed/Subscriptions.ts"
import { TwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { decodeUpstreamFrame, type ErrorFrame, type UpstreamFrame } from "#actors/feed/UpstreamFrame.ts"
import { connectUpstream, type UpstreamConnection } from "#actors/feed/UpstreamSocket.ts"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** Batches that may wait for the slowest consumer before the feed stops reading. */
const WAITING_BATCHES_MAX = 1_024
/** The wait for a price doubles at most so many times. */
const PRICE_SILENCE_DOUBLINGS_MAX = 4

export interface TwelveDataConfig {
  readonly apiKey: Redacted.Redacted
  /** `wss://ws.twelvedata.com/v1/quotes/price` */
  readonly wsUrl: string
  /** Symbols subscribed at once; the others wait. */
  readonly symbolsMax: number
}

export interface FeedTiming {
  readonly handshakeMillisMax: number
  readonly heartbeatMillis: number
  /** Without any message for so long the connection is taken for dead. */
  readonly silenceMillisMax: number
  /** Without any price for so long the connection is given up; it doubles each time in vain, up to 16 times: markets do close. */
  readonly priceSilenceMillisMax: number
  /** Least distance between two changes of the subscriptions: two messages each, and upstream takes 100 a minute. */
  readonly subscriptionMillis: number
  readonly backoff: BackoffLimits
  /** How long the socket may be down before prices are polled. */
  readonly fallbackAfterMillis: number
  readonly pollMillis: number
}

/** Heartbeats within the time after which silence means death: one may be late. */
const HEARTBEATS_IN_SILENCE = 2.5

/** The timing of a stream that is taken for dead after so long a silence. */
export const patientFor = (silenceMillisMax: number): Partial<FeedTiming> => ({
  silenceMillisMax,
  heartbeatMillis: Math.round(silenceMillisMax / HEARTBEATS_IN_SILENCE)
})

export const FEED_TIMING: FeedTiming = {
  handshakeMillisMax: 10_000,
  heartbeatMillis: 10_000,
  silenceMillisMax: 25_000,
  priceSilenceMillisMax: 60_000,
  subscriptionMillis: 1_500,
  backoff: BACKOFF_LIMITS,
  fallbackAfterMillis: 3_000,
  pollMillis: 5_000
}

export interface TwelveDataFeedOptions {
  readonly config: TwelveDataConfig
  /** The spread put around a price without bid and ask. */
  readonly syntheticSpread: (symbol: SymbolName) => Decimal
  readonly upstreamSymbol?: (symbol: SymbolName) => string
  readonly timing?: Partial<FeedTiming>
}

/** The connection ended, or was given up. */
class ConnectionLost extends Schema.TaggedError<ConnectionLost>()("ConnectionLost", { message: Schema.String }) {}
/** Upstream does not accept the key. */
class KeyRefused extends Schema.TaggedError<KeyRefused>()("KeyRefused", { message: Schema.String }) {}

const isKeyRefusal = (code: number): boolean => code === 401 || code === 403

const framesTotal = Metric.counter("keel_feed_frames_total", { description: "Messages from upstream, by kind", incremental: true })
const quotesTotal = Metric.counter("keel_feed_quotes_total", { description: "Quotes from upstream, by source", incremental: true })
const connectionsTotal = Metric.counter("keel_feed_connections_total", { description: "Connections to upstream", incremental: true })
const connectedGauge = Metric.gauge("keel_feed_connected", { description: "1 while the upstream socket is open" })
const symbolsGauge = Metric.gauge("keel_feed_subscribed_symbols", { description: "Symbols that upstream confirmed" })

class TwelveDataClient {
  readonly #config: TwelveDataConfig
  readonly #timing: FeedTiming
  readonly #upstreamSymbol: (symbol: SymbolName) => string
  readonly #batches: PubSub.PubSub<ReadonlyArray<Quote>>
  /** Holds at most one note that demand changed. */
  readonly #demandChanged: Queue.Queue<void>
  readonly #demand = new Demand()
  readonly #subscriptions: Subscriptions
  readonly #assembler: QuoteAssembler
  readonly #rest: TwelveDataRest["Service"]
  readonly #fallback: RestFallbackClient
  #state: FeedState = "connecting"
  #since: Millis
  /** When the socket was last open; the start when it never was. */
  #lastOpen: Millis
  #lastError: string | undefined
  #connectionsCount = 0
  #failedAttempts = 0
  #silentConnections = 0
  #lastMessage: Millis = 0
  #lastPrice: Millis = 0

  constructor(
    options: TwelveDataFeedOptions,
    rest: TwelveDataRest["Service"],
    batches: PubSub.PubSub<ReadonlyArray<Quote>>,
    demandChanged: Queue.Queue<void>,
    now: Millis
  ) {
    this.#config = options.config
    this.#timing = { ...FEED_TIMING, ...options.timing }
    this.#upstreamSymbol = options.upstreamSymbol ?? upstreamSymbolOf
    this.#batches = batches
    this.#demandChanged = demandChanged
    this.#subscriptions = new Subscriptions(options.config.symbolsMax, this.#upstreamSymbol)
    this.#assembler = new QuoteAssembler(options.syntheticSpread, now)
    this.#since = now
    this.#lastOpen = now
    this.#fallback = new RestFallbackClient({
      rest,
      pollMillis: this.#timing.pollMillis,
      assembler: this.#assembler,
      upstreamSymbol: this.#upstreamSymbol,
      needed: (time) => this.#neededByRest(time),
      publish: (quotes) => this.#publishPolled(quotes)
    })
    this.#rest = rest
  }

  /** Polls what the socket does not bring. */
  get runFallback(): Effect.Effect<void> {
    return this.#fallback.run
  }

  /** Connects again and again; ends only when the key is refused. */
  readonly run: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    while (this.#state !== "refused") {
      yield* this.#enter("connecting", this.#lastError)
      const error = yield* this.#session.pipe(Effect.scoped, Effect.flip)
      this.#subscriptions.reset()
      yield* Metric.update(symbolsGauge, 0)
      yield* error._tag === "KeyRefused" ? this.#giveUp(error) : this.#waitToReconnect(error)
    }
  })

  claim(asker: string, claim: Claim, leaseMillis = Infinity): Effect.Effect<void> {
    return Effect.flatMap(Clock.currentTimeMillis, (now) => {
      this.#demand.claim(asker, claim, now, now + leaseMillis)
      return Queue.offer(this.#demandChanged, undefined)
    }).pipe(Effect.asVoid)
  }

  readonly status: Effect.Effect<FeedStatus> = Effect.map(Clock.currentTimeMillis, (now) => ({
    state: this.#state,
    since: this.#since,
    lastError: this.#lastError,
    connectionsCount: this.#connectionsCount,
    failedAttempts: this.#failedAttempts,
    rest: this.#restStatus(now),
    unreadableCount: this.#assembler.unreadableCount,
    unreadable: this.#assembler.evidence,
    symbols: this.#demand.wanted(now).map((symbol, rank) => this.#healthOf(symbol, rank))
  }))

  /** One connection from its handshake to its end, which is always a failure. */
  get #session() {
    return Effect.gen({ self: this }, function* () {
      const connection = yield* connectUpstream(this.#config.wsUrl, this.#config.apiKey, this.#timing.handshakeMillisMax)
      yield* this.#opened
      yield* Effect.forkScoped(this.#beat(connection))
      yield* Effect.forkScoped(this.#subscribe(connection))
      return yield* Effect.raceFirst(this.#read(connection), this.#watch)
    }).pipe(
      Effect.catchTags({
        HandshakeRefused: ({ code, message }): Effect.Effect<never, KeyRefused | ConnectionLost> =>
          isKeyRefusal(code)
            ? Effect.fail(new KeyRefused({ message }))
            : Effect.fail(new ConnectionLost({ message: `${code} ${message}` })),
        ConnectionFailed: ({ message }) => Effect.fail(new ConnectionLost({ message })),
        SocketError: ({ message }) => Effect.fail(new ConnectionLost({ message }))
      })
    )
  }

  get #opened() {
    return Effect.gen({ self: this }, function* () {
      const now = yield* this.#enter("open", undefined)
      this.#connectionsCount++
      this.#lastMessage = now
      this.#lastPrice = now
      yield* Metric.update(connectionsTotal, 1)
      yield* Effect.logInfo("market feed connected")
    })
  }

  #beat({ write }: UpstreamConnection) {
    return write('{"action":"heartbeat"}').pipe(Effect.delay(this.#timing.heartbeatMillis), Effect.forever, Effect.ignore)
  }

  /** Brings upstream's subscriptions in line with demand, at once and then whenever it changes or lingering ends. */
  #subscribe({ write }: UpstreamConnection) {
    return Effect.gen({ self: this }, function* () {
      const now = yield* Clock.currentTimeMillis
      const { subscribe, unsubscribe } = this.#subscriptions.change(this.#demand.wanted(now), now)
      if (unsubscribe.length > 0) yield* write(subscriptionMessage("unsubscribe", unsubscribe))
      if (subscribe.length > 0) yield* write(subscriptionMessage("subscribe", subscribe))
      yield* Effect.sleep(this.#timing.subscriptionMillis)
      yield* Queue.take(this.#demandChanged).pipe(Effect.timeoutOption(this.#timing.heartbeatMillis))
    }).pipe(Effect.forever, Effect.ignore)
  }

  /** Fails when the connection has been silent for too long. */
  get #watch() {
    return Effect.gen({ self: this }, function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const checkMillis = Math.min(this.#timing.silenceMillisMax, this.#timing.priceSilenceMillisMax) / 5
      yield* Effect.sleep(checkMillis)
      const now = yield* Clock.currentTimeMillis
      if (now - startedAt > 2 * checkMillis) return this.#overslept(now)
      if (now - this.#lastMessage > this.#timing.silenceMillisMax)
        return yield* new ConnectionLost({ message: "no message, connection taken for dead" })
      const patience = this.#timing.priceSilenceMillisMax * 2 ** Math.min(this.#silentConnections, PRICE_SILENCE_DOUBLINGS_MAX)
      if (!this.#subscriptions.isEmpty && now - this.#lastPrice > patience) {
        this.#silentConnections++
        return yield* new ConnectionLost({ message: "no price, connection given up" })
      }
    }).pipe(Effect.forever)
  }

  /** This process was held up itself: what upstream sent meanwhile is still unread, and says nothing about upstream. */
  #overslept(now: Millis): void {
    this.#lastMessage = now
    this.#lastPrice = now
  }

  #read({ pull }: UpstreamConnection) {
    return Effect.gen({ self: this }, function* () {
      const messages = yield* pull
      const now = yield* Clock.currentTimeMillis
      this.#lastMessage = now
      const quotes: Array<Quote> = []
      for (const message of messages) {
        const decoded = decodeUpstreamFrame(message)
        if (decoded.kind === "price") this.#takePrice(decoded, message, now, quotes)
        else yield* this.#takeOther(decoded, message, now)
      }
      if (quotes.length > 0) yield* this.#publish(quotes)
    }).pipe(Effect.forever)
  }

  #takePrice({ frame }: Extract<UpstreamFrame, { kind: "price" }>, message: string | Uint8Array, now: Millis, quotes: Array<Quote>): void {
    const symbol = this.#subscriptions.priced(frame.symbol)
    if (symbol === undefined) return
    const quote = this.#assembler.fromSocket(symbol, frame, now, textOf(message))
    if (quote !== undefined) quotes.push(quote)
  }

  #takeOther(
    decoded: Exclude<UpstreamFrame, { kind: "price" }>,
    message: string | Uint8Array,
    now: Millis
  ): Effect.Effect<void, KeyRefused> {
    return Effect.gen({ self: this }, function* () {
      yield* Metric.update(Metric.withAttributes(framesTotal, { kind: decoded.kind }), 1)
      if (decoded.kind === "unreadable") this.#assembler.refuse("unreadable", now, textOf(message))
      if (decoded.kind === "error") yield* this.#takeError(decoded.frame)
      if (decoded.kind !== "status") return
      this.#subscriptions.answer(decoded.frame)
      yield* Metric.update(symbolsGauge, this.#subscriptions.liveCount)
      const fails = decoded.frame.fails ?? []
      if (fails.length > 0) yield* Effect.logWarning("market feed: symbols refused", fails.slice(0, 20))
    })
  }

  #takeError({ code, message }: ErrorFrame): Effect.Effect<void, KeyRefused> {
    this.#lastError = `${code} ${message ?? ""}`.trim()
    return isKeyRefusal(code)
      ? Effect.fail(new KeyRefused({ message: this.#lastError }))
      : Effect.logWarning("market feed: upstream reports an error", this.#lastError)
  }

  #publish(quotes: ReadonlyArray<Quote>) {
    return Effect.gen({ self: this }, function* () {
      this.#lastPrice = this.#lastMessage
      this.#silentConnections = 0
      this.#failedAttempts = 0
      const synthetic = quotes.filter(({ source }) => source === "synthetic").length
      yield* Metric.update(Metric.withAttributes(quotesTotal, { source: "ws" }), quotes.length - synthetic)
      if (synthetic > 0) yield* Metric.update(Metric.withAttributes(quotesTotal, { source: "synthetic" }), synthetic)
      yield* PubSub.publish(this.#batches, quotes)
    })
  }

  #giveUp({ message }: KeyRefused) {
    return Effect.andThen(
      this.#enter("refused", message),
      Effect.logError("market feed: upstream refuses the API key, not trying again until a restart", message)
    )
  }

  #waitToReconnect({ message }: ConnectionLost) {
    return Effect.gen({ self: this }, function* () {
      this.#failedAttempts++
      yield* this.#enter("waiting", message)
      const wait = backoffMillis(this.#failedAttempts, yield* Random.next, this.#timing.backoff)
      yield* Effect.logWarning("market feed: connection lost", { message, nextAttemptMillis: wait })
      yield* Effect.sleep(wait)
    })
  }

  /** While the socket is down: everything. Else what it refuses, and what it has no room for if somebody needs it. */
  #neededByRest(now: Millis): ReadonlyArray<Polled> {
    const isOpen = this.#state === "open"
    if (!isOpen && now - this.#lastOpen < this.#timing.fallbackAfterMillis) return []
    return this.#demand
      .wanted(now)
      .filter(
        (symbol, rank) =>
          !isOpen || this.#subscriptions.stateOf(symbol) === "refused" || (rank >= this.#config.symbolsMax && this.#demand.isNeeded(symbol))
      )
      .map((symbol) => ({ symbol, exposure: this.#demand.hasExposure(symbol), watched: this.#demand.isNeeded(symbol) }))
  }

  #publishPolled(quotes: ReadonlyArray<Quote>) {
    return Metric.update(Metric.withAttributes(quotesTotal, { source: "rest" }), quotes.length).pipe(
      Effect.andThen(PubSub.publish(this.#batches, quotes)),
      Effect.when(Effect.succeed(quotes.length > 0)),
      Effect.asVoid
    )
  }

  #restStatus(now: Millis): FeedStatus["rest"] {
    const { usedInMinute, perMinute, usedInDay, perDay } = this.#rest.budget.report(now)
    return {
      isPolling: this.#fallback.isPolling,
      lastError: this.#fallback.lastError,
      creditsUsedInMinute: usedInMinute,
      creditsPerMinute: Number.isFinite(perMinute) ? perMinute : undefined,
      creditsUsedInDay: usedInDay,
      creditsPerDay: perDay
    }
  }

  #enter(state: FeedState, error: string | undefined): Effect.Effect<Millis> {
    return Effect.gen({ self: this }, function* () {
      const now = yield* Clock.currentTimeMillis
      if (this.#state === "open" || state === "open") this.#lastOpen = now
      this.#state = state
      this.#since = now
      this.#lastError = error
      yield* Metric.update(connectedGauge, state === "open" ? 1 : 0)
      return now
    })
  }

  #healthOf(symbol: SymbolName, rank: number): FeedStatus["symbols"][number] {
    const count = this.#assembler.count(symbol)
    return {
      symbol,
      upstreamSymbol: this.#upstreamSymbol(symbol),
      subscription: this.#subscriptions.stateOf(symbol) ?? (rank < this.#config.symbolsMax ? "pending" : "overLimit"),
      refusal: this.#subscriptions.refusalOf(symbol),
      exposure: this.#demand.hasExposure(symbol),
      quotesCount: count?.quotesCount ?? 0,
      source: count?.source,
      lastArrival: count?.lastArrival
    }
  }
}

const subscriptionMessage = (action: "subscribe" | "unsubscribe", symbols: ReadonlyArray<string>): string =>
  JSON.stringify({ action, params: { symbols: symbols.join(",") } })

const textOf = (message: string | Uint8Array): string => (typeof message === "string" ? message : `${message.byteLength} bytes, not text`)

/** The feed as a layer: it connects when built and hangs up when released. */
export const layerTwelveDataFeed = (options: TwelveDataFeedOptions): Layer.Layer<MarketFeed, never, TwelveDataRest> =>
  Layer.effect(
    MarketFeed,
    Effect.gen(function* () {
      const batches = yield* PubSub.bounded<ReadonlyArray<Quote>>(WAITING_BATCHES_MAX)
      const demandChanged = yield* Queue.sliding<void>(1)
      const client = new TwelveDataClient(options, yield* TwelveDataRest, batches, demandChanged, yield* Clock.currentTimeMillis)
      yield* Effect.forkScoped(client.run)
      yield* Effect.forkScoped(client.runFallback)
      let askersCount = 0
      const newAsker = () => `asker ${++askersCount}`
      return MarketFeed.of({
        quotes: Stream.fromPubSub(batches),
        subscribe: (symbols) => client.claim(newAsker(), { watched: [...symbols] }),
        demand: (symbols, reason) =>
          Effect.asVoid(
            Effect.acquireRelease(
              Effect.suspend(() => {
                const asker = newAsker()
                return Effect.as(client.claim(asker, { [reason]: [...symbols] }), asker)
              }),
              (asker) => client.claim(asker, {})
            )
          ),
        claim: (asker, claim, leaseMillis) => client.claim(asker, claim, leaseMillis),
        status: client.status
      })
    })
  )
