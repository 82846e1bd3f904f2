/** worth: what a volume is worth at the market, in the account's currency, and back. */
import type { Book } from "#domain/Book.ts"
import { type Decimal, ONE } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import { clientQuote, type ClientPrices } from "#domain/Prices.ts"
import { convertProduct } from "#domain/Profit.ts"

/** Undefined without a quote or a rate. */
export const worthOf = (prices: ClientPrices, book: Book, instrument: Instrument, side: Side, lots: Decimal): Decimal | undefined => {
  const quote = clientQuote(prices, instrument)
  if (quote === undefined) return undefined
  const price = side === "buy" ? quote.ask : quote.bid
  return convertProduct(prices, book, instrument.profitCurrency, price * instrument.contractSize * lots)
}

/** The largest volume on the instrument's step that is worth no more; zero when its smallest step is worth more. */
export const lotsWorth = (prices: ClientPrices, book: Book, instrument: Instrument, side: Side, amount: Decimal): Decimal | undefined => {
  // Many lots, so that rounding to cents does not matter.
  const lots = 10_000n * ONE
  const worth = worthOf(prices, book, instrument, side, lots)
  if (worth === undefined || worth <= 0n || amount < 0n) return undefined
  const exact = (amount * lots) / worth
  return exact - (exact % instrument.lotsStep)
}
