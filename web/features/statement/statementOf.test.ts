import { describe, expect, it } from "vitest"
import type { LedgerEntryKind } from "#domain/LedgerEntry.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { LedgerEntryView } from "#contract/Views.ts"
import { statementOf } from "./statementOf.ts"

const entry = (kind: LedgerEntryKind, amount: string, balanceAfter: string, second: number): LedgerEntryView => ({
  entryId: `L${second}`,
  kind,
  amount,
  balanceAfter,
  creditAfter: "0.00",
  reference: null,
  comment: null,
  bookedAt: second * 1_000
})

describe("statementOf", () => {
  it("sums bookings by kind, between the balances before and after", () => {
    const statement = statementOf([
      entry("commission", "-3.50", "10086.50", 40),
      entry("profit", "-10.00", "10090.00", 30),
      entry("profit", "100.00", "10100.00", 20),
      entry("deposit", "9000.00", "10000.00", 10)
    ])
    expect([statement.opening, statement.closing].map((value) => formatDecimal(value, 2))).toEqual(["1000.00", "10086.50"])
    expect([...statement.sums].map(([kind, sum]) => [kind, formatDecimal(sum, 2)])).toEqual([
      ["deposit", "9000.00"],
      ["profit", "90.00"],
      ["commission", "-3.50"]
    ])
    expect(statement.points).toEqual([
      { time: 9, balance: 1_000 },
      { time: 10, balance: 10_000 },
      { time: 20, balance: 10_100 },
      { time: 30, balance: 10_090 },
      { time: 40, balance: 10_086.5 }
    ])
  })

  it("keeps credit out of the balance, and the last balance of a second", () => {
    const statement = statementOf([
      entry("profit", "5.00", "15.00", 7),
      entry("profit", "10.00", "10.00", 7),
      entry("creditIn", "50.00", "0.00", 7)
    ])
    expect(statement.opening).toBe(0n)
    expect(statement.points).toEqual([
      { time: 6, balance: 0 },
      { time: 7, balance: 15 }
    ])
  })

  it("is empty without bookings", () => {
    expect(statementOf([])).toEqual({ opening: 0n, closing: 0n, sums: new Map(), points: [] })
  })
})
