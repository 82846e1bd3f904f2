/** bars: candles as they grow with each quote, by the domain's own division of time. */
import { type CandleInterval, candleOpen } from "#domain/Candle.ts"
import type { Candle } from "../../api/market.ts"

/** The bar that a price belongs to after it came: the last one grown, or a new one. A price from before the last bar changes nothing, nor does the one it closes at. */
export const barAfter = (last: Candle | undefined, price: number, seconds: number, interval: CandleInterval): Candle => {
  const time = candleOpen(interval, seconds * 1_000) / 1_000
  if (last === undefined || time > last.time) return { time, open: price, high: price, low: price, close: price }
  if (time < last.time || price === last.close) return last
  return { ...last, high: Math.max(last.high, price), low: Math.min(last.low, price), close: price }
}

/** Bars that are over as the server has them by now; the last one goes on with the quotes. */
export const settledBars = (bars: ReadonlyArray<Candle>, known: ReadonlyArray<Candle>): ReadonlyArray<Candle> => {
  const byTime = new Map(known.map((candle) => [candle.time, candle]))
  return bars.map((bar, index) => (index === bars.length - 1 ? bar : (byTime.get(bar.time) ?? bar)))
}
