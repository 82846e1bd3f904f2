import { describe, expect, it } from "vitest"
import { barAfter, settledBars } from "./bars.ts"

const at = (text: string): number => Date.parse(text) / 1_000

describe("barAfter", () => {
  const last = { time: at("2026-11-23T13:07:00Z"), open: 1.1, high: 1.2, low: 1, close: 1.15 }

  it("begins with the first price when there is no history", () => {
    expect(barAfter(undefined, 1.5, at("2026-11-23T13:07:42Z"), "1m")).toEqual({
      time: last.time,
      open: 1.5,
      high: 1.5,
      low: 1.5,
      close: 1.5
    })
  })
  it("grows the bar that the price falls into", () => {
    expect(barAfter(last, 1.25, last.time + 59, "1m")).toEqual({ ...last, high: 1.25, close: 1.25 })
    expect(barAfter(last, 0.9, last.time + 59, "1m")).toEqual({ ...last, low: 0.9, close: 0.9 })
  })
  it("begins a new bar where the last one ended", () => {
    expect(barAfter(last, 1.16, last.time + 60, "1m")).toEqual({ time: last.time + 60, open: 1.16, high: 1.16, low: 1.16, close: 1.16 })
  })
  it("ignores a price from before the last bar", () => {
    expect(barAfter(last, 9, last.time - 1, "1m")).toEqual(last)
  })
})

describe("settledBars", () => {
  const bar = (time: number, close: number) => ({ time, open: 1, high: 2, low: 1, close })

  it("takes bars that are over as they were settled, and leaves the one that grows", () => {
    const settled = [60, 120, 180, 240].map((time) => ({ ...bar(time, 1.5), volume: time }))
    expect(settledBars([bar(0, 1.1), bar(60, 1.2), bar(180, 1.3), bar(240, 1.4)], settled)).toEqual([
      bar(0, 1.1),
      { ...bar(60, 1.5), volume: 60 },
      { ...bar(180, 1.5), volume: 180 },
      bar(240, 1.4)
    ])
  })
})
