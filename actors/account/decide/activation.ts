/** activation: what happens to a resting order when its price comes: it is checked again, then filled or rejected with its reason. */
import { cancelOcoPartners } from "#actors/account/decide/cancelOrder.ts"
import { executeFill, planFill } from "#actors/account/decide/filling.ts"
import { marginRefusal, noConversionRate, standingOf } from "#actors/account/decide/marginCheck.ts"
import { lotsOpened, newTradesRefusal, positionsLimit, tradingRefusal } from "#actors/account/decide/permission.ts"
import { type TradableQuote } from "#actors/account/decide/tradable.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order } from "#domain/Order.ts"
import { openingPrice, type ClientPrices } from "#domain/Prices.ts"
import { marketFillPrice } from "#domain/Slippage.ts"

/** Buys watch the ask, sells the bid. */
const isStopTouched = (order: Order, market: Decimal): boolean =>
  order.stopPrice !== undefined && (order.side === "buy" ? market >= order.stopPrice : market <= order.stopPrice)

const isLimitReached = (order: Order, market: Decimal): boolean =>
  order.limitPrice !== undefined && (order.side === "buy" ? market <= order.limitPrice : market >= order.limitPrice)

/** Triggers and fills what the quote allows; true when something happened. */
export const activate = (turn: Turn, prices: ClientPrices, instrument: Instrument, order: Order, quote: TradableQuote): boolean => {
  const market = openingPrice(order.side, quote.seen)
  if (order.status === "triggered") return isLimitReached(order, market) && fillResting(turn, prices, instrument, order, quote)
  if (!(order.type === "limit" ? isLimitReached(order, market) : isStopTouched(order, market))) return false
  turn.emit({ _tag: "OrderTriggered", at: turn.now, orderId: order.orderId, quote: quote.raw })
  const triggered = turn.state.orders.get(order.orderId)
  const restsAsLimit = order.type === "stopLimit" && !isLimitReached(order, market)
  if (triggered !== undefined && !restsAsLimit) fillResting(turn, prices, instrument, triggered, quote)
  return true
}

/** A stop is a market order now, with the instrument's slippage; a limit gets the market's price, which is its own or better. */
const fillResting = (turn: Turn, prices: ClientPrices, instrument: Instrument, order: Order, quote: TradableQuote): true => {
  const { orderId, side, lots } = order
  const price = order.type === "stop" ? marketFillPrice(instrument, side, lots, quote.seen) : openingPrice(side, quote.seen)
  const plan = planFill(prices, turn.state, { instrument, side, lots, price }, order)
  const rejection = plan === undefined ? noConversionRate(turn, instrument) : activationRefusal(turn, prices, instrument, order, plan)
  if (plan === undefined || rejection !== undefined) {
    const reason = rejection ?? noConversionRate(turn, instrument)
    turn.emit({ _tag: "OrderActivationRejected", at: turn.now, orderId, rejection: reason, quote: quote.raw })
    return true
  }
  executeFill(turn, plan, order, quote.raw)
  cancelOcoPartners(turn, order)
  return true
}

const activationRefusal = (
  turn: Turn,
  prices: ClientPrices,
  instrument: Instrument,
  order: Order,
  plan: Parameters<typeof executeFill>[1]
): Rejection | undefined => {
  const opensExposure = lotsOpened(turn.state, { instrument, side: order.side, lots: order.lots, isPending: false }) > 0n
  const refusal = opensExposure
    ? (tradingRefusal(turn.state) ?? newTradesRefusal(turn, instrument) ?? positionsLimit(turn.state, { instrument }))
    : undefined
  if (refusal !== undefined) return refusal
  const standing = standingOf(turn, prices)
  return "reason" in standing ? standing : marginRefusal(turn, prices, standing, { ...plan, opensExposure })
}
