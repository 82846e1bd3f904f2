/** CandleStore: closed candles that outlive the process, and the stretches of time in which none is missing. */
import { Context, type Effect } from "effect"
import type { Candle, CandleInterval } from "#domain/Candle.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** From `from` (inclusive) to `until` (exclusive), by the opening times of candles. */
export interface Stretch {
  readonly from: Millis
  readonly until: Millis
}

export interface StoredCandles {
  /** Oldest first. */
  readonly candles: ReadonlyArray<Candle>
  /** The newest stretch without gaps that begins before the time asked for, cut off there; undefined when there is none. */
  readonly covered: Stretch | undefined
}

export class CandleStore extends Context.Service<
  CandleStore,
  {
    /** The newest `limit` candles that open before `until`, and what is known to be complete there. A failure counts as an empty store. */
    readonly load: (symbol: SymbolName, interval: CandleInterval, until: Millis, limit: number) => Effect.Effect<StoredCandles>
    /**
     * Keeps closed candles that fill `stretch` and answers what is now stored of them: a candle that was there already stays as it was, so
     * that a closed one never changes, whichever process closed it. A failure answers the candles as they were given.
     */
    readonly save: (
      symbol: SymbolName,
      interval: CandleInterval,
      candles: ReadonlyArray<Candle>,
      stretch: Stretch
    ) => Effect.Effect<ReadonlyArray<Candle>>
  }
>()("actors/CandleStore") {}
