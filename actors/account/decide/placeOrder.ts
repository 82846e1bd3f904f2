/** placeOrder: checks a request in the order of precedence, then fills it at once or lets it rest. A refused order is recorded too. */
import { cancelOcoPartners } from "#actors/account/decide/cancelOrder.ts"
import { executeFill, planFill, type FillPlan } from "#actors/account/decide/filling.ts"
import { marginRefusal, noConversionRate, standingOf } from "#actors/account/decide/marginCheck.ts"
import { isImmediate, lotsRefusal, shapeRefusal } from "#actors/account/decide/orderShape.ts"
import { exposureRefusal, lotsOpened, tradingRefusal, type Exposure } from "#actors/account/decide/permission.ts"
import { distanceRefusal, exitsRefusal, sideRefusal } from "#actors/account/decide/priceSides.ts"
import { entryPrice, reservationOf } from "#actors/account/decide/reservation.ts"
import { lastQuote, tradableQuote, type TradableQuote } from "#actors/account/decide/tradable.ts"
import { startTrailing } from "#actors/account/decide/trailing.ts"
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Writable } from "#actors/account/decide/Writable.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Standing } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order, OrderRequest } from "#domain/Order.ts"
import { closingPrice, openingPrice, pointOf, type ClientPrices } from "#domain/Prices.ts"
import { marketFillPrice } from "#domain/Slippage.ts"
import { tradingDayAt } from "#domain/TradingDay.ts"

export const placeOrder = (turn: Turn, request: OrderRequest): Rejection | undefined => {
  const refusal = isImmediate(request) ? fillAtOnce(turn, request) : rest(turn, request)
  if (refusal !== undefined) {
    turn.emit({ _tag: "OrderRejected", at: turn.now, orderId: turn.nextOrderId, request: requestOf(request), rejection: refusal })
  }
  return refusal
}

interface Placement {
  readonly instrument: Instrument
  readonly prices: ClientPrices
  readonly exposure: Exposure
}

/** All that can be judged before the market is looked at. */
const placementOf = (turn: Turn, prices: ClientPrices, request: OrderRequest): Placement | Rejection => {
  const instrument = turn.instrument(request.symbol)
  if (instrument === undefined) return reject("UNKNOWN_SYMBOL", { symbol: request.symbol })
  const exposure = { instrument, side: request.side, lots: request.lots, isPending: !isImmediate(request) }
  const refusal =
    tradingRefusal(turn.state) ??
    exposureRefusal(turn, exposure) ??
    lotsRefusal(instrument, request.lots) ??
    shapeRefusal(instrument, request, turn.now)
  return refusal ?? { instrument, prices, exposure }
}

const fillAtOnce = (turn: Turn, request: OrderRequest): Rejection | undefined => {
  const { prices } = turn
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  const placement = placementOf(turn, prices, request)
  if ("reason" in placement) return placement
  const { instrument } = placement
  const quote = tradableQuote(turn, prices, instrument)
  if ("reason" in quote) return quote

  const price = immediatePrice(instrument, request, quote)
  const plan = planFill(prices, turn.state, { instrument, side: request.side, lots: request.lots, price })
  if (plan === undefined) return noConversionRate(turn, instrument)
  const standing = standingOf(turn, prices)
  if ("reason" in standing) return standing
  const refusal = immediateRefusal(instrument, request, quote, price) ?? planRefusal(turn, placement, standing, plan)
  if (refusal !== undefined) return refusal

  const order = orderOf(turn, request, 0n)
  turn.emit({ _tag: "OrderPlaced", at: turn.now, order })
  executeFill(turn, plan, order, quote.raw)
  cancelOcoPartners(turn, order)
  startTrailing(turn, instrument)
  return undefined
}

/** A market order is filled at the quote and its slippage; an immediate limit at the quote, which is its price or better. */
const immediatePrice = (instrument: Instrument, request: OrderRequest, { seen }: TradableQuote): Decimal =>
  request.type === "market" ? marketFillPrice(instrument, request.side, request.lots, seen) : openingPrice(request.side, seen)

const immediateRefusal = (
  instrument: Instrument,
  request: OrderRequest,
  { seen }: TradableQuote,
  price: Decimal
): Rejection | undefined => {
  const closing = closingPrice(request.side, seen)
  return (
    exitsRefusal(request.side, closing, request) ??
    distanceRefusal(instrument, "stopLoss", request.stopLoss, closing) ??
    distanceRefusal(instrument, "takeProfit", request.takeProfit, closing) ??
    slippageExceeded(instrument, request, openingPrice(request.side, seen), price) ??
    limitNotReached(request, price)
  )
}

