/** closing: takes volume off a position at a price, and books the result. */
import { book } from "#actors/account/decide/booking.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Writable } from "#actors/account/decide/Writable.ts"
import { commissionOf } from "#domain/Commission.ts"
import { divideRounded, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { remainingShare } from "#domain/Margin.ts"
import type { Position } from "#domain/Position.ts"
import { oppositeSide, type ClientPrices } from "#domain/Prices.ts"
import { profitOf, type Money } from "#domain/Profit.ts"
import type { Quote } from "#domain/Quote.ts"
import type { Trade, TradeCause } from "#domain/Trade.ts"

/** All amounts of a closing fill, computed before anything happens. */
export interface ClosePlan {
  readonly position: Position
  readonly lots: Decimal
  readonly price: Decimal
  readonly realizedProfit: Decimal
  readonly swap: Decimal
  /** Not negative. */
  readonly commission: Decimal
  /** What is left of the position, undefined when all of it is closed. */
  readonly remainder: Position | undefined
}

/** Undefined when a conversion rate is missing. */
export const planClose = (
  prices: ClientPrices,
  account: Money,
  instrument: Instrument,
  position: Position,
  lots: Decimal,
  price: Decimal
): ClosePlan | undefined => {
  const realizedProfit = profitOf(prices, account, {
    instrument,
    side: position.side,
    lots,
    openPrice: position.openPrice,
    closePrice: price
  })
  const commission = commissionOf(prices, account, { instrument, lots, price })
  if (realizedProfit === undefined || commission === undefined) return undefined
  if (lots >= position.lots) return { position, lots, price, realizedProfit, swap: position.swap, commission, remainder: undefined }
  // the closed share is what is booked, so it is what is rounded; the rest stays with the position
  const swap = remainingShare(position.swap, lots, position.lots, account.currencyDigits)
  const remainder = remainderOf(position, { lots, price, swap }, account.currencyDigits)
  return { position, lots, price, realizedProfit, swap, commission, remainder }
}

/** Stop-loss, take-profit, trailing stop and opening price stay; margin and commission keep the share of what is left. */
const remainderOf = (position: Position, closed: Pick<ClosePlan, "lots" | "price" | "swap">, digits: number): Position => {
  const lotsLeft = position.lots - closed.lots
  return {
    ...position,
    lots: lotsLeft,
    margin: remainingShare(position.margin, lotsLeft, position.lots, digits),
    swap: position.swap - closed.swap,
    commission: remainingShare(position.commission, lotsLeft, position.lots, digits),
    ...closedSoFar(position, closed)
  }
}

/** What is closed of the position after that fill. */
export const closedSoFar = (
  { lotsClosed = 0n, averageClosePrice = 0n }: Pick<Position, "lotsClosed" | "averageClosePrice">,
  { lots, price }: { readonly lots: Decimal; readonly price: Decimal }
): { readonly lotsClosed: Decimal; readonly averageClosePrice: Decimal } => ({
  lotsClosed: lotsClosed + lots,
  averageClosePrice: divideRounded(averageClosePrice * lotsClosed + price * lots, lotsClosed + lots)
})

interface CloseCause {
  readonly cause: TradeCause
  readonly quote: Quote
  readonly orderId?: string | undefined
}

/** Emits the closing trade and books profit, swap and commission. */
export const executeClose = (turn: Turn, plan: ClosePlan, { cause, quote, orderId }: CloseCause): void => {
  const { position, remainder } = plan
  const trade: Writable<Trade> = {
    tradeId: turn.nextTradeId,
    positionId: position.positionId,
    symbol: position.symbol,
    side: oppositeSide(position.side),
    entry: "close",
    cause,
    lots: plan.lots,
    price: plan.price,
    realizedProfit: plan.realizedProfit,
    swap: plan.swap,
    commission: -plan.commission,
    quote,
    executedAt: turn.now
  }
  if (orderId !== undefined) trade.orderId = orderId
  if (remainder === undefined) turn.emit({ _tag: "PositionClosed", at: turn.now, positionId: position.positionId, trade })
  else turn.emit({ _tag: "PositionReduced", at: turn.now, position: remainder, trade })
  book(turn, { kind: "profit", amount: plan.realizedProfit, reference: trade.tradeId })
  book(turn, { kind: "swap", amount: plan.swap, reference: trade.tradeId })
  book(turn, { kind: "commission", amount: -plan.commission, reference: trade.tradeId })
}
