/** MarketFeed: the port through which quotes come in, whoever sends them. */
import { Context, type Effect, type Scope, type Stream } from "effect"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/**
 * connecting: no connection yet, or the next attempt is under way; open: the upstream socket carries prices;
 * waiting: the socket is down and the next attempt is due; refused: upstream does not accept the key, nothing is tried again.
 */
export type FeedState = "connecting" | "open" | "waiting" | "refused"

/** Why someone wants a symbol's quotes. Exposure goes first when upstream's limits are reached. */
export type DemandReason = "exposure" | "watched"

/** pending: asked for, unanswered; live: upstream confirmed it; refused: upstream does not send it; overLimit: more symbols are wanted than may be. */
export type SubscriptionState = "pending" | "live" | "refused" | "overLimit"

export interface SymbolHealth {
  readonly symbol: SymbolName
  readonly upstreamSymbol: string
  readonly subscription: SubscriptionState
  /** Upstream's words when it refused the symbol. */
  readonly refusal: string | undefined
  readonly exposure: boolean
  readonly quotesCount: number
  /** Where the last quote came from. */
  readonly source: Quote["source"] | undefined
  /** When the last quote arrived here, by our clock. */
  readonly lastArrival: Millis | undefined
}

/** A message that could not be used, kept as evidence. */
export interface UnreadableMessage {
  readonly arrival: Millis
  readonly reason: "unreadable" | "unpriced" | "future"
  /** The start of it. */
  readonly text: string
}

export interface RestStatus {
  /** Some prices are polled because the socket does not bring them. */
  readonly isPolling: boolean
  readonly lastError: string | undefined
  readonly creditsUsedInMinute: number
  readonly creditsPerMinute: number
  readonly creditsUsedInDay: number | undefined
  readonly creditsPerDay: number | undefined
}

export interface FeedStatus {
  readonly state: FeedState
  /** Since when the state holds, by our clock. */
  readonly since: Millis
  /** The last thing that went wrong with the connection, in one line. */
  readonly lastError: string | undefined
  readonly connectionsCount: number
  /** Attempts since the last connection that carried a price. */
  readonly failedAttempts: number
  readonly rest: RestStatus
  readonly unreadableCount: number
  readonly unreadable: ReadonlyArray<UnreadableMessage>
  readonly symbols: ReadonlyArray<SymbolHealth>
}

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
    readonly status: Effect.Effect<FeedStatus>
  }
>()("actors/feed/MarketFeed") {}
