/**
 * FeedActor: the cluster's one upstream connection, and the relay of its quotes to every node.
 *
 * An entity with one id lives on one node at a time; it connects while somebody listens, and every node does. When its node dies, the
 * nodes' streams break, they ask again, and it comes to life on another node.
 *
 * Each node tells which symbols its accounts and its watchers need, again and again: what a dead node needed is forgotten. As long as the
 * plan has room every instrument is subscribed; beyond it need decides.
 */
import { FeedStatus, MarketFeed } from "#actors/feed/MarketFeed.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { TradingClock } from "#actors/TradingClock.ts"
import { WatchedSymbols } from "#actors/WatchedSymbols.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { Quote, SymbolName } from "#domain/Quote.ts"
import { Clock, Context, Effect, Layer, Option, Random, Schedule, Schema, Stream } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"

const FEED_ID = "feed"
/** Soon enough that a take-over costs no more than the lease, rare enough not to hammer. */
const RECONNECT_INTERVAL = "250 millis"
const IDLE_TIME_MAX = "1 minute"
const SETTLED_INTERVAL = "25 millis"
/** How often a node looks whether its demand changed, and tells it even if it did not. */
const DEMAND_INTERVAL = "1 second"
const DEMAND_RENEWAL_MILLIS = 5_000
/** A node that was not heard of for so long needs nothing any more. */
const DEMAND_LEASE_MILLIS = 15_000
/** Symbols in one node's demand. */
const DEMAND_SYMBOLS_MAX = 10_000
/** Staff wait no longer for an answer of the node that has the feed. */
const STATUS_PATIENCE = "2 seconds"
/** A silent upstream does not keep the platform from starting: clients may look, close and be told that quotes are stale. */
const SETTLED_PATIENCE = "8 seconds"

const NeededSymbols = Schema.Array(SymbolName).check(Schema.isMaxLength(DEMAND_SYMBOLS_MAX))

export const Feed = Entity.make("Feed", [
  /** Batches of quotes from now on, with the last known ones first. */
  Rpc.make("Quotes", { success: Schema.Array(Quote), stream: true })
    // never ends by itself: must not hold up the feed's move to another node
    .annotate(ClusterSchema.InterruptOnTermination, true),
  /** Answers once upstream said yes or no to every symbol, or kept silent for too long: prices that come now will be heard. */
  Rpc.make("Settled").annotate(ClusterSchema.InterruptOnTermination, true),
  /** Replaces what a node needs. */
  Rpc.make("Demand", { payload: { node: Schema.String, exposure: NeededSymbols, watched: NeededSymbols } }),
  Rpc.make("Status", { success: FeedStatus })
])

/** The entity; `feed` is built when it comes to life and hung up when it stops. */
export const makeFeedActor = <R>(feed: Layer.Layer<MarketFeed, never, R>) =>
  Feed.toLayer(
    Effect.gen(function* () {
      const configurations = yield* Configurations
      const symbols = yield* Symbols
      const market = Context.get(yield* Layer.build(feed), MarketFeed)
      const list = ({ instruments }: Configuration) => market.claim("instruments", { listed: Object.keys(instruments) })
      yield* list(configurations.current())
      yield* Effect.acquireRelease(
        Effect.map(Effect.context(), (context) =>
          configurations.subscribe((configuration) => Effect.runForkWith(context)(list(configuration)))
        ),
        (unsubscribe) => Effect.sync(unsubscribe)
      )
      const isSettled = Effect.map(
        market.status,
        ({ state, symbols: wanted }) =>
          state === "refused" || (state === "open" && wanted.every(({ subscription }) => subscription !== "pending"))
      )
      return Feed.of({
        Demand: ({ payload: { exposure, node, watched } }) => market.claim(node, { exposure, watched }, DEMAND_LEASE_MILLIS),
        Status: () => Rpc.fork(market.status),
        Quotes: () => Rpc.fork(Stream.concat(Stream.sync(symbols.all), market.quotes)),
        Settled: () =>
          Rpc.fork(
            isSettled.pipe(
              Effect.repeat({ until: Boolean, schedule: Schedule.spaced(SETTLED_INTERVAL) }),
              Effect.timeoutOption(SETTLED_PATIENCE),
              Effect.asVoid
            )
          )
      })
    }),
    { maxIdleTime: IDLE_TIME_MAX, disableFatalDefects: true }
  )

