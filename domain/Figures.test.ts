import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Book } from "#domain/Book.ts"
import { decimal, formatDecimal, roundDecimal } from "#domain/Decimal.ts"
import { clientFigures, figuresAt, isLevelAtOrBelow, levelPercent, withdrawableAmount } from "#domain/Figures.ts"
import { money, positionOf, pricesOf, USD, type QuoteTable } from "#domain/testing.ts"

const book = (fields: Partial<Book> = {}): Book => ({
  ...USD,
  mode: "hedging",
  group: "professional",
  leverage: 100,
  balance: decimal("10000"),
  credit: 0n,
  positions: new Map(),
  orders: new Map(),
  reservations: new Map(),
  ...fields
})

const long = positionOf({
  symbol: "EURUSD",
  side: "buy",
  openPrice: decimal("1.10010"),
  margin: decimal("1100.10"),
  swap: decimal("-3.21")
})
const short = positionOf({ symbol: "EURUSD", side: "sell", openPrice: decimal("1.10000"), margin: decimal("1100"), positionId: "P2" })
const quotes: QuoteTable = { EURUSD: ["1.10000", "1.10010"] }

describe("figures", () => {
  it("equity = balance + credit + floating profit + accrued swap", () => {
    const figures = clientFigures(book({ credit: decimal("500"), positions: new Map([["P1", long]]) }), pricesOf(quotes))
    expect(money(figures?.equity)).toBe("10486.79")
  })
  it("free margin = equity − margin", () => {
    const figures = clientFigures(book({ positions: new Map([["P1", long]]) }), pricesOf(quotes))
    expect(money(figures?.freeMargin)).toBe("8886.69")
  })
  it("what withdrawal requests hold back reduces free margin, not equity", () => {
    const figures = clientFigures(book({ reservations: new Map([["W1", decimal("250")]]) }), pricesOf({}))
    expect([money(figures?.equity), money(figures?.freeMargin)]).toEqual(["10000.00", "9750.00"])
  })
  it("longs are valued at the bid, shorts at the ask", () => {
    const both = new Map([
      ["P1", long],
      ["P2", short]
    ])
    expect(money(clientFigures(book({ positions: both }), pricesOf(quotes))?.equity)).toBe("9976.79")
  })
  it("an account with a position that has no quote has no figures", () => {
    expect(clientFigures(book({ positions: new Map([["P1", long]]) }), pricesOf({}))).toBeUndefined()
  })
})

describe("margin level % is equity / margin × 100", () => {
  const shown = (equity: string, margin: string, digits: number) => {
    const level = levelPercent(decimal(equity), decimal(margin))
    return level === null ? null : formatDecimal(roundDecimal(level, digits))
  }
  it("equity 2,282.71 and margin 309.81 → 736.81 %", () => {
    expect(shown("2282.71", "309.81", 2)).toBe("736.81")
  })
  it("is null, never a division, when margin is 0", () => {
    expect(shown("-5", "0", 2)).toBeNull()
    expect(isLevelAtOrBelow(figuresAt(book(), decimal("-5"), 0n), decimal("50"))).toBe(false)
  })
  it("thresholds are compared exactly: 1,666.66 of 3,333.33 is at or below 50 %, 1,666.67 is not", () => {
    const below = (equity: string, percent: string) =>
      isLevelAtOrBelow({ equity: decimal(equity), usedMargin: decimal("3333.33") }, decimal(percent))
    expect(below("3333.33", "100")).toBe(true)
    expect(below("3333.34", "100")).toBe(false)
    expect(below("1666.66", "50")).toBe(true)
    expect(below("1666.67", "50")).toBe(false)
  })
  it("1,666.66 of 3,333.33 is 49.9998 %, not 50", () => {
    expect(shown("1666.66", "3333.33", 8)).toMatch(/^49\.9998/)
  })
})

describe("the withdrawable amount", () => {
  const withdrawable = (fields: Partial<Book>, equity: string, margin: string) => {
    const account = book(fields)
    return money(withdrawableAmount(account, figuresAt(account, decimal(equity), decimal(margin))))
  }
  it("is the balance of a flat account", () => {
    expect(withdrawable({}, "10000", "0")).toBe("10000.00")
  })
  it("leaves what positions use and have lost", () => {
    expect(withdrawable({}, "9000", "1100")).toBe("7900.00")
  })
  it("does not count floating profit", () => {
    expect(withdrawable({}, "25000", "1100")).toBe("10000.00")
  })
  it("does not count credit", () => {
    expect(withdrawable({ credit: decimal("500") }, "10500", "0")).toBe("10000.00")
    expect(withdrawable({ credit: decimal("500") }, "9500", "1000")).toBe("8000.00")
  })
  it("does not count what is held back already, and is never negative", () => {
    expect(withdrawable({ reservations: new Map([["W1", decimal("9000")]]) }, "10000", "0")).toBe("1000.00")
    expect(withdrawable({}, "500", "1100")).toBe("0.00")
  })
})

describe("equity never falls when a bid rises or an ask falls", () => {
  it("for longs and shorts with a conversion rate of their own", () => {
    const points = fc.integer({ min: 1, max: 3_000 })
    const side = fc.constantFrom<"buy" | "sell">("buy", "sell")
    const holding = fc.record({ side, open: points, symbol: fc.constantFrom("EURUSD", "EURGBP", "GBPUSD") })
    const at = (n: number) => (1 + n / 1_000).toFixed(5)
    const sheet = fc.record({ EURUSD: points, EURGBP: points, GBPUSD: points })
    fc.assert(
      fc.property(
        fc.array(holding, { minLength: 1, maxLength: 6 }),
        sheet,
        sheet,
        fc.constantFrom("USD", "EUR", "CHF"),
        (holdings, bids, rises, currency) => {
          const positions = new Map(
            holdings.map(({ side, symbol, open }, index) => {
              const positionId = `P${index}`
              return [positionId, positionOf({ positionId, symbol, side, openPrice: decimal(at(open)) })]
            })
          )
          const table = (rise: 0 | 1): QuoteTable => ({
            ...Object.fromEntries(
              (["EURUSD", "EURGBP", "GBPUSD"] as const).map((symbol) => [
                symbol,
                [at(bids[symbol] + rise * rises[symbol]), at(bids[symbol] + 7_000 - rise * rises[symbol])] as const
              ])
            ),
            USDCHF: ["0.90000", "0.90100"]
          })
          const account = book({ currency, positions })
          const before = clientFigures(account, pricesOf(table(0)))
          const after = clientFigures(account, pricesOf(table(1)))
          expect(before).toBeDefined()
          expect((after?.equity ?? 0n) >= (before?.equity ?? 0n)).toBe(true)
        }
      )
    )
  })
})
