/**
 * project: the rows of the read tables that an append changes. Pure, so that `npm run verify` can rebuild the tables and compare.
 *
 * An order or a position may be touched by several events of one append; only its last row is written, because one statement may not
 * write a row twice.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { hasExposure, type AccountState } from "#actors/account/AccountState.ts"
import type { Append } from "#actors/Journal.ts"
import { encodeOrderRecord, encodePositionRecord, type OrderOutcome } from "#db/projections/records.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { Trade } from "#domain/Trade.ts"
import { Schema } from "effect"

export interface AccountRow {
  readonly account_id: string
  readonly client_id: string
  readonly currency: string
  readonly mode: string
  readonly group_name: string
  readonly leverage: number
  readonly version: number
  readonly balance: string
  readonly credit: string
  readonly exposed: boolean
  readonly opened_at: number
}
export interface OrderRow {
  readonly account_id: string
  readonly number: number
  readonly symbol: string
  readonly status: string
  readonly data: unknown
}
export interface PositionRow extends OrderRow {
  readonly side: string
  /** What this append adds to the position's realized profit. */
  readonly realized_profit: string
}
export interface TradeRow {
  readonly account_id: string
  readonly number: number
  readonly position_id: string
  readonly symbol: string
  readonly data: unknown
}
export interface LedgerEntryRow {
  readonly account_id: string
  readonly number: number
  readonly kind: string
  readonly amount: string
  readonly reference: string | null
  readonly data: unknown
}
export interface Rows {
  readonly account: AccountRow
  readonly orders: ReadonlyArray<OrderRow>
  readonly positions: ReadonlyArray<PositionRow>
  readonly trades: ReadonlyArray<TradeRow>
  readonly ledgerEntries: ReadonlyArray<LedgerEntryRow>
}

/** "P12" → 12. */
export const numberOf = (id: string): number => Number(id.slice(1))

const encodeTrade = Schema.encodeSync(Trade)
const encodeLedgerEntry = Schema.encodeSync(LedgerEntry)

const accountRow = (state: AccountState, version: number): AccountRow => ({
  account_id: state.accountId,
  client_id: state.clientId,
  currency: state.currency,
  mode: state.mode,
  group_name: state.group,
  leverage: state.leverage,
  version,
  balance: formatDecimal(state.balance),
  credit: formatDecimal(state.credit),
  exposed: hasExposure(state),
  opened_at: state.openedAt
})

/** Follows orders and positions through an append's events: the state before knows those that the events end. */
class Progress {
  readonly orders = new Map<string, { readonly order: Order; readonly outcome: OrderOutcome }>()
  readonly positions = new Map<string, { readonly position: Position; readonly closing: Trade | undefined }>()
  readonly profits = new Map<string, Decimal>()
  readonly trades: Array<Trade> = []
  readonly ledgerEntries: Array<LedgerEntry> = []
  readonly #before: AccountState

  constructor(before: AccountState) {
    this.#before = before
  }

  order(order: Order, updatedAt: number, outcome: Partial<OrderOutcome> = {}): void {
    const earlier = this.orders.get(order.orderId)?.outcome
    this.orders.set(order.orderId, { order, outcome: { ...earlier, ...outcome, updatedAt } })
  }

  endOrder(orderId: string, status: Order["status"], updatedAt: number, outcome: Partial<OrderOutcome> = {}): void {
    const order = this.orders.get(orderId)?.order ?? this.#before.orders.get(orderId)
    if (order !== undefined) this.order({ ...order, status }, updatedAt, outcome)
  }

  trade(trade: Trade): void {
    this.trades.push(trade)
    if (trade.entry === "close") this.profits.set(trade.positionId, (this.profits.get(trade.positionId) ?? 0n) + trade.realizedProfit)
  }

  closePosition(positionId: string, closing: Trade): void {
    this.trade(closing)
    const position = this.positions.get(positionId)?.position ?? this.#before.positions.get(positionId)
    if (position !== undefined) this.positions.set(positionId, { position, closing })
  }
}

