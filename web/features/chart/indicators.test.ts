import { describe, expect, it } from "vitest"
import { bollinger, ema, macd, rsi, sma } from "./indicators.ts"

const rounded = (line: ReadonlyArray<number | undefined>, digits = 4) =>
  line.map((value) => (value === undefined ? undefined : Number(value.toFixed(digits))))

describe("indicators", () => {
  it("sma: the mean of the last so many", () => {
    expect(sma([1, 2, 3, 4, 5], 3)).toEqual([undefined, undefined, 2, 3, 4])
  })

  it("ema: begins with the simple mean and then weighs the newest by 2 / (n + 1)", () => {
    expect(ema([2, 4, 6, 8, 12], 3)).toEqual([undefined, undefined, 4, 6, 9])
  })

  it("bollinger: two standard deviations of the population around the mean", () => {
    const bands = bollinger([2, 4, 4, 4, 5, 5, 7, 9], 8, 2)
    expect([bands.lower.at(-1), bands.middle.at(-1), bands.upper.at(-1)]).toEqual([1, 5, 9])
    expect(bands.upper.slice(0, 7).every((value) => value === undefined)).toBe(true)
  })

  /** Wilder's own worked example, as StockCharts publishes it. */
  it("rsi: Wilder's smoothing", () => {
    const closes = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931, 46.0328, 45.614, 46.282, 46.282,
      46.0028, 46.0328
    ]
    expect(rounded(rsi(closes, 14), 2).slice(-3)).toEqual([70.53, 66.32, 66.55])
  })

  it("rsi: 100 without a fall, 0 without a rise", () => {
    expect(rsi([1, 2, 3, 4], 2).slice(2)).toEqual([100, 100])
    expect(rsi([4, 3, 2, 1], 2).slice(2)).toEqual([0, 0])
  })

  it("macd: nothing moves while the price stands still, and the histogram is the distance to the signal", () => {
    const still = macd(
      Array.from({ length: 40 }, () => 5),
      12,
      26,
      9
    )
    expect(still.macd.at(-1)).toBe(0)
    expect(still.signal.at(-1)).toBe(0)
    const moving = macd(
      Array.from({ length: 60 }, (_, index) => 100 + Math.sin(index / 5)),
      12,
      26,
      9
    )
    expect(moving.signal.slice(0, 33).every((value) => value === undefined)).toBe(true)
    expect(moving.signal[33]).toBeDefined()
    expect(moving.histogram.at(-1)).toBeCloseTo((moving.macd.at(-1) ?? 0) - (moving.signal.at(-1) ?? 0), 12)
  })
})
