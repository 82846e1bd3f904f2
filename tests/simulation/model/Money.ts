/** Money: balance operations, withdrawals that hold an amount back until they are decided, and the account's settings. */
import type { RejectionReason } from "#domain/RejectionReason.ts"
import type { CommandOf } from "./CommandOf.ts"
import { book, figuresOf, type ModelAccount, tiersFilled } from "./Account.ts"
import { marginOf } from "./Formulas.ts"
import { ofScaled } from "./Fraction.ts"
import type { MarketView } from "./MarketView.ts"
import { reservedMarginOf } from "./Orders.ts"
import { Refusals } from "./Refusals.ts"

type Answer = RejectionReason | undefined

export const LEVERAGE_MAX = 2000

/** What may leave the account: no more than the balance that is not reserved, nor than the free margin that is not credit. */
const withdrawable = (account: ModelAccount, view: MarketView): bigint => {
  const { balance, credit, freeMargin, reserved } = figuresOf(account, view)
  const free = freeMargin - credit
  const kept = balance - reserved
  const least = free < kept ? free : kept
  return least > 0n ? least : 0n
}

const isMoney = (account: ModelAccount, amount: bigint): boolean => amount % 10n ** BigInt(8 - account.currencyDigits) === 0n

const reservationOf = (account: ModelAccount, requestId: string) =>
  account.reservations.find((candidate) => candidate.requestId === requestId)

/** A reference books once; one that holds an amount back is settled, not booked again. */
const isKnown = (account: ModelAccount, reference: string): boolean =>
  account.references.includes(reference) || reservationOf(account, reference) !== undefined

const missing = (account: ModelAccount, requestId: string): RejectionReason =>
  account.references.includes(requestId) ? "REFERENCE_ALREADY_BOOKED" : "RESERVATION_NOT_FOUND"

export const applyBalanceOperation = (account: ModelAccount, view: MarketView, command: CommandOf<"ApplyBalanceOperation">): Answer => {
  const refusals = new Refusals()
  const { kind, amount } = command
  refusals.when(kind === "correction" ? amount === 0n : amount <= 0n, "INVALID_AMOUNT")
  refusals.when(!isMoney(account, amount), "INVALID_AMOUNT")
  refusals.when(isKnown(account, command.reference), "REFERENCE_ALREADY_BOOKED")
  refusals.when(kind === "withdrawal" && amount > withdrawable(account, view), "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
  refusals.when(kind === "creditOut" && amount > account.credit, "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
  const refusal = refusals.first()
  if (refusal !== undefined) return refusal
  account.references.push(command.reference)
  book(account, kind, kind === "withdrawal" || kind === "creditOut" ? -amount : amount)
  return undefined
}

export const reserveWithdrawal = (account: ModelAccount, view: MarketView, command: CommandOf<"ReserveWithdrawal">): Answer => {
  const refusals = new Refusals()
  const { requestId, amount } = command
  refusals.when(amount <= 0n || !isMoney(account, amount), "INVALID_AMOUNT")
  refusals.when(isKnown(account, requestId), "REFERENCE_ALREADY_BOOKED")
  refusals.when(amount > withdrawable(account, view), "INSUFFICIENT_WITHDRAWABLE_AMOUNT")
  const refusal = refusals.first()
  if (refusal === undefined) account.reservations.push({ requestId, amount })
  return refusal
}

const release = (account: ModelAccount, requestId: string): void => {
  account.reservations = account.reservations.filter((candidate) => candidate.requestId !== requestId)
}

export const releaseWithdrawal = (account: ModelAccount, { requestId }: CommandOf<"ReleaseWithdrawal">): Answer => {
  if (reservationOf(account, requestId) === undefined) return missing(account, requestId)
  release(account, requestId)
  return undefined
}

/** Checked again at approval: the reservation itself does not stand in its own way. */
export const settleWithdrawal = (account: ModelAccount, view: MarketView, { requestId }: CommandOf<"SettleWithdrawal">): Answer => {
  const reservation = reservationOf(account, requestId)
  if (reservation === undefined) return missing(account, requestId)
  const before = account.reservations
  release(account, requestId)
  if (reservation.amount > withdrawable(account, view)) {
    account.reservations = before
    return "INSUFFICIENT_WITHDRAWABLE_AMOUNT"
  }
  account.references.push(requestId)
  book(account, "withdrawal", -reservation.amount)
  return undefined
}

export const changeSettings = (
  account: ModelAccount,
  viewAnew: () => MarketView,
  groups: Readonly<Record<string, unknown>>,
  command: CommandOf<"ChangeSettings">
): Answer => {
  const refusals = new Refusals()
  const { leverage, group, lotsMax, openPositionsMax, tradingMode } = command
  refusals.when(group !== undefined && !Object.hasOwn(groups, group), "UNKNOWN_GROUP")
  refusals.when(leverage !== undefined && (leverage < 1 || leverage > LEVERAGE_MAX), "INVALID_LEVERAGE")
  const refusal = refusals.first()
  if (refusal !== undefined) return refusal
  const before = { ...account }
  if (leverage !== undefined) account.leverage = leverage
  if (group !== undefined) account.group = group
  if (lotsMax !== undefined) account.lotsMax = lotsMax ?? undefined
  if (openPositionsMax !== undefined) account.openPositionsMax = openPositionsMax ?? undefined
  if (tradingMode !== undefined) account.tradingMode = tradingMode
  const hasNewTerms = account.leverage !== before.leverage || account.group !== before.group
  const hasNewLimits = account.lotsMax !== before.lotsMax || account.openPositionsMax !== before.openPositionsMax
  if (hasNewTerms) computeMarginsAnew(account, viewAnew())
  return hasNewTerms || hasNewLimits || account.tradingMode !== before.tradingMode ? undefined : "NOTHING_TO_CHANGE"
}

/** Prices and rates of the opening stay fixed; leverage and caps are the new ones. Tiers fill up in order of opening. */
const computeMarginsAnew = (account: ModelAccount, view: MarketView): void => {
  account.positions.forEach((position, index) => {
    const earlier = tiersFilled(view, account.positions.slice(0, index), position.symbol, position.side)
    const { symbol, lots, openPrice, marginRate } = position
    position.margin = marginOf(view, account, { symbol, lots, price: openPrice, rate: ofScaled(marginRate) }, earlier)
  })
  for (const order of account.orders) order.reservedMargin = reservedMarginOf(account, view, order)
}
