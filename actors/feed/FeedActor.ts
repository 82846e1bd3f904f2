/**
 * FeedActor: the cluster's one upstream connection, and the relay of its quotes to every node.
 *
 * An entity with one id lives on one node at a time; it connects while somebody listens, and every node does. When its node dies, the
 * nodes' streams break, they ask again, and it comes to life on another node.
 */
import { MarketFeed } from "#actors/feed/MarketFeed.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { Quote } from "#domain/Quote.ts"
import { Context, Effect, Layer, Schedule, Schema, Stream } from "effect"
import { Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"

const FEED_ID = "feed"
/** Soon enough that a take-over costs no more than the lease, rare enough not to hammer. */
const RECONNECT_INTERVAL = "250 millis"
const IDLE_TIME_MAX = "1 minute"
const SETTLED_INTERVAL = "25 millis"
/** A silent upstream does not keep the platform from starting: clients may look, close and be told that quotes are stale. */
const SETTLED_PATIENCE = "8 seconds"

export const Feed = Entity.make("Feed", [
  /** Batches of quotes from now on, with the last known ones first. */
  Rpc.make("Quotes", { success: Schema.Array(Quote), stream: true }),
  /** Answers once upstream said yes or no to every symbol, or kept silent for too long: prices that come now will be heard. */
  Rpc.make("Settled")
])

/** The entity; `feed` is built when it comes to life and hung up when it stops. */
export const makeFeedActor = <R>(feed: Layer.Layer<MarketFeed, never, R>) =>
  Feed.toLayer(
    Effect.gen(function* () {
      const configurations = yield* Configurations
      const symbols = yield* Symbols
      const market = Context.get(yield* Layer.build(feed), MarketFeed)
      yield* market.subscribe(Object.keys(configurations.current().instruments))
      yield* Effect.acquireRelease(
        Effect.map(Effect.context(), (context) =>
          configurations.subscribe((configuration) => Effect.runForkWith(context)(market.subscribe(Object.keys(configuration.instruments))))
        ),
        (unsubscribe) => Effect.sync(unsubscribe)
      )
      const isSettled = Effect.map(
        market.status,
        ({ state, symbols: wanted }) =>
          state === "refused" || (state === "open" && wanted.every(({ subscription }) => subscription !== "pending"))
      )
      return Feed.of({
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

/** Feeds this node's symbol actors for as long as the layer lives. */
export class QuoteRelay extends Context.Service<
  QuoteRelay,
  {
    /** Whether a price that comes now would reach this node. */
    readonly isConnected: () => boolean
  }
>()("actors/feed/QuoteRelay") {
  static readonly layer = Layer.effect(
    QuoteRelay,
    Effect.gen(function* () {
      const feed = (yield* Feed.client)(FEED_ID)
      const symbols = yield* Symbols
      let isStreaming = false
      let isSettled = false

      /** The last known quotes come again whenever the relay asks anew; those that this node has are not ticks. */
      const accept = (quotes: ReadonlyArray<Quote>): void => {
        isStreaming = true
        symbols.accept(quotes.filter(({ sequence, symbol }) => symbols.quote(symbol)?.sequence !== sequence))
      }
      const relay = feed.Quotes().pipe(
        Stream.runForEach((quotes) => Effect.sync(() => accept(quotes))),
        Effect.tapCause((cause) => Effect.logWarning("Quotes interrupted, asking again", cause)),
        Effect.catchCause(() => Effect.void),
        Effect.tap(() => Effect.sync(() => (isStreaming = false)))
      )
      yield* relay.pipe(Effect.repeat(Schedule.spaced(RECONNECT_INTERVAL)), Effect.forkScoped)
      yield* feed.Settled().pipe(
        Effect.retry(Schedule.spaced(RECONNECT_INTERVAL)),
        Effect.tap(() => Effect.sync(() => (isSettled = true))),
        Effect.forkScoped
      )
      return QuoteRelay.of({ isConnected: () => isStreaming && isSettled })
    })
  )
}
