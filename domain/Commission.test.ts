import { describe, expect, it } from "vitest"
import type { CommissionRule } from "#domain/AccountGroup.ts"
import { commissionOf } from "#domain/Commission.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Money } from "#domain/Profit.ts"
import { configured, EUR, instrumentOf, money, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

const commission = (
  kind: (typeof CommissionRule.Type)["kind"],
  rate: string,
  {
    lots = "1",
    price = "1.10000",
    minimum = "0",
    symbol = "EURUSD",
    quotes = {},
    account = USD
  }: {
    readonly lots?: string
    readonly price?: string
    readonly minimum?: string
    readonly symbol?: string
    readonly quotes?: QuoteTable
    readonly account?: Money
  } = {}
): string => {
  const rule = { kind, rate: decimal(rate), minimum: decimal(minimum) }
  const prices = pricesOf(quotes, configured({}, { professional: { commissions: { "*": rule } } }))
  return money(commissionOf(prices, account, { instrument: instrumentOf(symbol), lots: decimal(lots), price: decimal(price) }))
}

describe("commission of one side of a deal", () => {
  it("per lot", () => {
    expect(commission("lot", "3.5")).toBe("3.50")
    expect(commission("lot", "3.5", { lots: "0.01" })).toBe("0.04")
  })
  it("per million of notional", () => {
    expect(commission("million", "30")).toBe("3.30")
  })
  it("percent of value", () => {
    expect(commission("percent", "0.1", { symbol: "AAPL", lots: "10", price: "200.00" })).toBe("2.00")
  })
  it("notional is converted at the ask, since it is a cost", () => {
    expect(commission("million", "30", { quotes: { EURUSD: ["1.00000", "1.10000"] }, account: EUR })).toBe("3.30")
  })
  it("with a minimum", () => {
    expect(commission("lot", "3.5", { lots: "0.01", minimum: "1" })).toBe("1.00")
    expect(commission("lot", "3.5", { lots: "1", minimum: "1" })).toBe("3.50")
  })
  it("a minimum is rounded to the account's digits, as every booked amount", () => {
    const yen = { currency: "JPY", currencyDigits: 0 }
    expect(commission("lot", "3.255", { lots: "0.01", minimum: "0.05", account: yen })).toBe("0.00")
    expect(commission("lot", "3.255", { lots: "0.01", minimum: "0.5", account: yen })).toBe("1.00")
  })
  it("none is nothing, whatever its minimum", () => {
    expect(commission("none", "3.5", { minimum: "1" })).toBe("0.00")
  })
  it("is unknown without a rate", () => {
    expect(commission("million", "30", { account: EUR })).toBe("none")
  })
  it("a symbol's own rule goes before the rule for all", () => {
    const rules = {
      "*": { kind: "lot", rate: decimal("7"), minimum: 0n },
      EURUSD: { kind: "lot", rate: decimal("2"), minimum: 0n }
    } as const
    const prices = pricesOf({}, configured({}, { professional: { commissions: rules } }))
    const of = (symbol: string) =>
      money(commissionOf(prices, USD, { instrument: instrumentOf(symbol), lots: decimal("1"), price: decimal("1") }))
    expect([of("EURUSD"), of("GBPUSD")]).toEqual(["2.00", "7.00"])
  })
})
