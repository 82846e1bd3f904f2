/**
 * floatingTotal: what all positions of an account are worth now, by doubles where a double leaves no doubt.
 *
 * Each position counts with what closing it would book, rounded to the currency's smallest unit. A double estimates that amount to some fifteen
 * digits, and rounding needs no more, unless the estimate lies so close to half a unit that its error could decide; then, and when a figure
 * is too large for a double, the exact arithmetic decides. Accounts are valued over and over, and this is several times as fast. A property
 * test holds both equal.
 */
import { conversionRate, type ConversionSide } from "#domain/Conversion.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Currency, Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { clientQuote, closingPrice, type BidAsk, type ClientPrices } from "#domain/Prices.ts"
import { profitOf, type Money } from "#domain/Profit.ts"
import { powerOfTen } from "#domain/Ratio.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** What is common to the positions of one symbol. */
interface Valuation {
  readonly instrument: Instrument
  readonly quote: BidAsk
  /** Of the quote's sides, in steps of 10^-8. */
  readonly bid: number
  readonly ask: number
  /** From a product of price and lots, each in steps of 10^-8, to smallest units of the account currency: for a gain, and for a loss. */
  readonly gainFactor: number
  readonly lossFactor: number
}

/** Prices up to here are exact as doubles, and so is the difference of two. */
const PRICE_MAX = Number.MAX_SAFE_INTEGER
/** Smallest units up to which a sum over all positions of an account stays exact as a double. */
const UNITS_MAX = 1e12
/** Bound of an estimate's error, as a share of it: a dozen roundings of 2^-53 each, with a margin of a hundred. */
const ERROR_SHARE = 2e-13
/** And in smallest units, for estimates near zero. */
const ERROR_UNITS = 1e-9

/** Floating profit and accrued swap of the positions, account currency; undefined when a price or a rate is missing. */
export const floatingTotal = (prices: ClientPrices, account: Money, positions: Iterable<Position>): Decimal | undefined => {
  const valuations = new Map<SymbolName, Valuation>()
  let units = 0
  let beyond = 0n
  for (const position of positions) {
    let valuation = valuations.get(position.symbol)
    if (valuation === undefined) {
      valuation = valuationOf(prices, account, position.symbol)
      if (valuation === undefined) return undefined
      valuations.set(position.symbol, valuation)
    }
    const estimate = certainUnits(valuation, position)
    if (estimate === undefined) {
      const profit = exactProfit(prices, account, valuation, position)
      if (profit === undefined) return undefined
      beyond += profit
    } else units += estimate
    if (position.swap !== 0n) beyond += position.swap
  }
  return BigInt(units) * powerOfTen(8 - account.currencyDigits) + beyond
}

const valuationOf = (prices: ClientPrices, account: Money, symbol: SymbolName): Valuation | undefined => {
  const instrument = prices.configuration.instruments[symbol]
  const quote = instrument === undefined ? undefined : clientQuote(prices, instrument)
  if (instrument === undefined || quote === undefined) return undefined
  const factor = Number(instrument.contractSize) * 10 ** (account.currencyDigits - 24)
  const { profitCurrency } = instrument
  return {
    instrument,
    quote,
    bid: Number(quote.bid),
    ask: Number(quote.ask),
    gainFactor: factor * rateOf(prices, profitCurrency, account.currency, "bid"),
    lossFactor: factor * rateOf(prices, profitCurrency, account.currency, "ask")
  }
}

/** Not a number without a rate: then no estimate is certain. */
const rateOf = (prices: ClientPrices, from: Currency, to: Currency, side: ConversionSide): number => {
  if (from === to) return 1
  const rate = conversionRate(prices, from, to, side)
  return rate === undefined ? Number.NaN : Number(rate.numerator) / Number(rate.denominator)
}

/** The position's profit in smallest units when the estimate's rounding is beyond doubt. */
const certainUnits = ({ bid, ask, gainFactor, lossFactor }: Valuation, { side, lots, openPrice }: Position): number | undefined => {
  const open = Number(openPrice)
  const close = side === "buy" ? bid : ask
  if (open > PRICE_MAX || close > PRICE_MAX) return undefined
  const difference = side === "buy" ? close - open : open - close
  const estimate = difference * Number(lots) * (difference >= 0 ? gainFactor : lossFactor)
  const magnitude = Math.abs(estimate)
  const whole = Math.floor(magnitude)
  const doubt = Math.abs(magnitude - whole - 0.5)
  if (!(magnitude < UNITS_MAX && doubt > magnitude * ERROR_SHARE + ERROR_UNITS)) return undefined
  const rounded = magnitude - whole > 0.5 ? whole + 1 : whole
  return difference >= 0 ? rounded : -rounded
}

const exactProfit = (prices: ClientPrices, account: Money, { instrument, quote }: Valuation, position: Position): Decimal | undefined => {
  const { side, lots, openPrice } = position
  return profitOf(prices, account, { instrument, side, lots, openPrice, closePrice: closingPrice(side, quote) })
}
