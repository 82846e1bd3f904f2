import { expect, it } from "vitest"
import { foldCandles } from "#actors/candles/foldCandles.ts"
import { decimal } from "#domain/Decimal.ts"

const halfHour = (index: number, open: number, high: number, low: number, close: number) => ({
  openTime: index * 1_800_000,
  open: decimal(String(open)),
  high: decimal(String(high)),
  low: decimal(String(low)),
  close: decimal(String(close))
})

it("half hours make hours of the clock, with gaps where there were none", () => {
  const folded = foldCandles([halfHour(1, 1, 3, 1, 2), halfHour(2, 2, 5, 2, 4), halfHour(3, 4, 4, 1, 3), halfHour(6, 3, 3, 3, 3)], "1h")
  expect(folded).toEqual([
    { ...halfHour(1, 1, 3, 1, 2), openTime: 0 },
    { ...halfHour(2, 2, 5, 1, 3), openTime: 3_600_000 },
    { ...halfHour(6, 3, 3, 3, 3), openTime: 10_800_000 }
  ])
})

it("volumes add up as far as they are known", () => {
  const bar = (index: number, volume?: string) => ({
    ...halfHour(index, 1, 1, 1, 1),
    ...(volume === undefined ? {} : { volume: decimal(volume) })
  })
  const folded = foldCandles([bar(0, "100"), bar(1, "20.5"), bar(2), bar(3, "0"), bar(4), bar(5), bar(6, "7"), bar(7)], "1h")
  expect(folded.map(({ volume }) => volume)).toEqual([decimal("120.5"), 0n, undefined, decimal("7")])
  expect(folded[2]).not.toHaveProperty("volume")
})