/** Feeds this node's symbol actors, and tells the feed what this node needs, for as long as the layer lives. */
export class QuoteRelay extends Context.Service<
  QuoteRelay,
  {
    /** Whether a price that comes now would reach this node. */
    readonly isConnected: () => boolean
    /** How the feed is, wherever it lives; undefined when its node does not answer. */
    readonly status: Effect.Effect<FeedStatus | undefined>
  }
>()("actors/feed/QuoteRelay") {
  static readonly layer = Layer.effect(
    QuoteRelay,
    Effect.gen(function* () {
      const feed = (yield* Feed.client)(FEED_ID)
      const symbols = yield* Symbols
      const watchedSymbols = yield* WatchedSymbols
      const clock = yield* Clock.Clock
      const tradingClock = yield* TradingClock
      const node = `node ${yield* Random.next}`
      let isStreaming = false
      let isSettled = false

      /** The last known quotes come again whenever the relay asks anew; those that this node has are not ticks. */
      const accept = (quotes: ReadonlyArray<Quote>): void => {
        isStreaming = true
        symbols.accept(quotes.filter(({ sequence, symbol }) => symbols.quote(symbol)?.sequence !== sequence).map(inTradingTime))
      }
      /** Where trading time is not the system's, upstream's stamps mean nothing: a quote is as fresh as its arrival. */
      const inTradingTime = (quote: Quote): Quote => {
        if (tradingClock.state().mode === "system") return quote
        const now = tradingClock.at(clock.currentTimeMillisUnsafe())
        // a clock that was just stopped may stand a moment before its last quote
        return { ...quote, time: Math.max(now, symbols.quote(quote.symbol)?.time ?? now), receivedAt: now }
      }
      const relay = feed.Quotes().pipe(
        Stream.runForEach((quotes) => Effect.sync(() => accept(quotes))),
        Effect.tapCause((cause) => Effect.logWarning("Quotes interrupted, asking again", cause)),
        Effect.catchCause(() => Effect.void),
        Effect.tap(() => Effect.sync(() => (isStreaming = false)))
      )
      let told = ""
      let toldAt = 0
      const tellDemand = Effect.gen(function* () {
        const demand = { exposure: symbols.exposedSymbols().toSorted(), watched: watchedSymbols.all() }
        const text = JSON.stringify(demand)
        const now = yield* Clock.currentTimeMillis
        if (text === told && now - toldAt < DEMAND_RENEWAL_MILLIS) return
        yield* feed.Demand({ node, ...demand })
        told = text
        toldAt = now
      }).pipe(
        Effect.timeout(DEMAND_LEASE_MILLIS),
        Effect.catchCause((cause) => Effect.logWarning("Demand not told, trying again", cause))
      )
      yield* Effect.acquireRelease(
        Effect.sync(() => tradingClock.subscribe((isBackward) => isBackward && symbols.forget())),
        (unsubscribe) => Effect.sync(unsubscribe)
      )
      yield* relay.pipe(Effect.repeat(Schedule.spaced(RECONNECT_INTERVAL)), Effect.forkScoped)
      yield* feed.Settled().pipe(
        Effect.retry(Schedule.spaced(RECONNECT_INTERVAL)),
        Effect.tap(() => Effect.sync(() => (isSettled = true))),
        Effect.forkScoped
      )
      yield* tellDemand.pipe(Effect.repeat(Schedule.spaced(DEMAND_INTERVAL)), Effect.forkScoped)
      return QuoteRelay.of({
        isConnected: () => isStreaming && isSettled,
        status: feed.Status().pipe(
          Effect.timeoutOption(STATUS_PATIENCE),
          Effect.map(Option.getOrUndefined),
          Effect.catchCause(() => Effect.succeed(undefined))
        )
      })
    })
  )
}
