/** modify: changes the prices, volume, exits or expiry of a resting order, or the exits of a position. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { findOrder } from "#actors/account/decide/cancelOrder.ts"
import { findPosition } from "#actors/account/decide/closePosition.ts"
import { marginRefusal, noConversionRate, standingOf } from "#actors/account/decide/marginCheck.ts"
import { futureRefusal, lotsRefusal, priceRefusal, trailingRefusal } from "#actors/account/decide/orderShape.ts"
import { lotsLimit, newTradesRefusal, tradingRefusal } from "#actors/account/decide/permission.ts"
import { pendingRefusal } from "#actors/account/decide/placeOrder.ts"
import { distanceRefusal, exitsRefusal } from "#actors/account/decide/priceSides.ts"
import { reservationOf } from "#actors/account/decide/reservation.ts"
import { lastQuote } from "#actors/account/decide/tradable.ts"
import { startTrailing } from "#actors/account/decide/trailing.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Writable } from "#actors/account/decide/Writable.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order, TrailingStop } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { closingPrice } from "#domain/Prices.ts"

type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>

export const modifyPosition = (turn: Turn, command: Command<"ModifyPosition">): Rejection | undefined => {
  const position = findPosition(turn.state, command.positionId)
  if ("reason" in position) return position
  const { prices } = turn
  const instrument = turn.instrument(position.symbol)
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  if (instrument === undefined) return reject("UNKNOWN_SYMBOL", { symbol: position.symbol })
  const modified = withPositionChange(position, command)
  const refusal =
    tradingRefusal(turn.state) ??
    priceRefusal(instrument, command) ??
    trailingRefusal(command.trailingStop) ??
    (isSame(position, modified) ? reject("NOTHING_TO_CHANGE", { positionId: position.positionId }) : undefined)
  if (refusal !== undefined) return refusal
  const quote = lastQuote(turn, prices, instrument)
  if ("reason" in quote) return quote
  const market = closingPrice(position.side, quote.seen)
  const sideOrDistance = exitsRefusal(position.side, market, command) ?? exitsDistance(instrument, command, market)
  if (sideOrDistance !== undefined) return sideOrDistance
  turn.emit({ _tag: "PositionModified", at: turn.now, position: modified })
  startTrailing(turn, instrument)
  return undefined
}

const exitsDistance = (instrument: Instrument, exits: ExitChange, reference: Decimal): Rejection | undefined =>
  distanceRefusal(instrument, "stopLoss", exits.stopLoss, reference) ??
  distanceRefusal(instrument, "takeProfit", exits.takeProfit, reference)

export const modifyOrder = (turn: Turn, command: Command<"ModifyOrder">): Rejection | undefined => {
  const order = findOrder(turn.state, command.orderId)
  if ("reason" in order) return order
  const { prices } = turn
  const instrument = turn.instrument(order.symbol)
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  if (instrument === undefined) return reject("UNKNOWN_SYMBOL", { symbol: order.symbol })
  const modified = withOrderChange(order, command)
  const refusal =
    permissionToModify(turn, instrument, order, modified) ??
    (command.lots === undefined ? undefined : lotsRefusal(instrument, modified.lots)) ??
    changeRefusal(turn, instrument, order, command) ??
    (isSame(order, modified) ? reject("NOTHING_TO_CHANGE", { orderId: order.orderId }) : undefined)
  if (refusal !== undefined) return refusal
  return reservedAnew(turn, prices, instrument, order, modified)
}

/** A larger volume is new exposure. */
const permissionToModify = (turn: Turn, instrument: Instrument, order: Order, modified: Order): Rejection | undefined => {
  const refusal = tradingRefusal(turn.state)
  if (refusal !== undefined || modified.lots <= order.lots) return refusal
  return newTradesRefusal(turn, instrument) ?? lotsLimit(turn.state, modified.lots - order.lots)
}

const changeRefusal = (turn: Turn, instrument: Instrument, order: Order, command: Command<"ModifyOrder">): Rejection | undefined => {
  if (command.limitPrice !== undefined && order.limitPrice === undefined) return reject("UNEXPECTED_PRICE", { field: "limitPrice" })
  const hasNoStop = order.stopPrice === undefined || order.status === "triggered"
  if (command.stopPrice !== undefined && hasNoStop) return reject("UNEXPECTED_PRICE", { field: "stopPrice", status: order.status })
  return priceRefusal(instrument, command) ?? expiryChangeRefusal(turn, order, command.expiresAt) ?? trailingRefusal(command.trailingStop)
}

