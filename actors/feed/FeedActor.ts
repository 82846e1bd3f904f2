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

export const Feed = Entity.make("Feed", [
  /** Batches of quotes from now on, with the last known ones first. */
  Rpc.make("Quotes", { success: Schema.Array(Quote), stream: true })
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
      return Feed.of({
        Quotes: () => Rpc.fork(Stream.concat(Stream.sync(symbols.all), market.quotes))
      })
    }),
    { maxIdleTime: IDLE_TIME_MAX, disableFatalDefects: true }
  )

/** Feeds this node's symbol actors for as long as the layer lives. */
export const QuoteRelay = Layer.effectDiscard(
  Effect.gen(function* () {
    const client = yield* Feed.client
    const symbols = yield* Symbols
    yield* client(FEED_ID)
      .Quotes()
      .pipe(
        // the last known quotes come again whenever the relay asks anew; those this node has are not ticks
        Stream.runForEach((quotes) =>
          Effect.sync(() => symbols.accept(quotes.filter((quote) => symbols.quote(quote.symbol)?.sequence !== quote.sequence)))
        ),
        Effect.tapCause((cause) => Effect.logWarning("Quotes interrupted, asking again", cause)),
        Effect.catchCause(() => Effect.void),
        Effect.repeat(Schedule.spaced(RECONNECT_INTERVAL)),
        Effect.forkScoped
      )
  })
)
