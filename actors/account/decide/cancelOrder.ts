/** cancelOrder: takes resting orders back, one or many, and the partners that share its OCO group. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { tradingRefusal } from "#actors/account/decide/permission.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { orderTransitions } from "#actors/account/machines/orderLifecycle.ts"
import type { Order } from "#domain/Order.ts"

type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>

export const cancelOrder = (turn: Turn, { orderId }: Command<"CancelOrder">): Rejection | undefined => {
  const order = findOrder(turn.state, orderId)
  if ("reason" in order) return order
  const refusal = tradingRefusal(turn.state)
  if (refusal !== undefined) return refusal
  cancel(turn, order, askerOf(turn))
  return undefined
}

/** All that match; none is no refusal. */
export const cancelOrders = (turn: Turn, { symbol, side }: Command<"CancelOrders">): Rejection | undefined => {
  if (symbol !== undefined && turn.instrument(symbol) === undefined) return reject("UNKNOWN_SYMBOL", { symbol })
  const refusal = tradingRefusal(turn.state)
  if (refusal !== undefined) return refusal
  for (const order of turn.state.orders.values()) {
    const matches = (symbol === undefined || order.symbol === symbol) && (side === undefined || order.side === side)
    if (matches && turn.state.orders.has(order.orderId)) cancel(turn, order, askerOf(turn))
  }
  return undefined
}

/** The CRM acts for staff. */
const askerOf = ({ asking }: Turn): "client" | "staff" => (asking.askedBy === "client" ? "client" : "staff")

/** Ends the order; its OCO partners end with it, in the same journal entry. */
export const cancel = (turn: Turn, order: Order, cause: "client" | "staff" | "stopOut"): void => {
  turn.emit({ _tag: "OrderCanceled", at: turn.now, orderId: order.orderId, cause })
  cancelOcoPartners(turn, order)
}

/** One's fill or cancel cancels the rest of its group. */
export const cancelOcoPartners = (turn: Turn, { orderId, ocoGroup }: Order): void => {
  if (ocoGroup === undefined) return
  for (const partner of turn.state.orders.values()) {
    if (partner.ocoGroup === ocoGroup && partner.orderId !== orderId) {
      turn.emit({ _tag: "OrderCanceled", at: turn.now, orderId: partner.orderId, cause: "oco" })
    }
  }
}

/** The resting order of that id, or whether it ended already or never was. */
export const findOrder = (state: AccountState, orderId: string): Order | Rejection => {
  const order = state.orders.get(orderId)
  if (order !== undefined) {
    return orderTransitions.next(order.status, "cancel") === undefined
      ? reject("ORDER_NOT_PENDING", { orderId, status: order.status })
      : order
  }
  return reject(wasGiven(orderId, "O", state.orderCount) ? "ORDER_NOT_PENDING" : "ORDER_NOT_FOUND", { orderId })
}

/** Whether the account has ever given out that id: ids count up from 1. */
export const wasGiven = (id: string, prefix: "O" | "P", count: number): boolean => {
  const number = id.startsWith(prefix) ? Number(id.slice(1)) : Number.NaN
  return Number.isSafeInteger(number) && number >= 1 && number <= count && id === `${prefix}${number}`
}
