import { describe, expect, it } from "vitest"
import { DAY, MINUTE, PricePath, type Bar } from "#simulator/market/PricePath.ts"
import { SIMULATED_INSTRUMENTS } from "#simulator/market/SimulatedInstrument.ts"

const LEVEL_MILLIS = [DAY, 240 * MINUTE, 60 * MINUTE, 15 * MINUTE, 5 * MINUTE, MINUTE]
const DAY_OPEN = Date.UTC(2026, 2, 4)
const eurusd = SIMULATED_INSTRUMENTS[0]!

const fold = (bars: ReadonlyArray<Bar>): Bar => ({
  openTime: bars[0]!.openTime,
  open: bars[0]!.open,
  high: Math.max(...bars.map((bar) => bar.high)),
  low: Math.min(...bars.map((bar) => bar.low)),
  close: bars.at(-1)!.close
})

const barsOfDay = (path: PricePath, level: number): Array<Bar> =>
  Array.from({ length: DAY / LEVEL_MILLIS[level]! }, (_, index) => path.bar(level, DAY_OPEN + index * LEVEL_MILLIS[level]!))

describe("PricePath", () => {
  it.each([1, 2, 3, 4, 5])("the bars of level %i add up to the day's bar exactly", (level) => {
    const path = new PricePath(eurusd, 7)
    expect(fold(barsOfDay(path, level))).toEqual(path.bar(0, DAY_OPEN))
  })

  it.each(SIMULATED_INSTRUMENTS.map((instrument) => [instrument.symbol, instrument] as const))(
    "the ticks of a %s minute make its bar",
    (_symbol, instrument) => {
      const path = new PricePath(instrument, 3)
      for (let minute = 0; minute < 200; minute++) {
        const openTime = DAY_OPEN + minute * MINUTE
        const ticks = path.ticks(openTime)
        expect(ticks).toHaveLength(instrument.ticksPerMinute)
        const bar = { openTime, open: ticks[0], high: Math.max(...ticks), low: Math.min(...ticks), close: ticks.at(-1) }
        expect(bar).toEqual(path.bar(5, openTime))
      }
    }
  )

  it("a minute opens where the one before closed, also over midnight", () => {
    const path = new PricePath(eurusd, 7)
    for (let minute = -30; minute < 30; minute++) {
      const time = DAY_OPEN + minute * MINUTE
      expect(path.bar(5, time + MINUTE).open).toBe(path.bar(5, time).close)
    }
  })

  it("the same seed gives the same path in any order of asking; another seed gives another", () => {
    const [forward, backward, other] = [new PricePath(eurusd, 7), new PricePath(eurusd, 7), new PricePath(eurusd, 8)]
    const times = Array.from({ length: 500 }, (_, index) => DAY_OPEN - index * 977 * MINUTE)
    const prices = times.map((time) => forward.bar(5, time).close)
    expect([...times].reverse().map((time) => backward.bar(5, time).close)).toEqual([...prices].reverse())
    expect(times.map((time) => other.bar(5, time).close)).not.toEqual(prices)
  })

  it.each(SIMULATED_INSTRUMENTS.map((instrument) => [instrument.symbol, instrument] as const))(
    "%s stays near its level and moves like its volatility",
    (_symbol, instrument) => {
      const path = new PricePath(instrument, 1)
      const closes = Array.from({ length: 2_000 }, (_, day) => path.bar(0, DAY_OPEN - day * DAY).close)
      const changes = closes.slice(1).map((close, index) => Math.log(closes[index]! / close) * 100)
      const deviation = Math.sqrt(changes.reduce((sum, change) => sum + change * change, 0) / changes.length)
      expect(deviation / instrument.dailyVolatilityPercent).toBeGreaterThan(0.6)
      expect(deviation / instrument.dailyVolatilityPercent).toBeLessThan(1.5)
      expect(Math.min(...closes) / instrument.price).toBeGreaterThan(0.2)
      expect(Math.max(...closes) / instrument.price).toBeLessThan(4)
    }
  )
})
