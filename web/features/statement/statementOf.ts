/** statementOf: an account's bookings of a period, summed by what they were. Pure. */
import { amountOf } from "../../lib/amountOf.ts"
import type { LedgerEntryKind } from "#domain/LedgerEntry.ts"
import { type Decimal, toNumber } from "#domain/Decimal.ts"
import type { LedgerEntryView } from "#contract/Views.ts"

export interface Statement {
  /** Balance before the first booking and after the last. */
  readonly opening: Decimal
  readonly closing: Decimal
  /** By kind, only those that occurred. */
  readonly sums: ReadonlyMap<LedgerEntryKind, Decimal>
  /** One per second at most, ascending; begins with the opening balance. */
  readonly points: ReadonlyArray<{ readonly time: number; readonly balance: number }>
}

const MOVES_CREDIT: ReadonlySet<LedgerEntryKind> = new Set(["creditIn", "creditOut"])

/** `entries` newest first, as the API gives them. */
export const statementOf = (entries: ReadonlyArray<LedgerEntryView>): Statement => {
  const ascending = entries.toReversed()
  const first = ascending[0]
  const opening = first === undefined ? 0n : amountOf(first.balanceAfter) - (MOVES_CREDIT.has(first.kind) ? 0n : amountOf(first.amount))
  const sums = new Map<LedgerEntryKind, Decimal>()
  const balances = new Map<number, number>()
  for (const entry of ascending) {
    sums.set(entry.kind, (sums.get(entry.kind) ?? 0n) + amountOf(entry.amount))
    balances.set(Math.floor(entry.bookedAt / 1_000), toNumber(amountOf(entry.balanceAfter)))
  }
  const start = first === undefined ? [] : [{ time: Math.floor(first.bookedAt / 1_000) - 1, balance: toNumber(opening) }]
  return {
    opening,
    closing: amountOf(entries[0]?.balanceAfter ?? "0"),
    sums,
    points: [...start, ...[...balances].map(([time, balance]) => ({ time, balance }))]
  }
}
