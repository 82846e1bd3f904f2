/** Changing: resting orders and the exits of positions, changed or taken back by the client. */
import type { RejectionReason } from "#domain/RejectionReason.ts"
import type { ModelAccount, ModelOrder, ModelPosition } from "./Account.ts"
import type { CommandOf } from "./CommandOf.ts"
import { cancel } from "./Ending.ts"
import type { MarketView } from "./MarketView.ts"
import {
  checkExits,
  checkExitSides,
  checkLotsLimit,
  checkMargin,
  checkNewTrades,
  checkPrices,
  checkRestingPrices,
  checkVolume,
  type Demand,
  reservedMarginOf,
  restingDemandOf
} from "./Orders.ts"
import { Refusals } from "./Refusals.ts"
import { trailAll } from "./Trailing.ts"

type Answer = RejectionReason | undefined

const wasGiven = (id: string, prefix: "O" | "P", count: number): boolean => id.startsWith(prefix) && Number(id.slice(1)) <= count

const orderOf = (account: ModelAccount, orderId: string): ModelOrder | RejectionReason =>
  account.orders.find((order) => order.orderId === orderId) ??
  (wasGiven(orderId, "O", account.orderCount) ? "ORDER_NOT_PENDING" : "ORDER_NOT_FOUND")

export const positionOf = (account: ModelAccount, positionId: string): ModelPosition | RejectionReason =>
  account.positions.find((position) => position.positionId === positionId) ??
  (wasGiven(positionId, "P", account.positionCount) ? "POSITION_CLOSED" : "POSITION_NOT_FOUND")

type Exits = Partial<Pick<ModelPosition, "stopLoss" | "takeProfit" | "trailingStop">>
type ExitChange = Pick<CommandOf<"ModifyPosition">, "stopLoss" | "takeProfit" | "trailingStop">

/** An absent field stays as it is, null removes. */
const changedTo = <Value>(now: Value | undefined, asked: Value | null | undefined): Value | undefined =>
  asked === undefined ? now : (asked ?? undefined)

/** The exits that a change sets; what it removes or leaves is not checked. */
const given = ({ stopLoss, takeProfit, trailingStop }: ExitChange) => ({
  stopLoss: stopLoss ?? undefined,
  takeProfit: takeProfit ?? undefined,
  trailingStop: trailingStop ?? undefined
})

const hasSameExits = (a: Exits, b: Exits): boolean =>
  a.stopLoss === b.stopLoss &&
  a.takeProfit === b.takeProfit &&
  a.trailingStop?.distancePoints === b.trailingStop?.distancePoints &&
  a.trailingStop?.stepPoints === b.trailingStop?.stepPoints

const isSameOrder = (a: ModelOrder, b: ModelOrder): boolean =>
  hasSameExits(a, b) && a.lots === b.lots && a.limitPrice === b.limitPrice && a.stopPrice === b.stopPrice && a.expiresAt === b.expiresAt

const changedOrder = (order: ModelOrder, command: CommandOf<"ModifyOrder">): ModelOrder => {
  const { stopLoss: _stopLoss, takeProfit: _takeProfit, trailingStop: _trailingStop, ...rest } = order
  const stopLoss = changedTo(order.stopLoss, command.stopLoss)
  const takeProfit = changedTo(order.takeProfit, command.takeProfit)
  const trailingStop = changedTo(order.trailingStop, command.trailingStop)
  return {
    ...rest,
    ...(stopLoss === undefined ? {} : { stopLoss }),
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(trailingStop === undefined ? {} : { trailingStop }),
    ...(command.limitPrice === undefined ? {} : { limitPrice: command.limitPrice }),
    ...(command.stopPrice === undefined ? {} : { stopPrice: command.stopPrice }),
    ...(command.expiresAt === undefined ? {} : { expiresAt: command.expiresAt }),
    lots: command.lots ?? order.lots
  }
}

