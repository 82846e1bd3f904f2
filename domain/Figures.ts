/**
 * Figures: what an account is worth at the current prices.
 *
 * A position's floating profit is what closing it now would book, rounded to the currency's digits, so equity is to the cent what would be
 * left. It never falls when a bid rises or an ask falls; the account's margin bands rest on that.
 */
import { Schema } from "effect"
import { clientPrices, type Book } from "#domain/Book.ts"
import { DecimalFromString, divideRounded, maxDecimal, minDecimal, ONE, type Decimal } from "#domain/Decimal.ts"
import { floatingTotal } from "#domain/floatingTotal.ts"
import { holdingsOf } from "#domain/Holdings.ts"
import { usedMargin } from "#domain/Margin.ts"
import type { Position } from "#domain/Position.ts"
import { clientQuote, closingPrice, type ClientPrices, type Prices } from "#domain/Prices.ts"
import { profitOf, type Money } from "#domain/Profit.ts"

/** The account's figures at a moment, account currency; level is null when no margin is used. */
export const Figures = Schema.Struct({
  balance: DecimalFromString,
  credit: DecimalFromString,
  equity: DecimalFromString,
  usedMargin: DecimalFromString,
  freeMargin: DecimalFromString,
  marginLevelPercent: Schema.NullOr(DecimalFromString)
})
export interface Figures extends Schema.Schema.Type<typeof Figures> {}

/** What closing the position now would realize, without its swap; undefined when a price or a rate is missing. */
export const floatingProfit = (prices: ClientPrices, account: Money, position: Position): Decimal | undefined => {
  const instrument = prices.configuration.instruments[position.symbol]
  if (instrument === undefined) return undefined
  const quote = clientQuote(prices, instrument)
  if (quote === undefined) return undefined
  const { side, lots, openPrice } = position
  return profitOf(prices, account, { instrument, side, lots, openPrice, closePrice: closingPrice(side, quote) })
}

/** balance + credit + floating profit + accrued swap; undefined when a position cannot be valued. */
export const equityOf = (book: Book, prices: ClientPrices): Decimal | undefined => {
  const floating = floatingTotal(prices, book, holdingsOf(book.positions))
  return floating === undefined ? undefined : book.balance + book.credit + floating
}

/** All that the margin rules ask for. */
export type Standing = Pick<Figures, "equity" | "usedMargin">

/** The account's figures, or undefined when a position cannot be valued or the group is unknown. */
export const figuresOf = (book: Book, prices: Prices): Figures | undefined => {
  const seen = clientPrices(prices, book.group)
  return seen === undefined ? undefined : clientFigures(book, seen)
}

/** As `figuresOf`, at prices that carry the group already. */
export const clientFigures = (book: Book, prices: ClientPrices): Figures | undefined => {
  const equity = equityOf(book, prices)
  return equity === undefined ? undefined : figuresAt(book, equity, usedMargin(book, prices))
}

/** Figures that follow from equity and margin. Free margin is reduced by what withdrawal requests hold back. */
export const figuresAt = (book: Book, equity: Decimal, margin: Decimal): Figures => ({
  balance: book.balance,
  credit: book.credit,
  equity,
  usedMargin: margin,
  freeMargin: equity - margin - reservedWithdrawals(book),
  marginLevelPercent: levelPercent(equity, margin)
})

/** equity / margin × 100, rounded to 8 digits for showing; null when no margin is used. Thresholds compare with `isLevelAtOrBelow`. */
export const levelPercent = (equity: Decimal, margin: Decimal): Decimal | null =>
  margin === 0n ? null : divideRounded(equity * 100n * ONE, margin)

/** Exactly, without division: is the margin level at or below `percent`? Never while no margin is used. */
export const isLevelAtOrBelow = ({ equity, usedMargin }: Standing, percent: Decimal): boolean =>
  usedMargin > 0n && equity * HUNDRED <= percent * usedMargin

const HUNDRED = 100n * ONE

export const reservedWithdrawals = (book: Pick<Book, "reservations">): Decimal => {
  let sum = 0n
  for (const amount of book.reservations.values()) sum += amount
  return sum
}

/**
 * What may be withdrawn now: own money that no margin needs. Credit is lent and floating profit is not yet earned, so neither counts;
 * amounts that are held back already are gone. Never negative.
 */
export const withdrawableAmount = (book: Book, figures: Standing): Decimal =>
  maxDecimal(0n, minDecimal(book.balance, figures.equity - book.credit - figures.usedMargin) - reservedWithdrawals(book))

export const floatingProfitTotal = (book: Book, figures: Figures): Decimal => {
  let swap = 0n
  for (const position of book.positions.values()) swap += position.swap
  return figures.equity - figures.balance - figures.credit - swap
}
