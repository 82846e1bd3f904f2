/** Interval: the bar lengths that `/time_series` knows, all aligned to UTC; weeks open on Monday. */
import { DAY, MINUTE } from "#simulator/market/PricePath.ts"

export interface Interval {
  readonly name: string
  /** The open of the bar that holds `time`, epoch milliseconds. */
  readonly openOf: (time: number) => number
  /** The open of the bar `count` bars after the one that opens at `openTime`; `count` may be negative. */
  readonly shift: (openTime: number, count: number) => number
}

const fixed = (name: string, millis: number): Interval => ({
  name,
  openOf: (time) => Math.floor(time / millis) * millis,
  shift: (openTime, count) => openTime + count * millis
})

/** 1970-01-05 was a Monday. */
const MONDAY = 4 * DAY

const INTERVALS: ReadonlyArray<Interval> = [
  fixed("1min", MINUTE),
  fixed("5min", 5 * MINUTE),
  fixed("15min", 15 * MINUTE),
  fixed("30min", 30 * MINUTE),
  fixed("45min", 45 * MINUTE),
  fixed("1h", 60 * MINUTE),
  fixed("2h", 120 * MINUTE),
  fixed("4h", 240 * MINUTE),
  fixed("8h", 480 * MINUTE),
  fixed("1day", DAY),
  {
    name: "1week",
    openOf: (time) => Math.floor((time - MONDAY) / (7 * DAY)) * 7 * DAY + MONDAY,
    shift: (openTime, count) => openTime + count * 7 * DAY
  },
  {
    name: "1month",
    openOf: (time) => Date.UTC(new Date(time).getUTCFullYear(), new Date(time).getUTCMonth()),
    shift: (openTime, count) => Date.UTC(new Date(openTime).getUTCFullYear(), new Date(openTime).getUTCMonth() + count)
  }
]

export const findInterval = (name: string): Interval | undefined => INTERVALS.find((interval) => interval.name === name)

/** Daily and longer bars carry a date only. */
export const isDaily = (interval: Interval): boolean => ["1day", "1week", "1month"].includes(interval.name)
