/** orderShape: what can be said about a request without looking at the market: volume, prices, time in force. */
import { reject } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { OrderRequest, TrailingStop } from "#domain/Order.ts"
import { pointOf } from "#domain/Prices.ts"
import type { Millis } from "#domain/Quote.ts"

/** Largest distance in points that a trailing stop, a step or a slippage may have. */
export const POINTS_MAX = 10_000_000
/** Largest price: far above any instrument's. */
export const PRICE_MAX = 10n ** 12n * 10n ** 8n
/** The last instant of the year 9999. */
export const EXPIRES_AT_MAX = 253_402_300_799_999

/** Fills at once or not at all: it never rests. */
export const isImmediate = ({ type, timeInForce }: Pick<OrderRequest, "type" | "timeInForce">): boolean =>
  type === "market" || timeInForce === "IOC" || timeInForce === "FOK"

/** Volume against the instrument's minimum, maximum and step. */
export const lotsRefusal = (instrument: Instrument, lots: Decimal): Rejection | undefined => {
  if (lots < instrument.lotsMin || lots <= 0n) {
    return reject("LOTS_BELOW_MINIMUM", { lots: formatDecimal(lots), lotsMin: formatDecimal(instrument.lotsMin) })
  }
  if (lots > instrument.lotsMax) {
    return reject("LOTS_ABOVE_MAXIMUM", { lots: formatDecimal(lots), lotsMax: formatDecimal(instrument.lotsMax) })
  }
  if (lots % instrument.lotsStep !== 0n) {
    return reject("LOTS_OFF_STEP", { lots: formatDecimal(lots), lotsStep: formatDecimal(instrument.lotsStep) })
  }
  return undefined
}

/** Everything else, in the order of precedence. */
export const shapeRefusal = (instrument: Instrument, request: OrderRequest, now: Millis): Rejection | undefined =>
  pricesRefusal(request) ??
  priceRefusal(instrument, request) ??
  timeInForceRefusal(request) ??
  expiryRefusal(request, now) ??
  trailingRefusal(request.trailingStop) ??
  slippageRefusal(request)

/** Which prices each type carries. */
const pricesRefusal = (request: OrderRequest): Rejection | undefined => {
  const needsLimit = request.type === "limit" || request.type === "stopLimit"
  const needsStop = request.type === "stop" || request.type === "stopLimit"
  if (needsLimit && request.limitPrice === undefined) return reject("MISSING_PRICE", { field: "limitPrice" })
  if (needsStop && request.stopPrice === undefined) return reject("MISSING_PRICE", { field: "stopPrice" })
  if (!needsLimit && request.limitPrice !== undefined) return reject("UNEXPECTED_PRICE", { field: "limitPrice" })
  if (!needsStop && request.stopPrice !== undefined) return reject("UNEXPECTED_PRICE", { field: "stopPrice" })
  if (request.type !== "market" && request.requestedPrice !== undefined) return reject("UNEXPECTED_PRICE", { field: "requestedPrice" })
  return undefined
}

/** Prices are positive and on the instrument's grid. */
export const priceRefusal = (instrument: Instrument, prices: PriceFields): Rejection | undefined => {
  const point = pointOf(instrument)
  return (
    fieldRefusal(instrument, point, "limitPrice", prices.limitPrice) ??
    fieldRefusal(instrument, point, "stopPrice", prices.stopPrice) ??
    fieldRefusal(instrument, point, "stopLoss", prices.stopLoss) ??
    fieldRefusal(instrument, point, "takeProfit", prices.takeProfit) ??
    fieldRefusal(instrument, point, "requestedPrice", prices.requestedPrice)
  )
}

/** Null takes a price away, so there is nothing to judge. */
interface PriceFields {
  readonly limitPrice?: Decimal
  readonly stopPrice?: Decimal
  readonly stopLoss?: Decimal | null
  readonly takeProfit?: Decimal | null
  readonly requestedPrice?: Decimal
}

const fieldRefusal = (
  instrument: Instrument,
  point: Decimal,
  field: keyof PriceFields,
  price: Decimal | null | undefined
): Rejection | undefined =>
  price === undefined || price === null || (price > 0n && price <= PRICE_MAX && price % point === 0n)
    ? undefined
    : reject("INVALID_PRICE", { field, price: formatDecimal(price), digits: String(instrument.digits) })

/** Market orders are GTC, IOC or FOK, all the same; a stop cannot be immediate; a limit may be anything. */
const timeInForceRefusal = ({ type, timeInForce }: OrderRequest): Rejection | undefined => {
  const isImmediateOnly = timeInForce === "IOC" || timeInForce === "FOK"
  const isTimed = timeInForce === "GTD" || timeInForce === "DAY"
  const isWrong = (type === "market" && isTimed) || ((type === "stop" || type === "stopLimit") && isImmediateOnly)
  return isWrong ? reject("INVALID_TIME_IN_FORCE", { type, timeInForce }) : undefined
}

const expiryRefusal = ({ timeInForce, expiresAt }: OrderRequest, now: Millis): Rejection | undefined => {
  if (timeInForce === "GTD") {
    if (expiresAt === undefined) return reject("INVALID_EXPIRY", { timeInForce })
    return futureRefusal(expiresAt, now)
  }
  return expiresAt === undefined ? undefined : reject("INVALID_EXPIRY", { timeInForce, expiresAt: String(expiresAt) })
}

export const futureRefusal = (expiresAt: Millis, now: Millis): Rejection | undefined =>
  expiresAt > now && expiresAt <= EXPIRES_AT_MAX ? undefined : reject("INVALID_EXPIRY", { expiresAt: String(expiresAt), now: String(now) })

export const trailingRefusal = (trailing: TrailingStop | null | undefined): Rejection | undefined => {
  if (trailing === undefined || trailing === null) return undefined
  const { distancePoints, stepPoints } = trailing
  return distancePoints >= 1 && distancePoints <= POINTS_MAX && stepPoints >= 0 && stepPoints <= POINTS_MAX
    ? undefined
    : reject("INVALID_TRAILING_STOP", { distancePoints: String(distancePoints), stepPoints: String(stepPoints) })
}

const slippageRefusal = ({ type, maxSlippagePoints }: OrderRequest): Rejection | undefined => {
  if (maxSlippagePoints === undefined) return undefined
  return type === "market" ? slippageLimitRefusal(maxSlippagePoints) : reject("INVALID_SLIPPAGE", { type })
}

export const slippageLimitRefusal = (maxSlippagePoints: number | undefined): Rejection | undefined =>
  maxSlippagePoints === undefined || (maxSlippagePoints >= 0 && maxSlippagePoints <= POINTS_MAX)
    ? undefined
    : reject("INVALID_SLIPPAGE", { maxSlippagePoints: String(maxSlippagePoints) })