const expiryChangeRefusal = (turn: Turn, { timeInForce }: Order, expiresAt: number | undefined): Rejection | undefined => {
  if (expiresAt === undefined) return undefined
  return timeInForce === "GTD"
    ? futureRefusal(expiresAt, turn.now)
    : reject("INVALID_EXPIRY", { timeInForce, expiresAt: String(expiresAt) })
}

/** The margin held back is computed anew, on the account without the order as it was. */
const reservedAnew = (
  turn: Turn,
  prices: NonNullable<Turn["prices"]>,
  instrument: Instrument,
  order: Order,
  modified: Order
): Rejection | undefined => {
  const quote = lastQuote(turn, prices, instrument)
  if ("reason" in quote) return quote
  const orders = new Map(turn.state.orders)
  orders.delete(order.orderId)
  const without = { ...turn.state, orders }
  const before = reservationOf(prices, without, instrument, order)
  const after = reservationOf(prices, without, instrument, modified)
  if (before === undefined || after === undefined) return noConversionRate(turn, instrument)
  const standing = standingOf(turn, prices)
  if ("reason" in standing) return standing
  const sideOrDistance = pendingRefusal(instrument, modified, quote)
  if (sideOrDistance !== undefined) return sideOrDistance
  const opensExposure = modified.lots > order.lots
  const marginNeeded = after.marginNeeded - before.marginNeeded
  const refusal = marginRefusal(turn, prices, standing, { opensExposure, marginNeeded, marginReleased: 0n, commission: 0n })
  if (refusal !== undefined) return refusal
  turn.emit({ _tag: "OrderModified", at: turn.now, order: { ...modified, reservedMargin: after.reservedMargin } })
  return undefined
}

/** An absent field stays as it is, null removes. */
interface ExitChange {
  readonly stopLoss?: Decimal | null
  readonly takeProfit?: Decimal | null
  readonly trailingStop?: TrailingStop | null
}

type ExitFields = Pick<Position, "stopLoss" | "takeProfit" | "trailingStop">

/** `changed` stands without exits so far; those that the change does not name are as they were. */
const withExitChange = <Changed extends Position | Order>(changed: Writable<Changed>, was: ExitFields, change: ExitChange): Changed => {
  const stopLoss = change.stopLoss === undefined ? was.stopLoss : change.stopLoss
  const takeProfit = change.takeProfit === undefined ? was.takeProfit : change.takeProfit
  const trailingStop = change.trailingStop === undefined ? was.trailingStop : change.trailingStop
  const exits: Writable<ExitFields> = changed
  if (stopLoss !== undefined && stopLoss !== null) exits.stopLoss = stopLoss
  if (takeProfit !== undefined && takeProfit !== null) exits.takeProfit = takeProfit
  if (trailingStop !== undefined && trailingStop !== null) exits.trailingStop = trailingStop
  return changed
}

/** Field by field: leaving fields out of a copy costs more than the rest of the change. */
const withPositionChange = (position: Position, change: ExitChange): Position => {
  const { positionId, symbol, side, lots, openPrice, openedAt, margin, marginRate, swap, commission, orderId } = position
  const { averageClosePrice, lotsClosed } = position
  const changed: Writable<Position> = {
    positionId,
    symbol,
    side,
    lots,
    openPrice,
    openedAt,
    margin,
    marginRate,
    swap,
    commission,
    orderId
  }
  if (lotsClosed !== undefined) changed.lotsClosed = lotsClosed
  if (averageClosePrice !== undefined) changed.averageClosePrice = averageClosePrice
  return withExitChange(changed, position, change)
}

const withOrderChange = (order: Order, command: Command<"ModifyOrder">): Order => {
  const { stopLoss: _stopLoss, takeProfit: _takeProfit, trailingStop: _trailingStop, ...rest } = order
  const changed: Writable<Order> = rest
  if (command.limitPrice !== undefined) changed.limitPrice = command.limitPrice
  if (command.stopPrice !== undefined) changed.stopPrice = command.stopPrice
  if (command.lots !== undefined) changed.lots = command.lots
  if (command.expiresAt !== undefined) changed.expiresAt = command.expiresAt
  return withExitChange(changed, order, command)
}

const isSame = (a: Partial<Order>, b: Partial<Order>): boolean =>
  a.limitPrice === b.limitPrice &&
  a.stopPrice === b.stopPrice &&
  a.lots === b.lots &&
  a.stopLoss === b.stopLoss &&
  a.takeProfit === b.takeProfit &&
  a.expiresAt === b.expiresAt &&
  a.trailingStop?.distancePoints === b.trailingStop?.distancePoints &&
  a.trailingStop?.stepPoints === b.trailingStop?.stepPoints
