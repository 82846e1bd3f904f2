/** Orders: what makes a request unacceptable, in one list of reasons, and what accepting it does. */
import type { OrderRequest, Side, TrailingStop } from "#domain/Order.ts"
import type { RejectionReason } from "#domain/RejectionReason.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { figuresOf, type ModelAccount, type ModelOrder, usedMarginOf } from "./Account.ts"
import { endOfTradingDay, tradingDayAt } from "./Calendar.ts"
import { endSiblings } from "./Ending.ts"
import { type Fill, fill, openingMargin, positionsAfter } from "./Fills.ts"
import { commissionOf, converted, marginRate, slipped } from "./Formulas.ts"
import { ONE } from "./Fraction.ts"
import { type MarketView, pointOf } from "./MarketView.ts"
import { Refusals } from "./Refusals.ts"
import { trailAll } from "./Trailing.ts"

const OPEN_ORDERS_MAX = 500
const OPEN_POSITIONS_MAX = 500

const isImmediate = (request: OrderRequest): boolean =>
  request.type === "market" || request.timeInForce === "IOC" || request.timeInForce === "FOK"

/** When the order ends by itself, if ever. */
export const expiryOf = (request: OrderRequest, placedAt: number): number | undefined =>
  request.timeInForce === "GTD" ? request.expiresAt : request.timeInForce === "DAY" ? endOfTradingDay(tradingDayAt(placedAt)) : undefined

/** Volume by which exposure grows. Netting: what is filled at once against an opposite position only closes; an order that rests always adds. */
export const lotsAdded = (account: ModelAccount, symbol: string, side: Side, lots: bigint, rests: boolean): bigint => {
  const present = account.mode === "netting" && !rests ? account.positions.find((position) => position.symbol === symbol) : undefined
  if (present === undefined || present.side === side) return lots
  return lots > present.lots ? lots - present.lots : 0n
}

/** Whether the fill would need one more position than there is. */
const opensPosition = (account: ModelAccount, symbol: string): boolean =>
  account.mode === "hedging" || account.positions.every((position) => position.symbol !== symbol)

/** Modes and kill switches: nothing new, closing stays allowed. */
export const checkNewTrades = (account: ModelAccount, view: MarketView, symbol: string, refusals: Refusals): void => {
  refusals.when(account.tradingMode === "closeOnly", "CLOSE_ONLY")
  refusals.when(view.configuration.halted || view.known(symbol).halted, "TRADING_HALTED")
}

export const checkPositionsLimit = (account: ModelAccount, symbol: string, refusals: Refusals): void => {
  const positionsMax = Math.min(account.openPositionsMax ?? OPEN_POSITIONS_MAX, OPEN_POSITIONS_MAX)
  refusals.when(opensPosition(account, symbol) && account.positions.length >= positionsMax, "OPEN_POSITIONS_LIMIT")
}

/** The account's own limit counts open positions and resting orders together. */
export const checkLotsLimit = (account: ModelAccount, added: bigint, refusals: Refusals): void => {
  const openLots = [...account.positions, ...account.orders].reduce((sum, item) => sum + item.lots, 0n)
  refusals.when(account.lotsMax !== undefined && openLots + added > account.lotsMax, "ACCOUNT_LOTS_LIMIT")
}

const checkPermission = (account: ModelAccount, view: MarketView, request: OrderRequest, refusals: Refusals): void => {
  const rests = !isImmediate(request)
  const added = lotsAdded(account, request.symbol, request.side, request.lots, rests)
  refusals.when(account.tradingMode === "none", "TRADING_DISABLED")
  if (added === 0n) return
  checkNewTrades(account, view, request.symbol, refusals)
  refusals.when(rests && account.orders.length >= OPEN_ORDERS_MAX, "OPEN_ORDERS_LIMIT")
  checkPositionsLimit(account, request.symbol, refusals)
  checkLotsLimit(account, added, refusals)
}

export const checkVolume = (instrument: Instrument, lots: bigint, refusals: Refusals): void => {
  refusals.when(lots < instrument.lotsMin, "LOTS_BELOW_MINIMUM")
  refusals.when(lots > instrument.lotsMax, "LOTS_ABOVE_MAXIMUM")
  refusals.when(lots % instrument.lotsStep !== 0n, "LOTS_OFF_STEP")
}

const isPrice = (instrument: Instrument, price: bigint | undefined): boolean =>
  price === undefined || (price > 0n && price % pointOf(instrument) === 0n)

export const checkPrices = (instrument: Instrument, prices: ReadonlyArray<bigint | undefined>, refusals: Refusals): void => {
  refusals.when(
    prices.some((price) => !isPrice(instrument, price)),
    "INVALID_PRICE"
  )
}

