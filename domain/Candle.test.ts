import { describe, expect, it } from "vitest"
import {
  candleClose,
  candleCount,
  candleOpen,
  CANDLE_INTERVALS,
  firstCandle,
  foldPrice,
  isSoundCandle,
  joinCandles,
  shiftCandle,
  withoutVolume,
  type Candle
} from "#domain/Candle.ts"
import { decimal } from "#domain/Decimal.ts"

const at = (text: string) => Date.parse(`${text}Z`)

describe("alignment", () => {
  it.each([
    ["1m", "2026-03-29T01:23:45.678", "2026-03-29T01:23", "2026-03-29T01:24"],
    ["5m", "2026-03-29T01:23:45", "2026-03-29T01:20", "2026-03-29T01:25"],
    ["15m", "2026-03-29T01:23:45", "2026-03-29T01:15", "2026-03-29T01:30"],
    ["30m", "2026-03-29T01:23:45", "2026-03-29T01:00", "2026-03-29T01:30"],
    ["1h", "2026-03-29T01:23:45", "2026-03-29T01:00", "2026-03-29T02:00"],
    ["4h", "2026-03-29T01:23:45", "2026-03-29T00:00", "2026-03-29T04:00"],
    ["4h", "2026-03-29T23:59:59.999", "2026-03-29T20:00", "2026-03-30T00:00"],
    ["1d", "2026-03-29T23:59:59.999", "2026-03-29T00:00", "2026-03-30T00:00"],
    ["1w", "2026-03-29T23:59:59.999", "2026-03-23T00:00", "2026-03-30T00:00"],
    ["1w", "2026-03-30T00:00", "2026-03-30T00:00", "2026-04-06T00:00"],
    ["1w", "1970-01-01T00:00", "1969-12-29T00:00", "1970-01-05T00:00"],
    ["1M", "2026-01-31T12:00", "2026-01-01T00:00", "2026-02-01T00:00"],
    ["1M", "2026-12-31T23:59:59.999", "2026-12-01T00:00", "2027-01-01T00:00"]
  ] as const)("%s at %s opens %s and closes %s", (interval, time, open, close) => {
    const openTime = candleOpen(interval, at(time))
    expect([openTime, candleClose(interval, openTime)]).toEqual([at(open), at(close)])
  })

  it.each(CANDLE_INTERVALS)("%s: shifting there and back, and counting, agree", (interval) => {
    const openTime = candleOpen(interval, at("2026-03-29T01:23:45"))
    for (const count of [1, 2, 13, 500]) {
      const earlier = shiftCandle(interval, openTime, -count)
      expect(candleOpen(interval, earlier)).toBe(earlier)
      expect(shiftCandle(interval, earlier, count)).toBe(openTime)
      expect(candleCount(interval, earlier, openTime)).toBe(count)
    }
  })
})

describe("figures", () => {
  const candle = (open: string, high: string, low: string, close: string): Candle => ({
    openTime: 0,
    open: decimal(open),
    high: decimal(high),
    low: decimal(low),
    close: decimal(close)
  })

  it("follow the price", () => {
    const folded = ["5", "7", "3", "3", "4"]
      .map(decimal)
      .reduce<Candle | undefined>((last, price) => (last === undefined ? firstCandle(0, price) : foldPrice(last, price)), undefined)
    expect(folded).toEqual(candle("5", "7", "3", "4"))
  })

  it("of upstream and of the ticks since are joined", () => {
    expect(joinCandles(candle("5", "8", "4", "6"), candle("6", "7", "3", "3.5"))).toEqual(candle("5", "8", "3", "3.5"))
  })

  it("know no volume while they form", () => {
    const known = { ...candle("5", "8", "4", "6"), volume: decimal("1000") }
    expect(joinCandles(known, candle("6", "7", "3", "3.5"))).toEqual(candle("5", "8", "3", "3.5"))
    expect(withoutVolume(known)).toEqual(candle("5", "8", "4", "6"))
    expect(firstCandle(0, decimal("5"))).not.toHaveProperty("volume")
  })

  it.each([
    [candle("5", "7", "3", "4"), true],
    [candle("5", "5", "5", "5"), true],
    [{ ...candle("5", "7", "3", "4"), volume: 0n }, true],
    [{ ...candle("5", "7", "3", "4"), volume: -1n }, false],
    [candle("5", "4", "3", "4"), false],
    [candle("5", "7", "3", "8"), false],
    [candle("5", "7", "6", "6"), false],
    [candle("0", "0", "0", "0"), false],
    [candle("5", "7", "-3", "6"), false]
  ])("%# are sound or not", (figures, isSound) => {
    expect(isSoundCandle(figures)).toBe(isSound)
  })
})
