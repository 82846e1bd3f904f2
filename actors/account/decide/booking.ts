/** booking: moves money: one ledger entry, and the balance or credit it leaves. */
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Writable } from "#actors/account/decide/Writable.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { LedgerEntry, LedgerEntryKind } from "#domain/LedgerEntry.ts"

interface Booking {
  readonly kind: LedgerEntryKind
  /** Signed. creditIn and creditOut move credit, all other kinds balance. */
  readonly amount: Decimal
  readonly reference?: string | undefined
  readonly comment?: string | undefined
}

/** Books the amount; an amount of zero leaves no entry. */
export const book = (turn: Turn, { kind, amount, reference, comment }: Booking): void => {
  if (amount === 0n) return
  const { balance, credit } = turn.state
  const isCredit = kind === "creditIn" || kind === "creditOut"
  const entry: Writable<LedgerEntry> = {
    entryId: turn.nextEntryId,
    kind,
    amount,
    balanceAfter: isCredit ? balance : balance + amount,
    creditAfter: isCredit ? credit + amount : credit,
    bookedAt: turn.now
  }
  if (reference !== undefined) entry.reference = reference
  if (comment !== undefined) entry.comment = comment
  turn.emit({ _tag: "LedgerEntryBooked", at: turn.now, entry })
}

/** Once no position is open, a negative balance is made good by one entry. Only what closed the last position asks for it. */
export const protectBalance = (turn: Turn): void => {
  const { balance, positions } = turn.state
  if (balance >= 0n || positions.size > 0 || turn.prices?.group.negativeBalanceProtection !== true) return
  if (!turn.events.some((event) => event._tag === "PositionClosed")) return
  book(turn, { kind: "negativeBalanceProtection", amount: -balance })
}
