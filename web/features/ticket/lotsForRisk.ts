/** lotsForRisk: the largest volume whose loss at the stop-loss is no more than a share of the equity. */
import type { Book } from "#domain/Book.ts"
import { type Decimal, ONE } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import { profitOf } from "#domain/Profit.ts"

export interface RiskedOrder {
  readonly instrument: Instrument
  readonly side: Side
  readonly openPrice: Decimal
  readonly stopLoss: Decimal
}

/** On the instrument's step and within its limits; undefined when even its smallest volume would lose more, or no rate is known. */
export const lotsForRisk = (
  prices: ClientPrices,
  book: Book,
  equity: Decimal,
  percent: Decimal,
  order: RiskedOrder
): Decimal | undefined => {
  const { instrument, side, openPrice, stopLoss } = order
  // Many lots, so that rounding to cents does not matter.
  const lots = 10_000n * ONE
  const result = profitOf(prices, book, { instrument, side, lots, openPrice, closePrice: stopLoss })
  if (result === undefined || result >= 0n || equity <= 0n) return undefined
  const risk = (equity * percent) / (100n * ONE)
  const exact = (risk * lots) / -result
  const onStep = exact - (exact % instrument.lotsStep)
  if (onStep < instrument.lotsMin) return undefined
  return onStep > instrument.lotsMax ? instrument.lotsMax : onStep
}
