/** Candles: the port through which past prices come in. */
import type { Candle, CandleInterval } from "#domain/Candle.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"
import { Context, Schema, type Effect } from "effect"

/** Upstream did not answer, or not in time. */
export class CandlesUnavailable extends Schema.TaggedError<CandlesUnavailable>()("CandlesUnavailable", { cause: Schema.String }) {}

export interface CandleRequest {
  /** The newest so many. */
  readonly limit: number
  /** Inclusive bounds of `openTime`. */
  readonly from: Millis | undefined
  readonly to: Millis | undefined
}

export class Candles extends Context.Service<
  Candles,
  {
    /** Oldest first. */
    readonly candles: (
      symbol: SymbolName,
      interval: CandleInterval,
      request: CandleRequest
    ) => Effect.Effect<ReadonlyArray<Candle>, CandlesUnavailable>
  }
>()("server/api/Candles") {}
