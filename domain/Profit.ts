/** Profit: (close − open) × contract size × lots, in the profit currency, converted to the account currency and rounded once. */
import { conversionRate } from "#domain/Conversion.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Currency, Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import { roundFraction, UNITY } from "#domain/Ratio.ts"

/** Currency of an account and the digits its money has. */
export interface Money {
  readonly currency: Currency
  readonly currencyDigits: number
}

/** price × contract size × lots are three Decimals, so their product is scaled by 10^24. */
const SCALE_3 = 10n ** 24n

export interface Deal {
  readonly instrument: Instrument
  /** Side of the position, not of the closing fill. */
  readonly side: Side
  readonly lots: Decimal
  readonly openPrice: Decimal
  readonly closePrice: Decimal
}

/**
 * Result of the deal in the account currency, rounded half away from zero to its digits.
 * A gain is sold at the bid of profit currency → account currency, a loss bought at the ask. Undefined when no rate is known.
 */
export const profitOf = (prices: ClientPrices, account: Money, deal: Deal): Decimal | undefined => {
  const { instrument, side, lots, openPrice, closePrice } = deal
  const difference = side === "buy" ? closePrice - openPrice : openPrice - closePrice
  return convertProduct(prices, account, instrument.profitCurrency, difference * instrument.contractSize * lots)
}

/** Whether the instrument's results can be converted at all: without a rate a position could not be valued, nor closed. */
export const isConvertible = (prices: ClientPrices, account: Money, instrument: Instrument): boolean =>
  instrument.profitCurrency === account.currency || conversionRate(prices, instrument.profitCurrency, account.currency, "bid") !== undefined

/** Converts a signed amount that is the product of three Decimals: a gain at the bid, a loss at the ask, rounded once. */
export const convertProduct = (prices: ClientPrices, account: Money, from: Currency, product: bigint): Decimal | undefined => {
  if (product === 0n) return 0n
  const rate = from === account.currency ? UNITY : conversionRate(prices, from, account.currency, product > 0n ? "bid" : "ask")
  if (rate === undefined) return undefined
  return rate === UNITY
    ? roundFraction(product, SCALE_3, account.currencyDigits)
    : roundFraction(product * rate.numerator, SCALE_3 * rate.denominator, account.currencyDigits)
}
