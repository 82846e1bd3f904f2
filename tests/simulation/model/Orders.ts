/** Orders: what makes a request unacceptable, in one list of reasons, and what accepting it does. */
import type { OrderRequest, Side, TrailingStop } from "#domain/Order.ts"
import type { RejectionReason } from "#actors/account/Rejection.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { figuresOf, type ModelAccount, type ModelOrder, positionsMargin } from "./Account.ts"
import { endOfTradingDay, tradingDayAt } from "./Calendar.ts"
import { cancelSiblings } from "./Canceling.ts"
import { type Fill, fill, positionsAfter } from "./Fills.ts"
import { converted, marginRate, slipped } from "./Formulas.ts"
import { ONE } from "./Fraction.ts"
import { type MarketView, pointOf } from "./MarketView.ts"
import { Refusals } from "./Refusals.ts"

const OPEN_ORDERS_MAX = 500
const OPEN_POSITIONS_MAX = 500

const isImmediate = (request: OrderRequest): boolean =>
  request.type === "market" || (request.type === "limit" && (request.timeInForce === "IOC" || request.timeInForce === "FOK"))

/** When the order ends by itself, if ever. */
export const expiryOf = (request: OrderRequest, placedAt: number): number | undefined =>
  request.timeInForce === "GTD" ? request.expiresAt : request.timeInForce === "DAY" ? endOfTradingDay(tradingDayAt(placedAt)) : undefined

/** Netting: an opposite order within the position's volume only closes. Everything else is new exposure. */
export const addsExposure = (account: ModelAccount, symbol: string, side: Side, lots: bigint): boolean => {
  if (account.mode === "hedging") return true
  const present = account.positions.find((position) => position.symbol === symbol)
  return present === undefined || present.side === side || lots > present.lots
}

/** Whether the fill would need one more position than there is. */
const opensPosition = (account: ModelAccount, symbol: string): boolean =>
  account.mode === "hedging" || account.positions.every((position) => position.symbol !== symbol)

export const checkPermission = (
  account: ModelAccount,
  view: MarketView,
  symbol: string,
  side: Side,
  lots: bigint,
  refusals: Refusals
): void => {
  const adds = addsExposure(account, symbol, side, lots)
  refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
  refusals.when(account.tradingMode === "closeOnly" && adds, "CLOSE_ONLY")
  refusals.when((view.configuration.halted || view.known(symbol).halted) && adds, "TRADING_HALTED")
  const positionsMax = Math.min(account.openPositionsMax ?? OPEN_POSITIONS_MAX, OPEN_POSITIONS_MAX)
  refusals.when(adds && opensPosition(account, symbol) && account.positions.length >= positionsMax, "OPEN_POSITIONS_LIMIT")
  const openLots = [...account.positions, ...account.orders].reduce((sum, item) => sum + item.lots, 0n)
  refusals.when(adds && account.lotsMax !== undefined && openLots + lots > account.lotsMax, "ACCOUNT_LOTS_LIMIT")
}

export const checkVolume = (instrument: Instrument, lots: bigint, refusals: Refusals): void => {
  refusals.when(lots < instrument.lotsMin, "LOTS_BELOW_MINIMUM")
  refusals.when(lots > instrument.lotsMax, "LOTS_ABOVE_MAXIMUM")
  refusals.when(lots % instrument.lotsStep !== 0n, "LOTS_OFF_STEP")
}

const isPrice = (instrument: Instrument, price: bigint | undefined): boolean =>
  price === undefined || (price > 0n && price % pointOf(instrument) === 0n)

export const checkExits = (
  instrument: Instrument,
  exits: {
    readonly stopLoss?: bigint | undefined
    readonly takeProfit?: bigint | undefined
    readonly trailingStop?: TrailingStop | undefined
  },
  refusals: Refusals
): void => {
  refusals.when(!isPrice(instrument, exits.stopLoss) || !isPrice(instrument, exits.takeProfit), "INVALID_PRICE")
  const trailing = exits.trailingStop
  refusals.when(trailing !== undefined && (trailing.distancePoints <= 0 || trailing.stepPoints < 0), "INVALID_TRAILING_STOP")
}

const needsLimit = (request: OrderRequest): boolean => request.type === "limit" || request.type === "stopLimit"
const needsStop = (request: OrderRequest): boolean => request.type === "stop" || request.type === "stopLimit"

