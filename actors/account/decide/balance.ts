/** balance: deposits, withdrawals, credit and corrections; and withdrawals that hold their amount back until they are decided. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { BOOKED_REFERENCES_MAX, type AccountState } from "#actors/account/AccountState.ts"
import { book } from "#actors/account/decide/booking.ts"
import { standingOf } from "#actors/account/decide/marginCheck.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { withdrawableAmount } from "#domain/Figures.ts"
import { powerOfTen } from "#domain/Ratio.ts"

type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>

/** Largest single amount: a million million. */
export const AMOUNT_MAX = 10n ** 12n * 10n ** 8n
/** Withdrawal requests that may be open at once. */
export const RESERVATIONS_MAX = 100

export const applyBalanceOperation = (turn: Turn, command: Command<"ApplyBalanceOperation">): Rejection | undefined => {
  const { kind, amount, reference, comment } = command
  const refusal =
    amountRefusal(turn, amount, kind === "correction") ?? referenceRefusal(turn, reference) ?? coverRefusal(turn, kind, amount)
  if (refusal !== undefined) return refusal
  const isOut = kind === "withdrawal" || kind === "creditOut"
  book(turn, { kind, amount: isOut ? -amount : amount, reference, comment })
  return undefined
}

/** In the currency's digits, not zero, and positive unless its sign counts. */
const amountRefusal = (turn: Turn, amount: Decimal, isSigned: boolean): Rejection | undefined => {
  const unit = powerOfTen(8 - turn.state.currencyDigits)
  const isInRange = amount !== 0n && amount <= AMOUNT_MAX && amount >= -AMOUNT_MAX && (isSigned || amount > 0n)
  return isInRange && amount % unit === 0n
    ? undefined
    : reject("INVALID_AMOUNT", { amount: formatDecimal(amount), currencyDigits: String(turn.state.currencyDigits) })
}

/** Recently, or longer ago than the account remembers. */
const isBooked = ({ asking, state }: Turn, reference: string): boolean => state.bookedReferences.has(reference) || asking.isReferenceBooked

/** The reference that a command wants to book and of which the account alone cannot tell whether it was booked before. */
export const doubtfulReference = ({ bookedReferences }: AccountState, command: AccountCommand): string | undefined => {
  const reference = "reference" in command ? command.reference : "requestId" in command ? command.requestId : undefined
  const isDoubtful = reference !== undefined && bookedReferences.size >= BOOKED_REFERENCES_MAX && !bookedReferences.has(reference)
  return isDoubtful ? reference : undefined
}

/** A reference books once; one that holds an amount back is settled, not booked again. */
const referenceRefusal = (turn: Turn, reference: string): Rejection | undefined =>
  isBooked(turn, reference) || turn.state.reservations.has(reference) ? reject("REFERENCE_ALREADY_BOOKED", { reference }) : undefined

/** Money that goes out must be there and free. */
const coverRefusal = (turn: Turn, kind: Command<"ApplyBalanceOperation">["kind"], amount: Decimal): Rejection | undefined => {
  if (kind === "withdrawal") return withdrawalRefusal(turn, amount, 0n)
  if (kind === "creditOut" && amount > turn.state.credit) {
    return reject("INSUFFICIENT_WITHDRAWABLE_AMOUNT", { amount: formatDecimal(amount), credit: formatDecimal(turn.state.credit) })
  }
  return undefined
}

/** `released`: what the request itself holds back, which is free for it. */
const withdrawalRefusal = (turn: Turn, amount: Decimal, released: Decimal): Rejection | undefined => {
  const { prices } = turn
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  const standing = standingOf(turn, prices)
  if ("reason" in standing) return standing
  const withoutRequest = { ...turn.state, reservations: new Map([["released", -released], ...turn.state.reservations]) }
  const withdrawable = withdrawableAmount(withoutRequest, standing)
  return amount <= withdrawable
    ? undefined
    : reject("INSUFFICIENT_WITHDRAWABLE_AMOUNT", { amount: formatDecimal(amount), withdrawable: formatDecimal(withdrawable) })
}

/** The amount is held back from now on: balance unchanged, free margin reduced. */
export const reserveWithdrawal = (turn: Turn, { requestId, amount }: Command<"ReserveWithdrawal">): Rejection | undefined => {
  const refusal = amountRefusal(turn, amount, false) ?? referenceRefusal(turn, requestId) ?? withdrawalRefusal(turn, amount, 0n)
  if (refusal !== undefined) return refusal
  if (turn.state.reservations.size >= RESERVATIONS_MAX) {
    return reject("INSUFFICIENT_WITHDRAWABLE_AMOUNT", {
      reservations: String(turn.state.reservations.size),
      reservationsMax: String(RESERVATIONS_MAX)
    })
  }
  turn.emit({ _tag: "WithdrawalReserved", at: turn.now, requestId, amount })
  return undefined
}

export const releaseWithdrawal = (turn: Turn, { requestId }: Command<"ReleaseWithdrawal">): Rejection | undefined => {
  const amount = turn.state.reservations.get(requestId)
  if (amount === undefined) return reservationMissing(turn, requestId)
  turn.emit({ _tag: "WithdrawalReleased", at: turn.now, requestId, amount })
  return undefined
}

/** Re-checked: losses since the request may have eaten what was held back. The entry consumes the reservation. */
export const settleWithdrawal = (turn: Turn, { requestId }: Command<"SettleWithdrawal">): Rejection | undefined => {
  const amount = turn.state.reservations.get(requestId)
  if (amount === undefined) return reservationMissing(turn, requestId)
  const refusal = withdrawalRefusal(turn, amount, amount)
  if (refusal !== undefined) return refusal
  book(turn, { kind: "withdrawal", amount: -amount, reference: requestId })
  return undefined
}

const reservationMissing = (turn: Turn, requestId: string): Rejection =>
  isBooked(turn, requestId) ? reject("REFERENCE_ALREADY_BOOKED", { reference: requestId }) : reject("RESERVATION_NOT_FOUND", { requestId })
