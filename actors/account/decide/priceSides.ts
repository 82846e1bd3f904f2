/** priceSides: on which side of the market prices must lie, and how far from it. */
import { reject } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { absDecimal, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order, Side } from "#domain/Order.ts"
import { openingPrice, pointOf, type BidAsk } from "#domain/Prices.ts"

/** Buy limits lie below the ask and sell limits above the bid, stops the other way round. */
export const sideRefusal = (
  order: Pick<Order, "side" | "type" | "limitPrice" | "stopPrice" | "status">,
  quote: BidAsk
): Rejection | undefined => {
  const market = openingPrice(order.side, quote)
  const isBuy = order.side === "buy"
  const { type, limitPrice, stopPrice, status } = order
  if (type === "limit" && limitPrice !== undefined && (isBuy ? limitPrice >= market : limitPrice <= market)) {
    return reject("PRICE_ON_WRONG_SIDE", { limitPrice: formatDecimal(limitPrice), market: formatDecimal(market) })
  }
  const watchesStop = type === "stop" || (type === "stopLimit" && status === "pending")
  if (watchesStop && stopPrice !== undefined && (isBuy ? stopPrice <= market : stopPrice >= market)) {
    return reject("PRICE_ON_WRONG_SIDE", { stopPrice: formatDecimal(stopPrice), market: formatDecimal(market) })
  }
  return undefined
}

export interface Exits {
  readonly stopLoss?: Decimal | null | undefined
  readonly takeProfit?: Decimal | null | undefined
}

/** `reference`: what the exits are measured from: the price at which the position could be closed now, or at which an order would open it. */
export const exitsRefusal = (side: Side, reference: Decimal, { stopLoss, takeProfit }: Exits): Rejection | undefined => {
  const isBuy = side === "buy"
  if (isPrice(stopLoss) && (isBuy ? stopLoss >= reference : stopLoss <= reference)) {
    return reject("STOP_LOSS_ON_WRONG_SIDE", { stopLoss: formatDecimal(stopLoss), market: formatDecimal(reference) })
  }
  if (isPrice(takeProfit) && (isBuy ? takeProfit <= reference : takeProfit >= reference)) {
    return reject("TAKE_PROFIT_ON_WRONG_SIDE", { takeProfit: formatDecimal(takeProfit), market: formatDecimal(reference) })
  }
  return undefined
}

/** A price, if given, keeps the instrument's distance from its reference. */
export const distanceRefusal = (
  instrument: Instrument,
  field: string,
  price: Decimal | null | undefined,
  reference: Decimal
): Rejection | undefined => {
  if (instrument.stopsLevelPoints === 0 || !isPrice(price)) return undefined
  const least = BigInt(instrument.stopsLevelPoints) * pointOf(instrument)
  if (absDecimal(price - reference) >= least) return undefined
  return reject("TOO_CLOSE_TO_MARKET", {
    [field]: formatDecimal(price),
    market: formatDecimal(reference),
    stopsLevelPoints: String(instrument.stopsLevelPoints)
  })
}

const isPrice = (price: Decimal | null | undefined): price is Decimal => price !== undefined && price !== null
