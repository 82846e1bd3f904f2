import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decimal, type Decimal } from "#domain/Decimal.ts"
import { profitOf, type Money } from "#domain/Profit.ts"
import { EUR, instrumentOf, JPY, money, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

const profit = (
  account: Money,
  quotes: QuoteTable,
  [symbol, side, lots, open, close]: readonly [string, "buy" | "sell", string, string, string]
): Decimal | undefined =>
  profitOf(pricesOf(quotes), account, {
    instrument: instrumentOf(symbol),
    side,
    lots: decimal(lots),
    openPrice: decimal(open),
    closePrice: decimal(close)
  })

describe("profit is (close − open) × contract size × lots, sign by side", () => {
  it("buy 0.01 EURUSD 1.29887 → 1.29906 is 0.19 USD", () => {
    expect(money(profit(USD, {}, ["EURUSD", "buy", "0.01", "1.29887", "1.29906"]))).toBe("0.19")
  })

  it("sell 0.1 EURGBP 0.84979 → 0.84872 is 10.70 GBP", () => {
    expect(money(profit({ currency: "GBP", currencyDigits: 2 }, {}, ["EURGBP", "sell", "0.1", "0.84979", "0.84872"]))).toBe("10.70")
  })

  it("the same in a USD account with GBPUSD bid 1.18479 is 12.68 USD", () => {
    expect(money(profit(USD, { GBPUSD: ["1.18479", "1.18500"] }, ["EURGBP", "sell", "0.1", "0.84979", "0.84872"]))).toBe("12.68")
  })

  it("counts the contract size of a CFD", () => {
    expect(money(profit(USD, {}, ["XAUUSD", "buy", "0.5", "1950.10", "1951.30"]))).toBe("60.00")
    expect(money(profit(USD, {}, ["WTI", "sell", "2", "80.00", "80.25"]))).toBe("-500.00")
  })
})

describe("conversion to the account currency takes the worse side each time", () => {
  const GBPUSD: QuoteTable = { GBPUSD: ["1.20000", "1.30000"] }
  const USDJPY: QuoteTable = { USDJPY: ["100.000", "125.000"] }

  it("a gain is sold at the bid of profit currency → account currency, directly", () => {
    expect(money(profit(USD, GBPUSD, ["EURGBP", "buy", "1", "0.80000", "0.80100"]))).toBe("120.00")
  })
  it("a loss is bought at the ask, directly", () => {
    expect(money(profit(USD, GBPUSD, ["EURGBP", "buy", "1", "0.80100", "0.80000"]))).toBe("-130.00")
  })
  it("by the reverse pair a gain is divided by its ask", () => {
    expect(money(profit(USD, USDJPY, ["USDJPY", "buy", "1", "100.000", "100.125"]))).toBe("100.00")
  })
  it("by the reverse pair a loss is divided by its bid", () => {
    expect(money(profit(USD, USDJPY, ["USDJPY", "buy", "1", "100.125", "100.000"]))).toBe("-125.00")
  })
  it("else in two steps over USD: a gain at both bids", () => {
    const quotes: QuoteTable = { ...USDJPY, EURUSD: ["1.00000", "1.25000"] }
    // 12,500 JPY / 125 = 100 USD, / 1.25 = 80 EUR; there is no JPY/EUR pair without EURJPY's quote
    expect(money(profit(EUR, quotes, ["USDJPY", "buy", "1", "100.000", "100.125"]))).toBe("80.00")
  })
  it("else in two steps over USD: a loss at both asks", () => {
    const quotes: QuoteTable = { ...USDJPY, EURUSD: ["1.00000", "1.25000"] }
    expect(money(profit(EUR, quotes, ["USDJPY", "buy", "1", "100.125", "100.000"]))).toBe("-125.00")
  })
  it("the reverse pair is preferred to two steps, the direct pair to the reverse", () => {
    const both: QuoteTable = { ...USDJPY, EURUSD: ["1.00000", "1.00000"], EURJPY: ["160.000", "160.000"] }
    expect(money(profit(EUR, both, ["USDJPY", "buy", "1", "100.000", "100.160"]))).toBe("100.00")
  })
  it("without any route there is no amount, rather than a wrong one", () => {
    expect(profit(EUR, {}, ["USDJPY", "buy", "1", "100.000", "100.125"])).toBeUndefined()
  })
  it("nothing gained needs no rate", () => {
    expect(profit(EUR, {}, ["USDJPY", "buy", "1", "100.000", "100.000"])).toBe(0n)
  })
})

describe("an amount is rounded once, half away from zero, to the currency's digits", () => {
  it("half a cent is a whole one, for gains and for losses", () => {
    expect(money(profit(USD, {}, ["EURUSD", "buy", "0.01", "1.10000", "1.100005"]))).toBe("0.01")
    expect(money(profit(USD, {}, ["EURUSD", "buy", "0.01", "1.100005", "1.10000"]))).toBe("-0.01")
  })
  it("yen have no digits", () => {
    expect(money(profit(JPY, {}, ["USDJPY", "buy", "0.01", "100.000", "100.0015"]))).toBe("2.00")
  })
  it("no rounding happens on the way: 1/3 of a rate is kept exactly", () => {
    // 300 JPY at 3 JPY per USD is 100.00 USD; a rate rounded to 8 digits would give 99.999999
    expect(money(profit(USD, { USDJPY: ["3.000", "3.000"] }, ["USDJPY", "buy", "1", "1.000", "1.003"]))).toBe("100.00")
  })
})

describe("properties", () => {
  const price = fc.bigInt({ min: 1n, max: 10n ** 13n })
  const lots = fc.bigInt({ min: 1n, max: 10n ** 5n }).map((steps) => steps * 1_000_000n)
  const quotes: QuoteTable = { GBPUSD: ["1.20000", "1.30000"] }

  it("a sell's result is the opposite of a buy's when conversion has one rate", () => {
    fc.assert(
      fc.property(price, price, lots, (openPrice, closePrice, volume) => {
        const deal = { instrument: instrumentOf("EURUSD"), lots: volume, openPrice, closePrice }
        const buy = profitOf(pricesOf({}), USD, { ...deal, side: "buy" })
        const sell = profitOf(pricesOf({}), USD, { ...deal, side: "sell" })
        expect((buy ?? 0n) + (sell ?? 0n)).toBe(0n)
      })
    )
  })

  it("scaling the volume scales the profit, to half a cent per part", () => {
    fc.assert(
      fc.property(price, price, lots, fc.integer({ min: 1, max: 50 }), (openPrice, closePrice, volume, factor) => {
        const deal = { instrument: instrumentOf("EURGBP"), side: "buy" as const, openPrice, closePrice }
        const one = profitOf(pricesOf(quotes), USD, { ...deal, lots: volume }) ?? 0n
        const many = profitOf(pricesOf(quotes), USD, { ...deal, lots: volume * BigInt(factor) }) ?? 0n
        const difference = many - one * BigInt(factor)
        expect(difference < 0n ? -difference : difference).toBeLessThanOrEqual(BigInt(factor + 1) * 500_000n)
      })
    )
  })
})
