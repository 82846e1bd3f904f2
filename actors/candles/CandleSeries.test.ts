import { describe, expect, it } from "vitest"
import { CandleSeries, SERIES_CANDLES_MAX, type SeriesWindow } from "#actors/candles/CandleSeries.ts"
import { candleOpen, CANDLE_INTERVALS, firstCandle, type Candle, type CandleInterval } from "#domain/Candle.ts"
import { decimal, type Decimal } from "#domain/Decimal.ts"

const MINUTE = 60_000
const candle = (minute: number, price: number): Candle => firstCandle(minute * MINUTE, decimal(String(price)))
const all = { limit: 5_000, from: undefined, to: undefined }
const figures = (candles: ReadonlyArray<Candle>) => candles.map(({ openTime, close }) => [openTime / MINUTE, Number(close) / 1e8])

/** Final minutes 0 to 9. */
const filled = () => {
  const series = new CandleSeries("1m")
  series.setFinal(
    Array.from({ length: 10 }, (_, minute) => candle(minute, minute + 1)),
    0,
    10 * MINUTE,
    undefined
  )
  return series
}

describe("a series", () => {
  it("is silent before it is filled", () => {
    const series = new CandleSeries("1m")
    series.take(decimal("1"), 0)
    expect(series.read(all)).toBeUndefined()
  })

  it("serves the newest of a window, final first", () => {
    const series = filled()
    series.take(decimal("50"), 10 * MINUTE)
    const read = (window: Partial<SeriesWindow>) => {
      const page = series.read({ ...all, ...window })
      return [figures(page?.final ?? []), figures(page?.open ?? [])]
    }
    expect(read({ limit: 2 })).toEqual([[[9, 10]], [[10, 50]]])
    expect(read({ limit: 1 })).toEqual([[], [[10, 50]]])
    expect(read({ limit: 2, to: 7 * MINUTE })).toEqual([
      [
        [6, 7],
        [7, 8]
      ],
      []
    ])
    expect(read({ from: 8 * MINUTE })).toEqual([
      [
        [8, 9],
        [9, 10]
      ],
      [[10, 50]]
    ])
    expect(read({ from: 3 * MINUTE, to: 4 * MINUTE })).toEqual([
      [
        [3, 4],
        [4, 5]
      ],
      []
    ])
  })

  it("says when it does not reach back far enough", () => {
    const series = new CandleSeries("1m")
    series.setFinal([candle(5, 1), candle(6, 2)], 5 * MINUTE, 7 * MINUTE, undefined)
    expect(series.read({ ...all, limit: 3 })).toBeUndefined()
    expect(series.read({ ...all, limit: 2 })).toBeDefined()
    expect(series.read({ ...all, from: 4 * MINUTE })).toBeUndefined()
    expect(series.read({ ...all, from: 5 * MINUTE })).toBeDefined()
  })

  it("follows the price, ends candles by the next one or by the clock, and takes late prices until they are final", () => {
    const series = filled()
    series.take(decimal("50"), 10 * MINUTE)
    series.take(decimal("51"), 11 * MINUTE)
    series.take(decimal("49"), 10 * MINUTE + 59_000)
    expect(figures(series.provisional)).toEqual([[10, 49]])
    expect(series.provisional[0]).toMatchObject({ open: decimal("50"), low: decimal("49") })
    series.advance(12 * MINUTE - 1)
    expect(figures(series.provisional)).toEqual([[10, 49]])
    series.advance(12 * MINUTE)
    expect(figures(series.provisional)).toEqual([
      [10, 49],
      [11, 51]
    ])
    series.take(decimal("99"), 9 * MINUTE)
    expect(figures(series.read(all)?.final.slice(-1) ?? [])).toEqual([[9, 10]])
  })

  it("settles on upstream's bars where there are any, else on its own", () => {
    const series = filled()
    for (const [minute, price] of [
      [10, 50],
      [11, 51],
      [13, 53]
    ] as const)
      series.take(decimal(String(price)), minute * MINUTE)
    const settled = series.settle([candle(10, 60), candle(12, 62), candle(13, 63)], 13 * MINUTE)
    expect(figures(settled)).toEqual([
      [10, 60],
      [11, 51],
      [12, 62]
    ])
    series.extend(settled, 13 * MINUTE, candle(13, 63))
    expect(figures(series.provisional)).toEqual([])
    expect(figures(series.read({ ...all, limit: 3 })?.final ?? [])).toEqual([
      [11, 51],
      [12, 62]
    ])
    expect(series.read({ ...all, limit: 1 })?.open[0]).toMatchObject({ open: decimal("63"), close: decimal("53") })
  })

  it("takes from upstream what happened in the forming candle before the first tick here", () => {
    const series = new CandleSeries("1m")
    series.take(decimal("5"), 30 * MINUTE)
    series.setFinal([], 0, 30 * MINUTE, {
      openTime: 30 * MINUTE,
      open: decimal("2"),
      high: decimal("9"),
      low: decimal("1"),
      close: decimal("4")
    })
    series.take(decimal("6"), 30 * MINUTE + 1)
    expect(series.read(all)?.open).toEqual([
      { openTime: 30 * MINUTE, open: decimal("2"), high: decimal("9"), low: decimal("1"), close: decimal("6") }
    ])
  })

  it("has the volumes of final candles, and none of what still forms, of which upstream only tells a part", () => {
    const traded = (minute: number, price: number) => ({ ...candle(minute, price), volume: decimal("100") })
    const volumes = () => {
      const read = series.read(all)
      return [...(read?.final ?? []), ...(read?.open ?? [])].map(({ volume }) => volume)
    }
    const series = new CandleSeries("1m")
    series.setFinal([traded(0, 1), candle(1, 1)], 0, 2 * MINUTE, traded(2, 1))
    expect(volumes()).toEqual([decimal("100"), undefined, undefined])
    series.take(decimal("2"), 2 * MINUTE + 1)
    series.take(decimal("3"), 3 * MINUTE)
    expect(volumes()).toEqual([decimal("100"), undefined, undefined, undefined])
    series.extend(series.settle([traded(2, 5)], 3 * MINUTE), 3 * MINUTE, traded(3, 3))
    expect(volumes()).toEqual([decimal("100"), undefined, decimal("100"), undefined])
  })

  it("stays bounded, whatever comes", () => {
    const series = new CandleSeries("1m")
    series.setFinal(
      Array.from({ length: SERIES_CANDLES_MAX + 100 }, (_, minute) => candle(minute, 1)),
      0,
      (SERIES_CANDLES_MAX + 100) * MINUTE,
      undefined
    )
    for (let minute = 10_000; minute < 20_000; minute++) series.take(decimal("1"), minute * MINUTE)
    expect(series.candlesCount).toBe(SERIES_CANDLES_MAX + 500)
    expect(series.from).toBe(100 * MINUTE)
  })
})