const checkShape = (view: MarketView, instrument: Instrument, request: OrderRequest, refusals: Refusals): void => {
  refusals.when(needsLimit(request) && request.limitPrice === undefined, "MISSING_PRICE")
  refusals.when(needsStop(request) && request.stopPrice === undefined, "MISSING_PRICE")
  refusals.when(!needsLimit(request) && request.limitPrice !== undefined, "UNEXPECTED_PRICE")
  refusals.when(!needsStop(request) && request.stopPrice !== undefined, "UNEXPECTED_PRICE")
  refusals.when(!isPrice(instrument, request.limitPrice) || !isPrice(instrument, request.stopPrice), "INVALID_PRICE")
  checkExits(instrument, request, refusals)
  const immediateOnly = request.timeInForce === "IOC" || request.timeInForce === "FOK"
  refusals.when(needsStop(request) && immediateOnly, "INVALID_TIME_IN_FORCE")
  refusals.when(request.timeInForce === "GTD" && (request.expiresAt === undefined || request.expiresAt <= view.now), "INVALID_EXPIRY")
  refusals.when(request.timeInForce !== "GTD" && request.expiresAt !== undefined, "INVALID_EXPIRY")
  const slippage = request.maxSlippagePoints
  refusals.when(slippage !== undefined && (slippage < 0 || request.type !== "market"), "INVALID_SLIPPAGE")
}

/** Which side of `reference` stop-loss and take-profit must lie on, and how far off. */
export const checkExitSides = (
  instrument: Instrument,
  side: Side,
  reference: bigint,
  exits: { readonly stopLoss?: bigint | undefined; readonly takeProfit?: bigint | undefined },
  refusals: Refusals
): void => {
  const away = side === "buy" ? 1n : -1n
  const least = BigInt(instrument.stopsLevelPoints) * pointOf(instrument)
  if (exits.stopLoss !== undefined) {
    const distance = (reference - exits.stopLoss) * away
    if (!refusals.when(distance <= 0n, "STOP_LOSS_ON_WRONG_SIDE")) refusals.when(distance < least, "TOO_CLOSE_TO_MARKET")
  }
  if (exits.takeProfit !== undefined) {
    const distance = (exits.takeProfit - reference) * away
    if (!refusals.when(distance <= 0n, "TAKE_PROFIT_ON_WRONG_SIDE")) refusals.when(distance < least, "TOO_CLOSE_TO_MARKET")
  }
}

/** Limits lie on the better side of the market, stops on the worse, at least the stops level off. */
const checkTriggerSide = (view: MarketView, instrument: Instrument, request: OrderRequest, refusals: Refusals): void => {
  const market = view.fillPrice(request.symbol, request.side)
  const worse = request.side === "buy" ? 1n : -1n
  const distance =
    request.type === "limit" ? (market - (request.limitPrice ?? market)) * worse : ((request.stopPrice ?? market) - market) * worse
  if (!refusals.when(distance <= 0n, "PRICE_ON_WRONG_SIDE")) {
    refusals.when(distance < BigInt(instrument.stopsLevelPoints) * pointOf(instrument), "TOO_CLOSE_TO_MARKET")
  }
}

/** Whether the market is at the limit or better. */
export const limitReached = (view: MarketView, order: Pick<OrderRequest, "symbol" | "side" | "limitPrice">): boolean => {
  const market = view.fillPrice(order.symbol, order.side)
  const limit = order.limitPrice ?? market
  return order.side === "buy" ? market <= limit : market >= limit
}

export const executionOf = (request: OrderRequest, price: bigint): Fill => ({
  symbol: request.symbol,
  side: request.side,
  lots: request.lots,
  price,
  cause: "order",
  stopLoss: request.stopLoss,
  takeProfit: request.takeProfit,
  trailingStop: request.trailingStop
})

/** The price an immediate execution gets: limits never slip. */
export const marketFillPrice = (view: MarketView, request: OrderRequest): bigint => {
  const market = view.fillPrice(request.symbol, request.side)
  return needsLimit(request) ? market : slipped(view.known(request.symbol), request.side, request.lots, market)
}

const checkSlippage = (
  instrument: Instrument,
  side: Side,
  from: bigint,
  price: bigint,
  points: number | undefined,
  refusals: Refusals
): void => {
  if (points === undefined) return
  const against = side === "buy" ? price - from : from - price
  refusals.when(against > BigInt(points) * pointOf(instrument), "SLIPPAGE_EXCEEDED")
}

