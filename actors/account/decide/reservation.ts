/** reservation: the margin a resting order holds back, computed as if it opened at its own price. */
import type { AccountState } from "#actors/account/AccountState.ts"
import { commissionOf } from "#domain/Commission.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { exposureOn, legsOf, openingMargin, symbolMargin } from "#domain/Margin.ts"
import type { OrderRequest } from "#domain/Order.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import { isConvertible } from "#domain/Profit.ts"

export interface Reservation {
  readonly reservedMargin: Decimal
  /** What the account's used margin would grow by; nothing when the other side of the symbol is larger anyway. */
  readonly marginNeeded: Decimal
  readonly marginReleased: Decimal
  readonly commission: Decimal
}

/** The price at which a resting order expects to open: its limit, or a stop's trigger. */
export const entryPrice = (order: Pick<OrderRequest, "limitPrice" | "stopPrice">): Decimal => order.limitPrice ?? order.stopPrice ?? 0n

/** `state` must not hold the order itself. Undefined when a conversion rate is missing. */
export const reservationOf = (
  prices: ClientPrices,
  state: AccountState,
  instrument: Instrument,
  order: Pick<OrderRequest, "side" | "lots" | "limitPrice" | "stopPrice">
): Reservation | undefined => {
  if (!isConvertible(prices, state, instrument)) return undefined
  const deal = { instrument, side: order.side, lots: order.lots, price: entryPrice(order) }
  const margin = openingMargin(prices, state, deal, exposureOn(state.positions.values(), instrument, order.side))
  const commission = commissionOf(prices, state, deal)
  if (margin === undefined || commission === undefined) return undefined
  const legs = legsOf(state, instrument.symbol, prices.group)
  const usedBefore = symbolMargin(legs, legs, instrument, state, prices.group)
  if (order.side === "buy") legs.buyOrders += margin.margin
  else legs.sellOrders += margin.margin
  const marginNeeded = symbolMargin(legs, legs, instrument, state, prices.group) - usedBefore
  return { reservedMargin: margin.margin, marginNeeded, marginReleased: 0n, commission }
}
