/** The fast valuation against the exact one. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decimal } from "#domain/Decimal.ts"
import { floatingProfit } from "#domain/Figures.ts"
import { floatingTotal as totalOf } from "#domain/floatingTotal.ts"
import { holdingsOf } from "#domain/Holdings.ts"
import type { Position } from "#domain/Position.ts"
import { configured, EUR, JPY, money, positionOf, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

const floatingTotal = (prices: Parameters<typeof totalOf>[0], own: Parameters<typeof totalOf>[1], positions: ReadonlyArray<Position>) =>
  totalOf(prices, own, holdingsOf(new Map(positions.map((position, index) => [String(index), position]))))

const CHF = { currency: "CHF", currencyDigits: 2 }
const BTC = { currency: "BTC", currencyDigits: 8 }

describe("the sum over all positions", () => {
  const price = (digits: number, max: number) => fc.integer({ min: 1, max }).map((points) => (points / 10 ** digits).toFixed(digits))
  const pair = (digits: number, max: number) =>
    fc.tuple(price(digits, max), fc.integer({ min: 0, max: 500 })).map(([bid, spread]) => {
      const ask = (Number(bid) + spread / 10 ** digits).toFixed(digits)
      return [bid, ask] as const
    })
  const quotes = fc.record({
    EURUSD: pair(5, 300_000),
    GBPUSD: pair(5, 300_000),
    USDJPY: pair(3, 300_000),
    EURGBP: pair(5, 200_000),
    USDCHF: pair(5, 200_000),
    BTCUSD: pair(2, 20_000_000)
  })
  const holding = fc.record({
    symbol: fc.constantFrom("EURUSD", "GBPUSD", "USDJPY", "EURGBP", "USDCHF", "BTCUSD"),
    side: fc.constantFrom<"buy" | "sell">("buy", "sell"),
    lots: fc.oneof(
      fc.integer({ min: 1, max: 20_000 }).map((steps) => BigInt(steps) * 1_000_000n),
      fc.bigInt({ min: 1n, max: 10n ** 13n })
    ),
    openPrice: fc.oneof(
      fc.integer({ min: 1, max: 300_000 }).map((points) => BigInt(points) * 1_000n),
      fc.bigInt({ min: 1n, max: 10n ** 17n })
    ),
    swap: fc.constantFrom(0n, -1_094_000_000n)
  })
  const account = fc.constantFrom(USD, EUR, JPY, CHF, BTC)

  it("is to the smallest unit what the exact arithmetic gives, whatever the sizes", () => {
    fc.assert(
      fc.property(quotes, fc.array(holding, { maxLength: 12 }), account, fc.constantFrom(0, 7), (table, holdings, own, markUp) => {
        const prices = pricesOf(table, configured({}, { professional: { markUpPoints: { "*": markUp } } }))
        const positions = holdings.map((each) => positionOf(each))
        const exact = positions.reduce<bigint | undefined>((sum, position) => {
          const profit = floatingProfit(prices, own, position)
          return sum === undefined || profit === undefined ? undefined : sum + profit + position.swap
        }, 0n)
        expect(floatingTotal(prices, own, positions)).toBe(exact)
      }),
      { numRuns: 2_000 }
    )
  })

  it("decides half a cent exactly, up and down", () => {
    const flat: QuoteTable = { EURUSD: ["1.100005", "1.100005"] }
    const at = (side: "buy" | "sell") => positionOf({ symbol: "EURUSD", side, lots: decimal("0.01"), openPrice: decimal("1.1") })
    expect(money(floatingTotal(pricesOf(flat), USD, [at("buy")]))).toBe("0.01")
    expect(money(floatingTotal(pricesOf(flat), USD, [at("sell")]))).toBe("-0.01")
    const third = positionOf({ symbol: "USDJPY", side: "buy", lots: decimal("0.01"), openPrice: decimal("3") })
    // 1,000 × 0.00005 JPY at 10 JPY per USD is half a cent
    expect(money(floatingTotal(pricesOf({ USDJPY: ["3.00005", "10"] }), USD, [third]))).toBe("0.01")
  })

  it("is unknown when a price or a rate is missing, and zero without positions", () => {
    const long = positionOf({ symbol: "USDJPY", side: "buy" })
    expect(floatingTotal(pricesOf({}), USD, [long])).toBeUndefined()
    expect(floatingTotal(pricesOf({ USDJPY: ["150", "150"] }), EUR, [long])).toBeUndefined()
    expect(floatingTotal(pricesOf({}), USD, [])).toBe(0n)
  })
})