/** Additional margin that the fill would need. */
export const additionalMargin = (account: ModelAccount, view: MarketView, execution: Fill): bigint =>
  positionsMargin(account, view, positionsAfter(account, view, execution)) - positionsMargin(account, view, account.positions)

export const checkMargin = (account: ModelAccount, view: MarketView, needed: bigint, adds: boolean, refusals: Refusals): void => {
  refusals.when(view.group.refuseExposureInMarginCall && account.watch !== "healthy" && adds, "MARGIN_CALL_ACTIVE")
  refusals.when(needed > 0n && needed > figuresOf(account, view).freeMargin, "INSUFFICIENT_FREE_MARGIN")
}

/** The price a resting order is judged by before it is filled. */
const restingPrice = (request: OrderRequest): bigint => request.limitPrice ?? request.stopPrice ?? 0n

/** Margin that the order holds back while it rests: never less than nothing. */
export const reservedMarginOf = (account: ModelAccount, view: MarketView, request: OrderRequest): bigint => {
  const needed = additionalMargin(account, view, executionOf(request, restingPrice(request)))
  return needed > 0n ? needed : 0n
}

/** A profit or a margin that could not be converted must never come into being. */
const hasRates = (view: MarketView, request: OrderRequest): boolean => {
  const instrument = view.known(request.symbol)
  const probe = marginRate(view, request.symbol, request.side, view.fillPrice(request.symbol, request.side))
  return probe !== undefined && converted(view, ONE, instrument.profitCurrency) !== undefined
}

/** Everything about the market and the money that speaks against the request; needs a quote. */
const checkMarket = (account: ModelAccount, view: MarketView, request: OrderRequest, refusals: Refusals): void => {
  const instrument = view.known(request.symbol)
  refusals.when(isImmediate(request) && !view.isOpen(request.symbol), "MARKET_CLOSED")
  if (refusals.when(view.prices(request.symbol) === undefined, "NO_QUOTE")) return
  refusals.when(isImmediate(request) && !view.isFresh(request.symbol), "STALE_QUOTE")
  if (refusals.when(!hasRates(view, request), "NO_CONVERSION_RATE")) return
  const adds = addsExposure(account, request.symbol, request.side, request.lots)
  if (isImmediate(request)) {
    const price = marketFillPrice(view, request)
    checkExitSides(instrument, request.side, view.closePrice(request.symbol, request.side), request, refusals)
    refusals.when(request.type === "limit" && !limitReached(view, request), "PRICE_NOT_REACHED")
    const asked = request.requestedPrice ?? view.fillPrice(request.symbol, request.side)
    checkSlippage(instrument, request.side, asked, price, request.maxSlippagePoints, refusals)
    checkMargin(account, view, additionalMargin(account, view, executionOf(request, price)), adds, refusals)
    return
  }
  checkTriggerSide(view, instrument, request, refusals)
  checkExitSides(instrument, request.side, restingPrice(request), request, refusals)
  checkMargin(account, view, reservedMarginOf(account, view, request), adds, refusals)
}

export const refusalOf = (account: ModelAccount, view: MarketView, request: OrderRequest): RejectionReason | undefined => {
  const refusals = new Refusals()
  const instrument = view.instrument(request.symbol)
  if (instrument === undefined) return "UNKNOWN_SYMBOL"
  checkPermission(account, view, request.symbol, request.side, request.lots, refusals)
  refusals.when(!isImmediate(request) && account.orders.length >= OPEN_ORDERS_MAX, "OPEN_ORDERS_LIMIT")
  checkVolume(instrument, request.lots, refusals)
  checkShape(view, instrument, request, refusals)
  // Without a sound volume and sound prices there is nothing that could be measured against the market.
  if (refusals.first() === undefined) checkMarket(account, view, request, refusals)
  return refusals.first()
}

export const placeOrder = (account: ModelAccount, view: MarketView, request: OrderRequest): RejectionReason | undefined => {
  account.orderCount += 1
  const refusal = refusalOf(account, view, request)
  if (refusal !== undefined) return refusal
  if (isImmediate(request)) {
    fill(account, view, executionOf(request, marketFillPrice(view, request)))
    cancelSiblings(account, request)
    return undefined
  }
  const order: ModelOrder = {
    ...request,
    orderId: `O${account.orderCount}`,
    placedAt: view.now,
    status: "pending",
    reservedMargin: reservedMarginOf(account, view, request)
  }
  account.orders.push(order)
  return undefined
}
