/** ticketPreview: what an order would tie up, cost and leave, by the domain's own functions. */
import type { Book } from "#domain/Book.ts"
import { commissionOf } from "#domain/Commission.ts"
import { absDecimal, type Decimal, divideRounded } from "#domain/Decimal.ts"
import { figuresAt, type Figures } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { exposureOn, openingMargin, usedMargin } from "#domain/Margin.ts"
import type { Side } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { clientQuote, closingPrice, pointOf, type ClientPrices } from "#domain/Prices.ts"
import { profitOf } from "#domain/Profit.ts"
import { marketFillPrice } from "#domain/Slippage.ts"
import { swapOf } from "#domain/Swap.ts"
import { pipOf } from "../instrument/instrumentFigures.ts"

export interface PreviewedOrder {
  readonly instrument: Instrument
  readonly side: Side
  readonly lots: Decimal
  /** Of a pending order, the price it waits for; absent: at the market. */
  readonly restingPrice: Decimal | undefined
  readonly stopLoss: Decimal | undefined
  readonly takeProfit: Decimal | undefined
}

export interface TicketPreview {
  /** At which it would be filled. */
  readonly price: Decimal
  /** By which the account's used margin would grow: less than the order's own margin where opposite positions cover each other. */
  readonly margin: Decimal
  readonly commission: Decimal
  /** What closing at once would lose, not positive. Zero for pending orders, whose spread is not known yet. */
  readonly spreadCost: Decimal
  /** By which profit changes when the price moves one pip. */
  readonly pipValue: Decimal
  /** What holding it over one night would cost or earn, signed; undefined without a rate. */
  readonly swapPerNight: Decimal | undefined
  readonly after: Figures
  /** Result if the stop-loss, or the take-profit, were hit at its price; undefined when there is none. */
  readonly stopLossProfit: Decimal | undefined
  readonly takeProfitProfit: Decimal | undefined
}

/** Undefined without a quote or a conversion rate. `equity` is the account's now. */
export const ticketPreview = (prices: ClientPrices, book: Book, equity: Decimal, order: PreviewedOrder): TicketPreview | undefined => {
  const { instrument, side, lots, restingPrice } = order
  const quote = clientQuote(prices, instrument)
  if (quote === undefined) return undefined
  const price = restingPrice ?? marketFillPrice(instrument, side, lots, quote)
  const deal = { instrument, side, lots, price }
  const profitAt = (closePrice: Decimal) => profitOf(prices, book, { instrument, side, lots, openPrice: price, closePrice })

  const opening = openingMargin(prices, book, deal, exposureOn(book.positions.values(), instrument, side))
  const commission = restingPrice === undefined ? commissionOf(prices, book, deal) : 0n
  const spreadCost = restingPrice === undefined ? profitAt(closingPrice(side, quote)) : 0n
  const pipValue = profitOf(prices, book, { instrument, side: "buy", lots, openPrice: price, closePrice: price + pipOf(instrument) })
  if (opening === undefined || commission === undefined || spreadCost === undefined || pipValue === undefined) return undefined

  const filled = asPosition(order, price, opening.margin)
  const usedAfter = usedMargin(withOrder(book, order, filled), prices)
  return {
    price,
    margin: usedAfter - usedMargin(book, prices),
    commission,
    spreadCost,
    pipValue,
    swapPerNight: swapOf(prices, book, instrument, filled, 1),
    after: figuresAt({ ...book, balance: book.balance - commission }, equity + spreadCost - commission, usedAfter),
    stopLossProfit: order.stopLoss === undefined ? undefined : profitAt(order.stopLoss),
    takeProfitProfit: order.takeProfit === undefined ? undefined : profitAt(order.takeProfit)
  }
}

const PREVIEW = { openedAt: 0, placedAt: 0, orderId: "preview" }

/** What the order would become. */
const asPosition = ({ instrument, side, lots }: PreviewedOrder, openPrice: Decimal, margin: Decimal): Position => ({
  ...PREVIEW,
  positionId: "preview",
  symbol: instrument.symbol,
  side,
  lots,
  openPrice,
  margin,
  marginRate: 0n,
  swap: 0n,
  commission: 0n
})

/** The book with the order filled, or resting. */
const withOrder = (book: Book, { instrument, side, lots, restingPrice }: PreviewedOrder, filled: Position): Book => {
  if (restingPrice === undefined) return { ...book, positions: new Map(book.positions).set("preview", filled) }
  const resting = {
    ...PREVIEW,
    symbol: instrument.symbol,
    side,
    lots,
    type: "limit",
    status: "pending",
    timeInForce: "GTC",
    reservedMargin: filled.margin
  } as const
  return { ...book, orders: new Map(book.orders).set("preview", resting) }
}

/** The price at which an exit would bring `money` (signed, account currency), on the instrument's grid. Undefined without a rate. */
export const exitPriceFor = (
  prices: ClientPrices,
  book: Book,
  order: Pick<PreviewedOrder, "instrument" | "side" | "lots">,
  openPrice: Decimal,
  money: Decimal
): Decimal | undefined => {
  const { instrument, side, lots } = order
  const direction = side === "buy" ? 1n : -1n
  const sign = money < 0n ? -1n : 1n
  // A gain and a loss convert at different rates, so the value of a point is taken on the side of the money. Many pips, so that rounding to cents does not matter.
  const move = sign * direction * pipOf(instrument) * PIPS_FOR_VALUE
  const value = profitOf(prices, book, { instrument, side, lots, openPrice, closePrice: openPrice + move })
  if (value === undefined || value === 0n) return undefined
  const step = pointOf(instrument)
  // `value` has the sign of `money`, so the quotient has the sign of `move`.
  return openPrice + divideRounded(absDecimal(money) * move, absDecimal(value) * step) * step
}

const PIPS_FOR_VALUE = 1_000_000n