export const checkExits = (
  instrument: Instrument,
  exits: {
    readonly stopLoss?: bigint | undefined
    readonly takeProfit?: bigint | undefined
    readonly trailingStop?: TrailingStop | undefined
  },
  refusals: Refusals
): void => {
  checkPrices(instrument, [exits.stopLoss, exits.takeProfit], refusals)
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
  refusals.when(request.type !== "market" && request.requestedPrice !== undefined, "UNEXPECTED_PRICE")
  checkPrices(instrument, [request.limitPrice, request.stopPrice, request.requestedPrice], refusals)
  checkExits(instrument, request, refusals)
  const immediateOnly = request.timeInForce === "IOC" || request.timeInForce === "FOK"
  const timed = request.timeInForce === "GTD" || request.timeInForce === "DAY"
  refusals.when((needsStop(request) && immediateOnly) || (request.type === "market" && timed), "INVALID_TIME_IN_FORCE")
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

export interface Demand {
  /** Additional margin; what needs none is never refused for want of it. */
  readonly margin: bigint
  readonly commission: bigint
  readonly adds: boolean
}

/** What the fill would need, commission of both its parts included. */
export const demandOf = (account: ModelAccount, view: MarketView, execution: Fill): Demand => {
  const { orders, positions } = account
  const margin =
    usedMarginOf(account, view, positionsAfter(account, view, execution), orders) - usedMarginOf(account, view, positions, orders)
  const added = lotsAdded(account, execution.symbol, execution.side, execution.lots, false)
  const parts = [added, execution.lots - added].filter((lots) => lots > 0n)
  const commission = parts.reduce(
    (sum, lots) => sum + commissionOf(view, account.currencyDigits, execution.symbol, lots, execution.price),
    0n
  )
  return { margin, commission, adds: added > 0n }
}

/** What a resting order would need if it opened at its own price; `orders` are the others. */
export const restingDemandOf = (account: ModelAccount, view: MarketView, order: ModelOrder, others: ReadonlyArray<ModelOrder>): Demand => {
  const { positions } = account
  const margin = usedMarginOf(account, view, positions, [...others, order]) - usedMarginOf(account, view, positions, others)
  return { margin, commission: commissionOf(view, account.currencyDigits, order.symbol, order.lots, restingPrice(order)), adds: true }
}

export const checkMargin = (account: ModelAccount, view: MarketView, demand: Demand, refusals: Refusals): void => {
  refusals.when(view.group.refuseExposureInMarginCall && account.watch !== "healthy" && demand.adds, "MARGIN_CALL_ACTIVE")
  const free = figuresOf(account, view).freeMargin
  refusals.when(demand.margin > 0n && demand.margin + demand.commission > free, "INSUFFICIENT_FREE_MARGIN")
}

/** The price a resting order is judged by before it is filled. */
export const restingPrice = (request: OrderRequest): bigint => request.limitPrice ?? request.stopPrice ?? 0n

/** Margin that the order holds back while it rests: as if it opened at its own price. */
export const reservedMarginOf = (account: ModelAccount, view: MarketView, request: OrderRequest): bigint =>
  openingMargin(account, view, { ...request, price: restingPrice(request) })?.margin ?? 0n

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
  if (isImmediate(request)) {
    const price = marketFillPrice(view, request)
    checkExitSides(instrument, request.side, view.closePrice(request.symbol, request.side), request, refusals)
    refusals.when(request.type === "limit" && !limitReached(view, request), "PRICE_NOT_REACHED")
    const asked = request.requestedPrice ?? view.fillPrice(request.symbol, request.side)
    checkSlippage(instrument, request.side, asked, price, request.maxSlippagePoints, refusals)
    checkMargin(account, view, demandOf(account, view, executionOf(request, price)), refusals)
    return
  }
  const order = restingOrder(account, view, request)
  checkRestingPrices(view, instrument, order, refusals)
  checkMargin(account, view, restingDemandOf(account, view, order, account.orders), refusals)
}

/** Its own prices against the market, its exits against the price at which it would open. */
export const checkRestingPrices = (view: MarketView, instrument: Instrument, order: ModelOrder, refusals: Refusals): void => {
  if (order.status === "pending") checkTriggerSide(view, instrument, order, refusals)
  checkExitSides(instrument, order.side, restingPrice(order), order, refusals)
}

const restingOrder = (account: ModelAccount, view: MarketView, request: OrderRequest): ModelOrder => {
  const expiresAt = request.timeInForce === "DAY" ? endOfTradingDay(tradingDayAt(view.now)) : request.expiresAt
  return {
    ...request,
    ...(expiresAt === undefined ? {} : { expiresAt }),
    orderId: `O${account.orderCount}`,
    status: "pending",
    reservedMargin: reservedMarginOf(account, view, request)
  }
}

const refusalOf = (account: ModelAccount, view: MarketView, request: OrderRequest): RejectionReason | undefined => {
  const refusals = new Refusals()
  const instrument = view.instrument(request.symbol)
  if (instrument === undefined) return "UNKNOWN_SYMBOL"
  checkPermission(account, view, request, refusals)
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
    account.endings.push(`O${account.orderCount} filled`)
    fill(account, view, executionOf(request, marketFillPrice(view, request)))
    endSiblings(account, request.ocoGroup)
    trailAll(account, view, request.symbol)
    return undefined
  }
  account.orders.push(restingOrder(account, view, request))
  return undefined
}
