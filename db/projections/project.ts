/**
 * project: the rows of the read tables that an append changes, as `decimalsAsText` writes them. Pure, so that `npm run verify` can rebuild the tables and compare.
 *
 * An order or a position may be touched by several events of one append; only its last row is written, because one statement may not
 * write a row twice.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { hasExposure, type AccountState } from "#actors/account/AccountState.ts"
import type { Append } from "#actors/Journal.ts"
import { storedOrder, storedPosition, type OrderOutcome } from "#db/projections/records.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { LedgerEntry } from "#domain/LedgerEntry.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { Trade } from "#domain/Trade.ts"

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

interface TouchedOrder {
  readonly order: Order
  readonly outcome: OrderOutcome
}
interface TouchedPosition {
  readonly position: Position
  readonly closing: Trade | undefined
}

/** The orders and positions that events touched, as they stand after the last of them. */
class Touched {
  readonly orders = new Map<string, TouchedOrder>()
  readonly positions = new Map<string, TouchedPosition>()
  readonly profits = new Map<string, Decimal>()
  readonly trades: Array<Trade> = []
  readonly ledgerEntries: Array<LedgerEntry> = []

  order(order: Order | undefined, updatedAt: number, outcome: Partial<OrderOutcome> = {}): void {
    if (order === undefined) return
    this.orders.set(order.orderId, { order, outcome: { ...this.orders.get(order.orderId)?.outcome, ...outcome, updatedAt } })
  }

  position(position: Position | undefined, closing?: Trade): void {
    if (position !== undefined) this.positions.set(position.positionId, { position, closing })
  }

  trade(trade: Trade): void {
    this.trades.push(trade)
    if (trade.entry === "close") this.profits.set(trade.positionId, (this.profits.get(trade.positionId) ?? 0n) + trade.realizedProfit)
    const filled = trade.orderId === undefined ? undefined : this.orders.get(trade.orderId)
    // a filled order is told which position it made or changed
    if (filled !== undefined) this.order(filled.order, trade.executedAt, { positionId: trade.positionId })
  }
}

const ended = (order: Order | undefined, status: Order["status"]): Order | undefined => order && { ...order, status }

const touch = (touched: Touched, event: AccountEvent, before: AccountState, after: AccountState): void => {
  switch (event._tag) {
    case "OrderPlaced":
    case "OrderModified":
      return touched.order(event.order, event.at)
    case "OrderTriggered":
      return touched.order(after.orders.get(event.orderId), event.at)
    case "OrderRejected":
      return touched.order(
        { ...event.request, orderId: event.orderId, status: "rejected", placedAt: event.at, reservedMargin: 0n },
        event.at,
        { rejection: event.rejection }
      )
    case "OrderFilled":
      return touched.order(ended(before.orders.get(event.orderId), "filled"), event.at, { fillPrice: event.price })
    case "OrderCanceled":
      return touched.order(ended(before.orders.get(event.orderId), "canceled"), event.at, { cancelCause: event.cause })
    case "OrderExpired":
      return touched.order(ended(before.orders.get(event.orderId), "expired"), event.at)
    case "OrderActivationRejected":
      return touched.order(ended(before.orders.get(event.orderId), "rejected"), event.at, { rejection: event.rejection })
    case "PositionOpened":
    case "PositionIncreased":
    case "PositionReduced":
      touched.trade(event.trade)
      return touched.position(after.positions.get(event.position.positionId))
    case "PositionClosed":
      touched.trade(event.trade)
      return touched.position(before.positions.get(event.positionId), event.trade)
    case "PositionModified":
      return touched.position(after.positions.get(event.position.positionId))
    case "TrailingStopMoved":
    case "SwapAccrued":
      return touched.position(after.positions.get(event.positionId))
    case "LedgerEntryBooked":
      touched.ledgerEntries.push(event.entry)
      return
    default:
  }
}

/** The rows that an append changes. Of a whole journal: all rows of the account. */
export const project = (append: Pick<Append, "accountId" | "events" | "before" | "states" | "expectedSequence">): Rows => {
  const touched = new Touched()
  let before = append.before
  for (const [index, event] of append.events.entries()) {
    const after = append.states[index] ?? before
    touch(touched, event, before, after)
    before = after
  }
  const account_id = append.accountId
  return {
    account: accountRow(before, append.expectedSequence + append.events.length),
    orders: [...touched.orders.values()].map(({ order, outcome }) => ({
      account_id,
      number: numberOf(order.orderId),
      symbol: order.symbol,
      status: order.status,
      data: storedOrder(order, outcome)
    })),
    positions: [...touched.positions.values()].map(({ closing, position }) => ({
      account_id,
      number: numberOf(position.positionId),
      symbol: position.symbol,
      side: position.side,
      status: closing === undefined ? "open" : "closed",
      realized_profit: formatDecimal(touched.profits.get(position.positionId) ?? 0n),
      data: storedPosition(position, closing)
    })),
    trades: touched.trades.map((trade) => ({
      account_id,
      number: numberOf(trade.tradeId),
      position_id: trade.positionId,
      symbol: trade.symbol,
      data: trade
    })),
    ledgerEntries: touched.ledgerEntries.map((entry) => ({
      account_id,
      number: numberOf(entry.entryId),
      kind: entry.kind,
      amount: formatDecimal(entry.amount),
      reference: entry.reference ?? null,
      data: entry
    }))
  }
}
