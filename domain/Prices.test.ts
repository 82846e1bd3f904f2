import { describe, expect, it } from "vitest"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { clientQuote } from "#domain/Prices.ts"
import { marketFillPrice } from "#domain/Slippage.ts"
import { configured, instrumentOf, pricesOf } from "#domain/testing.ts"
import type { Instrument } from "#domain/Instrument.ts"

const seen = (markUpPoints: Record<string, number>, bid: string, ask: string, symbol = "EURUSD") => {
  const quote = clientQuote(pricesOf({ [symbol]: [bid, ask] }, configured({}, { professional: { markUpPoints } })), instrumentOf(symbol))
  return quote && [formatDecimal(quote.bid), formatDecimal(quote.ask)]
}

describe("a group's mark-up is added on top, half on each side", () => {
  it.each([
    ["none", {}, ["1.1", "1.1001"]],
    ["for all symbols", { "*": 10 }, ["1.09995", "1.10015"]],
    ["a symbol's own instead of that for all", { "*": 10, EURUSD: 4 }, ["1.09998", "1.10012"]],
    ["an odd number of points in halves of points", { "*": 5 }, ["1.099975", "1.100125"]]
  ])("%s", (_title, markUp, expected) => {
    expect(seen(markUp, "1.10000", "1.10010")).toEqual(expected)
  })
  it("a mark-up that eats the whole bid leaves no quote", () => {
    expect(seen({ "*": 40 }, "0.00020", "0.00030")).toBeUndefined()
    expect(seen({ "*": 38 }, "0.00020", "0.00030")).toEqual(["0.00001", "0.00049"])
  })
})

describe("slippage is deterministic", () => {
  const quote = { bid: decimal("1.10000"), ask: decimal("1.10010") }
  const tiers = [
    { fromLots: decimal("5"), points: 7 },
    { fromLots: decimal("1"), points: 2 }
  ]
  const price = (slippage: Instrument["slippage"], side: "buy" | "sell", lots: string) =>
    formatDecimal(marketFillPrice({ ...instrumentOf("EURUSD"), slippage }, side, decimal(lots), quote))

  it("none: a buy fills at the ask, a sell at the bid", () => {
    expect([price({ kind: "none", tiers }, "buy", "9"), price({ kind: "none", tiers }, "sell", "9")]).toEqual(["1.1001", "1.1"])
  })
  it("fixed points, against the client on both sides", () => {
    const fixed = { kind: "fixed", tiers: [{ fromLots: 0n, points: 3 }] } as const
    expect([price(fixed, "buy", "1"), price(fixed, "sell", "1")]).toEqual(["1.10013", "1.09997"])
  })
  it.each([
    ["0.99", "1.1001"],
    ["1", "1.10012"],
    ["4.99", "1.10012"],
    ["5", "1.10017"]
  ])("by volume tier: %s lots fill at %s", (lots, expected) => {
    expect(price({ kind: "byVolume", tiers }, "buy", lots)).toBe(expected)
  })
  it("never takes a price below one point", () => {
    const fixed = { kind: "fixed", tiers: [{ fromLots: 0n, points: 1_000_000 }] } as const
    expect(price(fixed, "sell", "1")).toBe("0.00001")
  })
})
