/** Candles: the history of prices, and the candle that is forming. */
import { Context, type Effect, Schema } from "effect"
import type { Candle, CandleInterval } from "#domain/Candle.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** Candles in one answer. */
export const CANDLES_MAX = 5_000

export interface CandlesQuery {
  readonly symbol: SymbolName
  readonly interval: CandleInterval
  /** 1 to `CANDLES_MAX`. */
  readonly limit: number
  /** Only candles that open at or after. */
  readonly from?: Millis
  /** Only candles that open at or before; the present when absent. */
  readonly to?: Millis
}

/** A candle and whether it is final: a final one is the same for ever, the others still follow the price or wait to be checked. */
export interface ServedCandle extends Candle {
  readonly isFinal: boolean
}

export interface CandlesPage {
  /** The newest `limit` that match, oldest first. */
  readonly candles: ReadonlyArray<ServedCandle>
  /** False when upstream could not be asked for all of them. */
  readonly isComplete: boolean
}

/** Nothing is known of these candles, and upstream cannot be asked now. */
export class CandlesUnavailable extends Schema.TaggedError<CandlesUnavailable>()("CandlesUnavailable", {
  symbol: Schema.String,
  message: Schema.String,
  retryAfterMillis: Schema.Number
}) {}

export class Candles extends Context.Service<
  Candles,
  {
    readonly page: (query: CandlesQuery) => Effect.Effect<CandlesPage, CandlesUnavailable>
    /** Takes a quote that the quality gate accepted; the candles that someone looks at follow it. */
    readonly accept: (quote: Quote) => void
    /** Symbols that someone looks at. */
    readonly symbols: () => Iterable<SymbolName>
  }
>()("actors/Candles") {}
