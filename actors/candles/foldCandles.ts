/** Shorter candles as longer ones: upstream opens a share's hours with the exchange, ours open with the clock. */
import { candleOpen, type Candle, type CandleInterval } from "#domain/Candle.ts"
import { maxDecimal, minDecimal, type Decimal } from "#domain/Decimal.ts"

/** `candles` oldest first, each within one interval. */
export const foldCandles = (candles: ReadonlyArray<Candle>, interval: CandleInterval): ReadonlyArray<Candle> => {
  const folded: Array<Candle> = []
  for (const candle of candles) {
    const openTime = candleOpen(interval, candle.openTime)
    const last = folded.at(-1)
    if (last?.openTime !== openTime) folded.push({ ...candle, openTime })
    else
      folded[folded.length - 1] = {
        ...last,
        high: maxDecimal(last.high, candle.high),
        low: minDecimal(last.low, candle.low),
        close: candle.close,
        ...totalVolume(last.volume, candle.volume)
      }
  }
  return folded
}

/** Of what is known; nothing when neither is. */
const totalVolume = (first: Decimal | undefined, second: Decimal | undefined): Pick<Candle, "volume"> =>
  first === undefined && second === undefined ? {} : { volume: (first ?? 0n) + (second ?? 0n) }
