/**
 * invariants: what must hold of every account, checked on its journal and the state that it leads to. Used by tests, by the simulation and by
 * `npm run verify`. Each violation is a sentence that begins with its invariant's name.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { verifyStopOuts, type ConfigurationAt } from "#actors/account/verifyStopOuts.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Trade } from "#domain/Trade.ts"

/** All violations of I1 to I5, I8 and I11 that the journal and the state show by themselves. */
export const violationsOf = (
  events: ReadonlyArray<AccountEvent>,
  state: AccountState,
  configurationAt?: ConfigurationAt
): ReadonlyArray<string> => [
  ...ledgerViolations(events, state),
  ...positionViolations(events, state),
  ...orderViolations(events, state),
  ...verifyStopOuts(events, configurationAt),
  ...moneyViolations(events),
  ...quoteViolations(events)
]

/** I1: balance and credit are the sums of their entries, at every entry. */
const ledgerViolations = (events: ReadonlyArray<AccountEvent>, state: AccountState): ReadonlyArray<string> => {
  const violations: Array<string> = []
  let balance = 0n
  let credit = 0n
  for (const event of events) {
    if (event._tag !== "LedgerEntryBooked") continue
    const { entryId, kind, amount, balanceAfter, creditAfter } = event.entry
    if (kind === "creditIn" || kind === "creditOut") credit += amount
    else balance += amount
    if (balance !== balanceAfter || credit !== creditAfter) violations.push(`I1 entry ${entryId} does not continue the sum of its entries`)
  }
  if (balance !== state.balance) violations.push(`I1 balance ${formatDecimal(state.balance)} is not the sum ${formatDecimal(balance)}`)
  if (credit !== state.credit) violations.push(`I1 credit ${formatDecimal(state.credit)} is not the sum ${formatDecimal(credit)}`)
  return violations
}

/** I3: a position has the volume that its fills opened and have not closed; without volume left it is not open. */
const positionViolations = (events: ReadonlyArray<AccountEvent>, state: AccountState): ReadonlyArray<string> => {
  const violations: Array<string> = []
  const lotsLeft = new Map<string, Decimal>()
  for (const { positionId, entry, lots } of tradesOf(events)) {
    const left = (lotsLeft.get(positionId) ?? 0n) + (entry === "open" ? lots : -lots)
    if (left < 0n) violations.push(`I3 position ${positionId} was closed for more than it had`)
    lotsLeft.set(positionId, left)
  }
  for (const [positionId, left] of lotsLeft) {
    const lots = state.positions.get(positionId)?.lots ?? 0n
    if (lots !== left) violations.push(`I3 position ${positionId} has ${formatDecimal(lots)} lots, its fills leave ${formatDecimal(left)}`)
  }
  for (const { positionId } of state.positions.values()) {
    if (!lotsLeft.has(positionId)) violations.push(`I3 position ${positionId} came from no fill`)
  }
  return violations
}

/** I4: every accepted order ends once, or still rests; a filled one names its trades. */
const orderViolations = (events: ReadonlyArray<AccountEvent>, state: AccountState): ReadonlyArray<string> => {
  const violations: Array<string> = []
  const open = new Set<string>()
  const trades = tradesOf(events)
  const tradeIds = new Set(trades.map(({ tradeId }) => tradeId))
  const filledBy = new Map<string, string>()
  for (const event of events) {
    if (event._tag === "OrderPlaced") open.add(event.order.orderId)
    else if (isTerminal(event)) {
      if (!open.delete(event.orderId)) violations.push(`I4 order ${event.orderId} ended without being open: ${event._tag}`)
    }
    if (event._tag !== "OrderFilled") continue
    for (const tradeId of event.tradeIds) {
      if (!tradeIds.has(tradeId)) violations.push(`I4 order ${event.orderId} names a trade that never was`)
      filledBy.set(tradeId, event.orderId)
    }
  }
  for (const { orderId, tradeId } of trades) {
    if (orderId !== filledBy.get(tradeId)) violations.push(`I4 order ${orderId} traded in ${tradeId} without being filled by it`)
  }
  for (const orderId of open) if (!state.orders.has(orderId)) violations.push(`I4 order ${orderId} neither ended nor rests`)
  for (const orderId of state.orders.keys())
    if (!open.has(orderId)) violations.push(`I4 order ${orderId} rests without having been accepted`)
  return violations
}

const isTerminal = (
  event: AccountEvent
): event is Extract<AccountEvent, { readonly _tag: "OrderFilled" | "OrderCanceled" | "OrderExpired" | "OrderActivationRejected" }> =>
  event._tag === "OrderFilled" ||
  event._tag === "OrderCanceled" ||
  event._tag === "OrderExpired" ||
  event._tag === "OrderActivationRejected"

/** I8: what trades realized is what the ledger booked for them, so that client and house together neither gain nor lose. */
const moneyViolations = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<string> => {
  const realized = { profit: 0n, swap: 0n, commission: 0n }
  for (const trade of tradesOf(events)) {
    realized.profit += trade.realizedProfit
    realized.swap += trade.swap
    realized.commission += trade.commission
  }
  const booked = { profit: 0n, swap: 0n, commission: 0n }
  for (const event of events) {
    if (event._tag !== "LedgerEntryBooked") continue
    const { kind, amount } = event.entry
    if (kind === "profit" || kind === "swap" || kind === "commission") booked[kind] += amount
  }
  return (["profit", "swap", "commission"] as const)
    .filter((kind) => realized[kind] !== booked[kind])
    .map((kind) => `I8 trades realized a ${kind} of ${formatDecimal(realized[kind])}, the ledger booked ${formatDecimal(booked[kind])}`)
}

/** I11: nothing traded on a quote that is not positive, or crossed. */
const quoteViolations = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<string> =>
  tradesOf(events)
    .filter(({ quote, symbol }) => quote.symbol !== symbol || quote.bid <= 0n || quote.bid > quote.ask)
    .map(({ tradeId }) => `I11 trade ${tradeId} stands on an invalid quote`)

const tradesOf = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<Trade> =>
  events.flatMap((event) => ("trade" in event ? [event.trade] : []))