/** Only a worse price counts as slippage; it is measured from the price the client saw, or from the quote. */
const slippageExceeded = (instrument: Instrument, request: OrderRequest, market: Decimal, price: Decimal): Rejection | undefined => {
  if (request.maxSlippagePoints === undefined) return undefined
  const requested = request.requestedPrice ?? market
  const worse = request.side === "buy" ? price - requested : requested - price
  if (worse <= BigInt(request.maxSlippagePoints) * pointOf(instrument)) return undefined
  return reject("SLIPPAGE_EXCEEDED", {
    requestedPrice: formatDecimal(requested),
    price: formatDecimal(price),
    maxSlippagePoints: String(request.maxSlippagePoints)
  })
}

const limitNotReached = ({ side, limitPrice }: OrderRequest, price: Decimal): Rejection | undefined => {
  if (limitPrice === undefined || (side === "buy" ? price <= limitPrice : price >= limitPrice)) return undefined
  return reject("PRICE_NOT_REACHED", { limitPrice: formatDecimal(limitPrice), market: formatDecimal(price) })
}

const planRefusal = (turn: Turn, { prices, exposure }: Placement, standing: Standing, plan: FillPlan): Rejection | undefined =>
  marginRefusal(turn, prices, standing, { ...plan, opensExposure: lotsOpened(turn.state, exposure) > 0n })

const rest = (turn: Turn, request: OrderRequest): Rejection | undefined => {
  const { prices } = turn
  if (prices === undefined) return reject("UNKNOWN_GROUP", { group: turn.state.group })
  const placement = placementOf(turn, prices, request)
  if ("reason" in placement) return placement
  const { instrument } = placement
  const quote = lastQuote(turn, prices, instrument)
  if ("reason" in quote) return quote
  const reservation = reservationOf(prices, turn.state, instrument, request)
  if (reservation === undefined) return noConversionRate(turn, instrument)
  const standing = standingOf(turn, prices)
  if ("reason" in standing) return standing

  const order = orderOf(turn, request, reservation.reservedMargin)
  const refusal = pendingRefusal(instrument, order, quote) ?? marginRefusal(turn, prices, standing, { ...reservation, opensExposure: true })
  if (refusal === undefined) turn.emit({ _tag: "OrderPlaced", at: turn.now, order })
  return refusal
}

/** Where a resting order's prices must lie: its own against the market, its exits against the price at which it would open. */
export const pendingRefusal = (instrument: Instrument, order: Order, { seen }: TradableQuote): Rejection | undefined => {
  const market = openingPrice(order.side, seen)
  const entry = entryPrice(order)
  return (
    sideRefusal(order, seen) ??
    exitsRefusal(order.side, entry, order) ??
    distanceRefusal(instrument, "stopPrice", order.status === "pending" ? order.stopPrice : undefined, market) ??
    distanceRefusal(instrument, "limitPrice", order.type === "limit" ? order.limitPrice : undefined, market) ??
    distanceRefusal(instrument, "stopLoss", order.stopLoss, entry) ??
    distanceRefusal(instrument, "takeProfit", order.takeProfit, entry)
  )
}

/** A DAY order ends with the trading day, at 17:00 New York. */
const orderOf = (turn: Turn, request: OrderRequest, reservedMargin: Decimal): Order => {
  const placed = withOptional<Order>(
    {
      orderId: turn.nextOrderId,
      symbol: request.symbol,
      side: request.side,
      type: request.type,
      lots: request.lots,
      timeInForce: request.timeInForce,
      status: "pending",
      placedAt: turn.now,
      reservedMargin
    },
    request
  )
  return request.timeInForce === "DAY" ? { ...placed, expiresAt: tradingDayAt(turn.now).endsAt } : placed
}

/** The request alone, without what a command carries besides. */
const requestOf = (request: OrderRequest): OrderRequest =>
  withOptional(
    { symbol: request.symbol, side: request.side, type: request.type, lots: request.lots, timeInForce: request.timeInForce },
    request
  )

const withOptional = <Target extends OrderRequest>(target: Target, request: OrderRequest): Target => {
  const fields: Writable<OrderRequest> = target
  if (request.limitPrice !== undefined) fields.limitPrice = request.limitPrice
  if (request.stopPrice !== undefined) fields.stopPrice = request.stopPrice
  if (request.expiresAt !== undefined) fields.expiresAt = request.expiresAt
  if (request.stopLoss !== undefined) fields.stopLoss = request.stopLoss
  if (request.takeProfit !== undefined) fields.takeProfit = request.takeProfit
  if (request.trailingStop !== undefined) fields.trailingStop = request.trailingStop
  if (request.maxSlippagePoints !== undefined) fields.maxSlippagePoints = request.maxSlippagePoints
  if (request.requestedPrice !== undefined) fields.requestedPrice = request.requestedPrice
  if (request.ocoGroup !== undefined) fields.ocoGroup = request.ocoGroup
  if (request.comment !== undefined) fields.comment = request.comment
  return target
}
