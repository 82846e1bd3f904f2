import { describe, expect, it } from "vitest"
import { decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Money } from "#domain/Profit.ts"
import { swapNights, swapOf } from "#domain/Swap.ts"
import { configured, EUR, instrumentOf, money, positionOf, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

const FX = [1, 1, 3, 1, 1, 0, 0]
const swapRule = (kind: Instrument["swap"]["kind"], long: string, short: string) => ({
  kind,
  long: decimal(long),
  short: decimal(short),
  dayMultipliers: FX
})
const monday = "2026-11-23"
const wednesday = "2026-11-25"
const saturday = "2026-11-28"

const swap = (
  symbol: string,
  rule: Instrument["swap"],
  {
    side = "buy",
    lots = "1",
    nights = 1,
    quotes = {},
    account = USD
  }: {
    readonly side?: "buy" | "sell"
    readonly lots?: string
    readonly nights?: number
    readonly quotes?: QuoteTable
    readonly account?: Money
  } = {}
): string => {
  const configuration = configured({ [symbol]: { swap: rule } })
  const position = positionOf({ symbol, side, lots: decimal(lots) })
  return money(swapOf(pricesOf(quotes, configuration), account, instrumentOf(symbol, configuration), position, nights))
}

describe("day multipliers", () => {
  const forex = { swap: swapRule("points", "-1", "1"), holidays: [] }
  it("FX default Monday..Sunday is 1,1,3,1,1,0,0", () => {
    const week = ["2026-11-23", "2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]
    expect(week.map((day) => swapNights(forex, day))).toEqual(FX)
  })
  it("a holiday shifts its sum to the previous trading day", () => {
    const thanksgiving = { ...forex, holidays: [{ date: "2026-11-26" }] }
    expect(swapNights(thanksgiving, "2026-11-25")).toBe(4)
    expect(swapNights(thanksgiving, "2026-11-26")).toBe(0)
    expect(swapNights(thanksgiving, "2026-11-27")).toBe(1)
  })
  it("several holidays in a row shift to the trading day before them", () => {
    const christmas = { ...forex, holidays: [{ date: "2026-12-24" }, { date: "2026-12-25" }] }
    expect(swapNights(christmas, wednesday.replace("11-25", "12-23"))).toBe(5)
  })
  it("a Monday's holiday shifts over the weekend to Friday", () => {
    const newYear = { ...forex, holidays: [{ date: "2026-11-30" }] }
    expect(swapNights(newYear, "2026-11-27")).toBe(2)
    expect(swapNights(newYear, saturday)).toBe(0)
  })
  it("an early close is a trading day", () => {
    expect(swapNights({ ...forex, holidays: [{ date: monday, closeMinute: 780 }] }, monday)).toBe(1)
  })
})

describe("swap by points: point value = lots × contract × point, converted, rounded, then × swap points", () => {
  const rule = swapRule("points", "-5.47", "2.1")
  it("2 lots AUDUSD at −5.47 points, one night: −10.94 USD", () => {
    expect(swap("AUDUSD", rule, { lots: "2" })).toBe("-10.94")
  })
  it("on Wednesday ×3: −32.82", () => {
    const nights = swapNights({ swap: rule, holidays: [] }, wednesday)
    expect(swap("AUDUSD", rule, { lots: "2", nights })).toBe("-32.82")
  })
  it("short positions have a rate of their own", () => {
    expect(swap("AUDUSD", rule, { lots: "2", side: "sell" })).toBe("4.20")
  })
  it("the point value is rounded before it is multiplied", () => {
    // 1 lot EURGBP: 1 GBP per point, at the ask 1.23456 a charge's point value is 1.23 USD
    const quotes: QuoteTable = { GBPUSD: ["1.20000", "1.23456"] }
    expect(swap("EURGBP", swapRule("points", "-10", "10"), { quotes })).toBe("-12.30")
    expect(swap("EURGBP", swapRule("points", "-10", "10"), { quotes, side: "sell" })).toBe("12.00")
  })
  it("waits for a rate", () => {
    expect(swap("EURGBP", rule)).toBe("none")
  })
})

describe("other types", () => {
  it("money per lot", () => {
    expect(swap("EURUSD", swapRule("money", "-7.5", "3"), { lots: "0.5", nights: 3 })).toBe("-11.25")
  })
  it("percent per year of 360 days", () => {
    // 100,000 × 1.08 × 3.6 % / 360 = 10.80
    const quotes: QuoteTable = { EURUSD: ["1.08000", "1.09000"] }
    expect(swap("EURUSD", swapRule("percent360", "-3.6", "3.6"), { quotes })).toBe("-10.80")
    expect(swap("EURUSD", swapRule("percent360", "-3.6", "3.6"), { quotes, side: "sell" })).toBe("10.90")
  })
  it("percent per year of 365 days", () => {
    const quotes: QuoteTable = { EURUSD: ["1.00000", "1.00000"] }
    expect(swap("EURUSD", swapRule("percent365", "-3.65", "0"), { quotes, nights: 3 })).toBe("-30.00")
  })
  it("percent is converted to the account currency", () => {
    const quotes: QuoteTable = { USDCHF: ["0.90000", "0.90000"], EURUSD: ["1.10000", "1.20000"] }
    // 90,000 CHF × 3.6 % / 360 = 9 CHF = 10 USD at the bid of USD per CHF, bought with EUR at 1.10
    expect(swap("USDCHF", swapRule("percent360", "-3.6", "0"), { quotes, account: EUR })).toBe("-9.09")
  })
  it("none is nothing", () => {
    expect(swap("EURUSD", swapRule("none", "-1", "1"))).toBe("0.00")
  })
})
