import { Schema } from "effect"
import { expect, it } from "vitest"
import { CandlesView } from "#contract/MarketViews.ts"
import { decimal } from "#domain/Decimal.ts"
import { candlesText } from "#server/api/candlesText.ts"

const candle = (openTime: number, isFinal: boolean) => ({
  openTime,
  open: decimal("1.1"),
  high: decimal("1.20001"),
  low: decimal("1"),
  close: decimal("1.15"),
  isFinal
})

it("is what the contract says of candles", () => {
  const page = { isComplete: true, candles: [candle(Date.UTC(2026, 0, 2, 3, 4), true), candle(Date.UTC(2026, 0, 2, 3, 5), false)] }
  const json: unknown = JSON.parse(candlesText({ symbol: "EURUSD", interval: "1m" }, page, 5))
  expect(json).toEqual({
    symbol: "EURUSD",
    interval: "1m",
    isComplete: true,
    candles: [
      { time: "2026-01-02T03:04:00.000Z", open: "1.10000", high: "1.20001", low: "1.00000", close: "1.15000", isFinal: true },
      { time: "2026-01-02T03:05:00.000Z", open: "1.10000", high: "1.20001", low: "1.00000", close: "1.15000", isFinal: false }
    ]
  })
  const decode = Schema.decodeUnknownSync(CandlesView, { onExcessProperty: "error" })
  expect(decode(json).candles.map(({ time }) => time)).toEqual(page.candles.map(({ openTime }) => openTime))
})

it("has a volume where one is known", () => {
  const candles = [{ ...candle(0, true), volume: decimal("1523400") }, { ...candle(60_000, true), volume: 0n }, candle(120_000, false)]
  const json: unknown = JSON.parse(candlesText({ symbol: "AAPL", interval: "1m" }, { isComplete: true, candles }, 2))
  const decoded = Schema.decodeUnknownSync(CandlesView, { onExcessProperty: "error" })(json)
  expect(decoded.candles.map(({ volume }) => volume)).toEqual(["1523400", "0", undefined])
  expect(decoded.candles[2]).not.toHaveProperty("volume")
})