export const modifyOrder = (account: ModelAccount, view: MarketView, command: CommandOf<"ModifyOrder">): Answer => {
  const order = orderOf(account, command.orderId)
  if (typeof order === "string") return order
  const changed = changedOrder(order, command)
  const refusals = new Refusals()
  checkChange(account, view, command, order, changed, refusals)
  if (refusals.first() !== undefined) return refusals.first()
  if (view.prices(order.symbol) === undefined) return "NO_QUOTE"
  changed.reservedMargin = reservedMarginOf(account, view, changed)
  checkRestingPrices(view, view.known(order.symbol), changed, refusals)
  checkMargin(account, view, additionalDemand(account, view, order, changed), refusals)
  const refusal = refusals.first()
  if (refusal === undefined) account.orders[account.orders.indexOf(order)] = changed
  return refusal
}

/** What can be said without looking at the market. */
const checkChange = (
  account: ModelAccount,
  view: MarketView,
  command: CommandOf<"ModifyOrder">,
  order: ModelOrder,
  changed: ModelOrder,
  refusals: Refusals
): void => {
  const instrument = view.known(order.symbol)
  refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
  if (changed.lots > order.lots) {
    checkNewTrades(account, view, order.symbol, refusals)
    checkLotsLimit(account, changed.lots - order.lots, refusals)
  }
  if (command.lots !== undefined) checkVolume(instrument, changed.lots, refusals)
  const watchesStop = order.stopPrice !== undefined && order.status === "pending"
  refusals.when(command.limitPrice !== undefined && order.limitPrice === undefined, "UNEXPECTED_PRICE")
  refusals.when(command.stopPrice !== undefined && !watchesStop, "UNEXPECTED_PRICE")
  checkPrices(instrument, [command.limitPrice, command.stopPrice], refusals)
  checkExits(instrument, given(command), refusals)
  const { expiresAt } = command
  refusals.when(expiresAt !== undefined && (order.timeInForce !== "GTD" || expiresAt <= view.now), "INVALID_EXPIRY")
  refusals.when(isSameOrder(order, changed), "NOTHING_TO_CHANGE")
}

/** What the changed order needs more than the order as it was would at the same rates. A larger volume is new exposure. */
const additionalDemand = (account: ModelAccount, view: MarketView, order: ModelOrder, changed: ModelOrder): Demand => {
  const others = account.orders.filter((candidate) => candidate !== order)
  const same = { ...order, reservedMargin: reservedMarginOf(account, view, order) }
  const margin = restingDemandOf(account, view, changed, others).margin - restingDemandOf(account, view, same, others).margin
  return { margin, commission: 0n, adds: changed.lots > order.lots }
}

export const cancelOrder = (account: ModelAccount, { orderId }: CommandOf<"CancelOrder">): Answer => {
  const order = orderOf(account, orderId)
  if (typeof order === "string") return order
  if (account.tradingMode === "none") return "TRADING_DISABLED"
  cancel(account, order, "client")
  return undefined
}

/** All that match; none is no refusal. */
export const cancelOrders = (account: ModelAccount, view: MarketView, command: CommandOf<"CancelOrders">): Answer => {
  if (command.symbol !== undefined && view.instrument(command.symbol) === undefined) return "UNKNOWN_SYMBOL"
  if (account.tradingMode === "none") return "TRADING_DISABLED"
  const chosen = account.orders.filter(
    (order) => (command.symbol ?? order.symbol) === order.symbol && (command.side ?? order.side) === order.side
  )
  for (const order of chosen) if (account.orders.includes(order)) cancel(account, order, "client")
  return undefined
}

export const modifyPosition = (account: ModelAccount, view: MarketView, command: CommandOf<"ModifyPosition">): Answer => {
  const position = positionOf(account, command.positionId)
  if (typeof position === "string") return position
  const refusals = new Refusals()
  const instrument = view.known(position.symbol)
  const changed: ModelPosition = {
    ...position,
    stopLoss: changedTo(position.stopLoss, command.stopLoss),
    takeProfit: changedTo(position.takeProfit, command.takeProfit),
    trailingStop: changedTo(position.trailingStop, command.trailingStop)
  }
  refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
  refusals.when(hasSameExits(position, changed), "NOTHING_TO_CHANGE")
  checkExits(instrument, given(command), refusals)
  checkExitSides(instrument, position.side, view.closePrice(position.symbol, position.side), given(command), refusals)
  const refusal = refusals.first()
  if (refusal !== undefined) return refusal
  account.positions[account.positions.indexOf(position)] = changed
  trailAll(account, view, position.symbol)
  return undefined
}
