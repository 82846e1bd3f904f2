/**
 * CandleSeries: the candles of one symbol and interval in memory.
 *
 * final ──────────────────────────►│ provisional ►│ forming
 * from                             until
 *
 * Final candles fill [from, until) without a gap and never change. Provisional ones are over, but were only built from ticks and wait to be
 * held against upstream. The forming one follows the price.
 */
import {
  candleClose,
  candleOpen,
  firstCandle,
  foldPrice,
  joinCandles,
  withoutVolume,
  type Candle,
  type CandleInterval
} from "#domain/Candle.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Millis } from "#domain/Quote.ts"

/** Final candles kept; the oldest go first. A little more than one answer holds. */
export const SERIES_CANDLES_MAX = 5_500
/** Provisional candles kept while upstream cannot be asked; the oldest go first. */
const PROVISIONAL_MAX = 500

export interface SeriesWindow {
  readonly limit: number
  readonly from: Millis | undefined
  readonly to: Millis | undefined
}

export class CandleSeries {
  readonly interval: CandleInterval
  /** Final, oldest first. */
  #final: ReadonlyArray<Candle> = []
  #from: Millis | undefined
  #until: Millis | undefined
  #provisional: ReadonlyArray<Candle> = []
  #forming: Candle | undefined

  constructor(interval: CandleInterval) {
    this.interval = interval
  }

  get candlesCount(): number {
    return this.#final.length + this.#provisional.length
  }

  /** Where final candles begin; undefined before the first fill. */
  get from(): Millis | undefined {
    return this.#from
  }

  /** Where final candles end; undefined before the first fill. */
  get until(): Millis | undefined {
    return this.#until
  }

  get provisional(): ReadonlyArray<Candle> {
    return this.#provisional
  }

  /** Folds one more price in. One that belongs to a final candle comes too late. */
  take(price: Decimal, time: Millis): void {
    const openTime = candleOpen(this.interval, time)
    if (this.#until !== undefined && openTime < this.#until) return
    if (this.#forming === undefined || openTime > this.#forming.openTime) this.#begin(firstCandle(openTime, price))
    else if (openTime === this.#forming.openTime) this.#forming = foldPrice(this.#forming, price)
    else this.#takeLate(openTime, price)
  }

  /** Ends the forming candle when its time is over. */
  advance(now: Millis): void {
    if (this.#forming !== undefined && candleClose(this.interval, this.#forming.openTime) <= now) this.#end()
  }

  /**
   * Sets the final candles, which fill [from, until). Provisional ones before `until` are replaced by them; `running` is upstream's view of
   * the candle that is forming, which may know of prices that came before the first tick here.
   */
  setFinal(final: ReadonlyArray<Candle>, from: Millis, until: Millis, running: Candle | undefined): void {
    this.#final = final.slice(-SERIES_CANDLES_MAX)
    this.#from = this.#final.length < final.length ? (this.#final[0]?.openTime ?? from) : from
    this.#until = until
    this.#provisional = this.#provisional.filter(({ openTime }) => openTime >= until)
    if (this.#forming !== undefined && this.#forming.openTime < until) this.#forming = undefined
    if (running !== undefined) this.#join(running)
  }

  /** Appends final candles that fill [present end, until), and takes upstream's view of the forming one. */
  extend(final: ReadonlyArray<Candle>, until: Millis, running: Candle | undefined): void {
    if (this.#from !== undefined) this.setFinal(this.#final.concat(final), this.#from, until, running)
  }

  /** What the provisional candles before `until` come to when upstream's `bars` are believed: theirs where there are any, else ours. */
  settle(bars: ReadonlyArray<Candle>, until: Millis): ReadonlyArray<Candle> {
    const from = this.#until ?? until
    const settled = new Map<Millis, Candle>()
    for (const candle of this.#provisional) settled.set(candle.openTime, candle)
    for (const bar of bars) settled.set(bar.openTime, bar)
    return [...settled.values()].filter(({ openTime }) => openTime >= from && openTime < until).toSorted((a, b) => a.openTime - b.openTime)
  }

  /** The newest candles of the window, final first; undefined when some that it asks for lie before the final ones kept here. */
  read({ limit, from, to }: SeriesWindow): { readonly final: ReadonlyArray<Candle>; readonly open: ReadonlyArray<Candle> } | undefined {
    if (this.#from === undefined) return undefined
    const matches = ({ openTime }: Candle) => (from === undefined || openTime >= from) && (to === undefined || openTime <= to)
    const open = [...this.#provisional, ...(this.#forming === undefined ? [] : [this.#forming])].filter(matches).slice(-limit)
    const final = newest(this.#final, limit - open.length, matches, to)
    const reachesBack = this.#from === 0 || (from !== undefined && from >= this.#from) || final.length + open.length >= limit
    return reachesBack ? { final, open } : undefined
  }

  #begin(candle: Candle): void {
    this.#end()
    this.#forming = candle
  }

  #end(): void {
    if (this.#forming === undefined) return
    this.#provisional = [...this.#provisional.slice(-(PROVISIONAL_MAX - 1)), this.#forming]
    this.#forming = undefined
  }

  /** A price of an interval that is over, but not final. */
  #takeLate(openTime: Millis, price: Decimal): void {
    const known = this.#provisional.find((candle) => candle.openTime === openTime)
    const changed = known === undefined ? firstCandle(openTime, price) : foldPrice(known, price)
    const others = this.#provisional.filter((candle) => candle.openTime !== openTime)
    this.#provisional = [...others, changed].toSorted((a, b) => a.openTime - b.openTime).slice(-PROVISIONAL_MAX)
  }

  #join(running: Candle): void {
    if (this.#until !== undefined && running.openTime < this.#until) return
    if (this.#forming === undefined) this.#forming = withoutVolume(running)
    else if (this.#forming.openTime === running.openTime) this.#forming = joinCandles(running, this.#forming)
    else
      this.#provisional = this.#provisional.map((candle) => (candle.openTime === running.openTime ? joinCandles(running, candle) : candle))
  }
}

/** The last `count` that match; searches from the end, for the newest are asked for most. */
const newest = (
  candles: ReadonlyArray<Candle>,
  count: number,
  matches: (candle: Candle) => boolean,
  to: Millis | undefined
): ReadonlyArray<Candle> => {
  const end = to === undefined ? candles.length : candles.findLastIndex(({ openTime }) => openTime <= to) + 1
  let start = end
  while (start > 0 && end - start < count) {
    const candle = candles[start - 1]
    if (candle === undefined || !matches(candle)) break
    start--
  }
  return candles.slice(start, end)
}
