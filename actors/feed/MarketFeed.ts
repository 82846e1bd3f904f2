/** MarketFeed: the port through which quotes come in, whoever sends them. */
import { Context, Schema, type Effect, type Scope, type Stream } from "effect"
import { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/**
 * connecting: no connection yet, or the next attempt is under way; open: the upstream socket carries prices;
 * waiting: the socket is down and the next attempt is due; refused: upstream does not accept the key, nothing is tried again.
 */
export const FeedState = Schema.Literals(["connecting", "open", "waiting", "refused"])
export type FeedState = typeof FeedState.Type

/**
 * Why someone wants a symbol's quotes, in order of precedence when upstream's limits are reached: an account has exposure, somebody looks at
 * it, or it is an instrument like any other.
 */
export type DemandReason = "exposure" | "watched" | "listed"
/** What one asker wants. */
export type Claim = Readonly<Partial<Record<DemandReason, ReadonlyArray<SymbolName>>>>

/** pending: asked for, unanswered; live: upstream confirmed it; refused: upstream does not send it; overLimit: more symbols are wanted than may be. */
export const SubscriptionState = Schema.Literals(["pending", "live", "refused", "overLimit"])
export type SubscriptionState = typeof SubscriptionState.Type

export const SymbolHealth = Schema.Struct({
  symbol: SymbolName,
  upstreamSymbol: Schema.String,
  subscription: SubscriptionState,
  /** Upstream's words when it refused the symbol. */
  refusal: Schema.optional(Schema.String),
  exposure: Schema.Boolean,
  quotesCount: Schema.Int,
  /** Where the last quote came from. */
  source: Schema.optional(Quote.fields.source),
  /** When the last quote arrived here, by our clock. */
  lastArrival: Schema.optional(Millis)
})
export interface SymbolHealth extends Schema.Schema.Type<typeof SymbolHealth> {}

/** A message that could not be used, kept as evidence. */
export const UnreadableMessage = Schema.Struct({
  arrival: Millis,
  /** unreadable: not what upstream is documented to send; unpriced: without a usable figure; future: stamped far ahead of our clock. */
  reason: Schema.Literals(["unreadable", "unpriced", "future"]),
  /** The start of it. */
  text: Schema.String
})
export interface UnreadableMessage extends Schema.Schema.Type<typeof UnreadableMessage> {}

export const RestStatus = Schema.Struct({
  /** Some prices are polled because the socket does not bring them. */
  isPolling: Schema.Boolean,
  lastError: Schema.optional(Schema.String),
  creditsUsedInMinute: Schema.Int,
  /** Undefined when the plan has no limit. */
  creditsPerMinute: Schema.optional(Schema.Int),
  creditsUsedInDay: Schema.Int,
  creditsPerDay: Schema.optional(Schema.Int)
})
export interface RestStatus extends Schema.Schema.Type<typeof RestStatus> {}

/** What staff see of the feed; serializable, because the feed lives on one node and staff may ask another. */
export const FeedStatus = Schema.Struct({
  state: FeedState,
  /** Since when the state holds, by our clock. */
  since: Millis,
  /** The last thing that went wrong with the connection, in one line. */
  lastError: Schema.optional(Schema.String),
  connectionsCount: Schema.Int,
  /** Attempts since the last connection that carried a price. */
  failedAttempts: Schema.Int,
  rest: RestStatus,
  unreadableCount: Schema.Int,
  unreadable: Schema.Array(UnreadableMessage),
  symbols: Schema.Array(SymbolHealth)
})
export interface FeedStatus extends Schema.Schema.Type<typeof FeedStatus> {}

export class MarketFeed extends Context.Service<
  MarketFeed,
  {
    /**
     * Batches in order of arrival, from the moment the stream is run; every consumer gets all of them. Nothing is ever dropped: a consumer
     * that falls behind slows the feed down, so it must do little per quote.
     */
    readonly quotes: Stream.Stream<ReadonlyArray<Quote>>
    /** Wants these symbols, as watched ones, for as long as the feed lives. */
    readonly subscribe: (symbols: Iterable<SymbolName>) => Effect.Effect<void>
    /** Wants these symbols until the scope closes; however many want a symbol, upstream is asked for it once. */
    readonly demand: (symbols: Iterable<SymbolName>, reason: DemandReason) => Effect.Effect<void, never, Scope.Scope>
    /** Replaces what this asker wants. A lease of so many milliseconds ends by itself unless it is claimed again. */
    readonly claim: (asker: string, claim: Claim, leaseMillis?: number) => Effect.Effect<void>
    readonly status: Effect.Effect<FeedStatus>
  }
>()("actors/feed/MarketFeed") {}
