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
