/**
 * commandResult: what a command did, from the events it made.
 *
 * The same events make the same answer, so a command that is sent again is answered again. Only of orders and positions that are over is
 * more told than the events hold; those never change any more.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { Outcome } from "#actors/account/AccountProtocol.ts"
import type { CommandResult, OrderView, PositionView } from "#contract/Views.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import type { Order } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { Trade } from "#domain/Trade.ts"
import {
  changeView,
  orderView,
  positionRecordView,
  positionView,
  tradeView,
  type Digits,
  type OrderOutcomeView
} from "#server/api/views.ts"
import { Effect } from "effect"

/** Things by id, as the events leave them; undefined: over, and not described by the events. */
interface Touched {
  readonly orders: Map<string, (Order & OrderOutcomeView) | undefined>
  readonly positions: Map<string, Position | undefined>
  readonly trades: Array<Trade>
}

const changeOrder = (touched: Touched, orderId: string, change: Partial<Order> & OrderOutcomeView): void => {
  const order = touched.orders.get(orderId)
  touched.orders.set(orderId, order && { ...order, ...change })
}

const touchOrder = (touched: Touched, event: AccountEvent): void => {
  switch (event._tag) {
    case "OrderPlaced":
    case "OrderModified":
      touched.orders.set(event.order.orderId, { ...event.order, updatedAt: event.at })
      break
    case "OrderRejected": {
      const { at, orderId, rejection, request } = event
      touched.orders.set(orderId, { ...request, orderId, status: "rejected", placedAt: at, updatedAt: at, reservedMargin: 0n, rejection })
      break
    }
    case "OrderTriggered":
      changeOrder(touched, event.orderId, { status: "triggered", updatedAt: event.at })
      break
    case "OrderFilled": {
      const positionId = touched.trades.find((trade) => event.tradeIds.includes(trade.tradeId))?.positionId
      changeOrder(touched, event.orderId, { status: "filled", fillPrice: event.price, positionId, reservedMargin: 0n, updatedAt: event.at })
      break
    }
    case "OrderCanceled":
      changeOrder(touched, event.orderId, { status: "canceled", cancelCause: event.cause, reservedMargin: 0n, updatedAt: event.at })
      break
    case "OrderExpired":
      changeOrder(touched, event.orderId, { status: "expired", reservedMargin: 0n, updatedAt: event.at })
      break
    case "OrderActivationRejected":
      changeOrder(touched, event.orderId, { status: "rejected", rejection: event.rejection, reservedMargin: 0n, updatedAt: event.at })
      break
    default:
  }
}

const touchPosition = (touched: Touched, event: AccountEvent): void => {
  switch (event._tag) {
    case "PositionOpened":
    case "PositionIncreased":
    case "PositionReduced":
      touched.positions.set(event.position.positionId, event.position)
      break
    case "PositionModified":
      touched.positions.set(event.position.positionId, event.position)
      break
    case "PositionClosed":
      touched.positions.set(event.positionId, undefined)
      break
    default:
  }
}

const touch = (events: ReadonlyArray<AccountEvent>): Touched => {
  const trades = events.flatMap((event) => ("trade" in event ? [event.trade] : []))
  const touched: Touched = { orders: new Map(), positions: new Map(), trades }
  for (const event of events) {
    touchOrder(touched, event)
    touchPosition(touched, event)
  }
  return touched
}

/** `orderId`: the order that the command was about, when it was about one. */
export const commandResult = Effect.fnUntraced(function* (
  accountId: string,
  outcome: Outcome,
  orderId: string | undefined,
  digits: Digits
): Effect.fn.Return<CommandResult, ReadsUnavailable, AccountReads> {
  const reads = yield* AccountReads
  const touched = touch(outcome.events)
  const orders: Array<OrderView> = []
  for (const [orderId, known] of touched.orders) {
    const order = known ?? (yield* reads.order(accountId, orderId))
    if (order !== undefined) orders.push(orderView(order, digits))
  }
  const positions: Array<PositionView> = []
  for (const [positionId, open] of touched.positions) {
    const closed = open === undefined ? yield* reads.position(accountId, positionId) : undefined
    if (open !== undefined) positions.push(positionView(open, { status: "open" }, digits))
    if (closed !== undefined) positions.push(positionRecordView(closed, digits))
  }
  return {
    accountId,
    version: outcome.version,
    order: orders.find((order) => order.orderId === orderId) ?? null,
    orders,
    positions,
    trades: touched.trades.map((trade) => tradeView(trade, digits)),
    changes: outcome.events.map((event, index) => changeView(outcome.firstSequence + index, event))
  }
})