describe("a week with a weekend gap, a change to summer time and a holiday", () => {
  /** Mulberry32: small, seeded, good enough to scatter ticks. */
  const randomOf = (seed: number) => {
    let state = seed
    return () => {
      state = (state + 0x6d2b79f5) | 0
      const mixed = Math.imul(state ^ (state >>> 15), 1 | state)
      return (((mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed) >>> 14) / 262_144
    }
  }
  /** Forex hours around the European change of 2026-03-29, with Good Friday, 2026-04-03, closed. */
  const isOpen = (time: number) => {
    const date = new Date(time)
    const [day, hour] = [date.getUTCDay(), date.getUTCHours()]
    if (date.toISOString().startsWith("2026-04-03")) return false
    return day === 0 ? hour >= 21 : day === 5 ? hour < 21 : day !== 6
  }
  const ticks = () => {
    const random = randomOf(42)
    const list: Array<readonly [number, Decimal]> = []
    let price = 110_000
    for (let time = Date.UTC(2026, 2, 26); time < Date.UTC(2026, 3, 7); time += 200 + Math.floor(random() * 40_000)) {
      price += Math.floor(random() * 21) - 10
      if (isOpen(time)) list.push([time, BigInt(price) * 1_000n])
    }
    return list
  }
  /** By the calendar's words, with no arithmetic in common with the product. */
  const nameOf = (interval: CandleInterval, time: number): string => {
    const iso = new Date(time).toISOString()
    const minutes = new Date(time).getUTCHours() * 60 + new Date(time).getUTCMinutes()
    const lengths: Partial<Record<CandleInterval, number>> = { "1m": 1, "5m": 5, "15m": 15, "30m": 30, "1h": 60, "4h": 240 }
    const length = lengths[interval]
    if (length !== undefined) return `${iso.slice(0, 10)} ${Math.floor(minutes / length)}`
    if (interval === "1d") return iso.slice(0, 10)
    if (interval === "1M") return iso.slice(0, 7)
    const monday = new Date(time)
    while (monday.getUTCDay() !== 1) monday.setUTCDate(monday.getUTCDate() - 1)
    return monday.toISOString().slice(0, 10)
  }

  it.each(CANDLE_INTERVALS)("gives the %s candles that an independent fold gives", (interval) => {
    const series = new CandleSeries(interval)
    const [first] = ticks()
    const start = candleOpen(interval, first?.[0] ?? 0)
    series.setFinal([], 0, start, undefined)
    const expected = new Map<string, Array<Decimal>>()
    for (const [time, price] of ticks()) {
      const name = nameOf(interval, time)
      const prices = expected.get(name) ?? []
      prices.push(price)
      expected.set(name, prices)
      series.take(price, time)
      series.advance(time)
      // What ends becomes final at once, so that no candle depends on how many wait.
      if (series.provisional.length > 0) series.extend(series.settle([], candleOpen(interval, time)), candleOpen(interval, time), undefined)
    }
    const page = series.read(all)
    const candles = [...(page?.final ?? []), ...(page?.open ?? [])]
    const wanted = [...expected.values()].map((prices) => ({
      open: prices[0],
      high: prices.reduce((a, b) => (a > b ? a : b)),
      low: prices.reduce((a, b) => (a < b ? a : b)),
      close: prices.at(-1)
    }))
    expect(candles.map(({ open, high, low, close }) => ({ open, high, low, close }))).toEqual(wanted.slice(-candles.length))
    expect(candles.map(({ openTime }) => nameOf(interval, openTime))).toEqual([...expected.keys()].slice(-candles.length))
    expect(candles).toHaveLength(Math.min(5_000, expected.size))
  })
})
