/**
 * Candle: the course of a price over an interval, folded from ticks.
 *
 * Intervals are aligned to UTC: days open at 00:00, weeks on Monday 00:00, months on the 1st 00:00, shorter ones at multiples of their length
 * since midnight; so neither daylight saving nor holidays move a bar. An interval without a tick has no candle. The price of a quote is the
 * middle of bid and ask.
 */
import { Schema } from "effect"
import { DecimalFromString, maxDecimal, minDecimal, type Decimal } from "#domain/Decimal.ts"
import { Millis } from "#domain/Quote.ts"

export const CandleInterval = Schema.Literals(["1m", "5m", "15m", "30m", "1h", "4h", "1d", "1w", "1M"])
export type CandleInterval = typeof CandleInterval.Type
export const CANDLE_INTERVALS: ReadonlyArray<CandleInterval> = CandleInterval.literals

export const Candle = Schema.Struct({
  /** When the interval begins. */
  openTime: Millis,
  open: DecimalFromString,
  high: DecimalFromString,
  low: DecimalFromString,
  close: DecimalFromString,
  /** Units traded, shares for instance; absent where it is not known, which is not the same as 0. */
  volume: Schema.optionalKey(DecimalFromString)
})
export interface Candle extends Schema.Schema.Type<typeof Candle> {}

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const WEEK = 7 * DAY
/** 1970-01-05 was a Monday. */
const MONDAY = 4 * DAY

const LENGTHS: Readonly<Record<Exclude<CandleInterval, "1w" | "1M">, number>> = {
  "1m": MINUTE,
  "5m": 5 * MINUTE,
  "15m": 15 * MINUTE,
  "30m": 30 * MINUTE,
  "1h": 60 * MINUTE,
  "4h": 240 * MINUTE,
  "1d": DAY
}

/** When the interval that holds `time` begins. */
export const candleOpen = (interval: CandleInterval, time: Millis): Millis => {
  if (interval === "1M") return monthOpen(time, 0)
  if (interval === "1w") return Math.floor((time - MONDAY) / WEEK) * WEEK + MONDAY
  return Math.floor(time / LENGTHS[interval]) * LENGTHS[interval]
}

/** When the interval that is `count` (negative: back) after the one that begins at `openTime` begins. */
export const shiftCandle = (interval: CandleInterval, openTime: Millis, count: number): Millis => {
  if (interval === "1M") return monthOpen(openTime, count)
  return openTime + count * (interval === "1w" ? WEEK : LENGTHS[interval])
}

/** When the interval that begins at `openTime` ends, and the next begins. */
export const candleClose = (interval: CandleInterval, openTime: Millis): Millis => shiftCandle(interval, openTime, 1)

/** How many intervals begin in [from, until), both of which begin one. */
export const candleCount = (interval: CandleInterval, from: Millis, until: Millis): number => {
  if (interval !== "1M") return Math.max(0, Math.round((until - from) / (interval === "1w" ? WEEK : LENGTHS[interval])))
  const [first, last] = [new Date(from), new Date(until)]
  return Math.max(0, (last.getUTCFullYear() - first.getUTCFullYear()) * 12 + last.getUTCMonth() - first.getUTCMonth())
}

const monthOpen = (time: Millis, months: number): Millis => {
  const date = new Date(time)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months)
}

/** The candle of a single price. */
export const firstCandle = (openTime: Millis, price: Decimal): Candle => ({ openTime, open: price, high: price, low: price, close: price })

/** The candle after one more price in its interval. */
export const foldPrice = (candle: Candle, price: Decimal): Candle =>
  price === candle.close && price <= candle.high && price >= candle.low
    ? candle
    : { ...candle, high: maxDecimal(candle.high, price), low: minDecimal(candle.low, price), close: price }

/** A candle that still forms knows no volume: upstream's counts only what was traded until it answered. */
export const withoutVolume = ({ volume: _volume, ...figures }: Candle): Candle => figures

/** A candle of known figures, from upstream, after which the prices of `live` came. It still forms. */
export const joinCandles = (known: Candle, live: Candle): Candle => ({
  openTime: known.openTime,
  open: known.open,
  high: maxDecimal(known.high, live.high),
  low: minDecimal(known.low, live.low),
  close: live.close
})

/** Its prices are positive and agree with each other, and nothing less than nothing was traded. */
export const isSoundCandle = ({ open, high, low, close, volume = 0n }: Candle): boolean =>
  low > 0n && low <= open && low <= close && open <= high && close <= high && volume >= 0n