const apply = (progress: Progress, event: AccountEvent): void => {
  switch (event._tag) {
    case "OrderPlaced":
    case "OrderModified":
      return progress.order(event.order, event.at)
    case "OrderRejected":
      return progress.order(
        { ...event.request, orderId: event.orderId, status: "rejected", placedAt: event.at, reservedMargin: 0n },
        event.at,
        { rejection: event.rejection }
      )
    case "OrderTriggered":
      return progress.endOrder(event.orderId, "triggered", event.at)
    case "OrderFilled":
      return progress.endOrder(event.orderId, "filled", event.at, { fillPrice: event.price })
    case "OrderCanceled":
      return progress.endOrder(event.orderId, "canceled", event.at, { cancelCause: event.cause })
    case "OrderExpired":
      return progress.endOrder(event.orderId, "expired", event.at)
    case "OrderActivationRejected":
      return progress.endOrder(event.orderId, "rejected", event.at, { rejection: event.rejection })
    case "PositionOpened":
    case "PositionIncreased":
    case "PositionReduced":
      progress.trade(event.trade)
      progress.positions.set(event.position.positionId, { position: event.position, closing: undefined })
      return linkOrder(progress, event.trade)
    case "PositionClosed":
      progress.closePosition(event.positionId, event.trade)
      return linkOrder(progress, event.trade)
    case "PositionModified":
      progress.positions.set(event.position.positionId, { position: event.position, closing: undefined })
      return
    case "LedgerEntryBooked":
      progress.ledgerEntries.push(event.entry)
      return
    default:
  }
}

/** A filled order is told which position it made or changed. */
const linkOrder = (progress: Progress, trade: Trade): void => {
  if (trade.orderId === undefined) return
  const known = progress.orders.get(trade.orderId)
  if (known !== undefined) progress.order(known.order, trade.executedAt, { positionId: trade.positionId })
}

/** Positions that events changed without carrying them whole (swap, trailing stop) are taken from the state after. */
const touchedByState = (event: AccountEvent): string | undefined =>
  event._tag === "TrailingStopMoved" || event._tag === "SwapAccrued" ? event.positionId : undefined

/** The rows that `append` changes; `firstSequence` is the sequence of its first event. */
export const project = (append: Pick<Append, "accountId" | "events" | "before" | "after" | "expectedSequence">): Rows => {
  const progress = new Progress(append.before)
  for (const event of append.events) {
    apply(progress, event)
    const touched = touchedByState(event)
    const position = touched === undefined ? undefined : append.after.positions.get(touched)
    if (position !== undefined) progress.positions.set(position.positionId, { position, closing: undefined })
  }
  const account_id = append.accountId
  return {
    account: accountRow(append.after, append.expectedSequence + append.events.length),
    orders: [...progress.orders.values()].map(({ order, outcome }) => ({
      account_id,
      number: numberOf(order.orderId),
      symbol: order.symbol,
      status: order.status,
      data: encodeOrderRecord(order, outcome)
    })),
    positions: [...progress.positions.values()].map(({ closing, position }) => ({
      account_id,
      number: numberOf(position.positionId),
      symbol: position.symbol,
      side: position.side,
      status: closing === undefined ? "open" : "closed",
      realized_profit: formatDecimal(progress.profits.get(position.positionId) ?? 0n),
      data: encodePositionRecord(position, closing)
    })),
    trades: progress.trades.map((trade) => ({
      account_id,
      number: numberOf(trade.tradeId),
      position_id: trade.positionId,
      symbol: trade.symbol,
      data: encodeTrade(trade)
    })),
    ledgerEntries: progress.ledgerEntries.map((entry) => ({
      account_id,
      number: numberOf(entry.entryId),
      kind: entry.kind,
      amount: formatDecimal(entry.amount),
      reference: entry.reference ?? null,
      data: encodeLedgerEntry(entry)
    }))
  }
}
