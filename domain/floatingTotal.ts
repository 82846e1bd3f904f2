/**
 * floatingTotal: what all positions of an account are worth now, by doubles where a double leaves no doubt.
 *
 * Each position counts with what closing it would book, rounded to the currency's smallest unit. Accounts are valued over and over, and an
 * estimate that settles the rounding is several times as quick as the exact arithmetic. A property test holds both equal.
 */
import { roundCertain } from "#domain/certainRounding.ts"
import { estimatedRates } from "#domain/Conversion.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
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
/** Floating profit and accrued swap of the positions, account currency; undefined when a price or a rate is missing. */
export const floatingTotal = (prices: ClientPrices, account: Money, positions: Iterable<Position>): Decimal | undefined =>
  new FloatingValues(prices, account).total(positions)

/** Values positions at prices that stand still: what belongs to a symbol is worked out once. */
export class FloatingValues {
  readonly #prices: ClientPrices
  readonly #account: Money
  readonly #valuations = new Map<SymbolName, Valuation>()

  constructor(prices: ClientPrices, account: Money) {
    this.#prices = prices
    this.#account = account
  }

  total(positions: Iterable<Position>): Decimal | undefined {
    let units = 0
    let beyond = 0n
    for (const position of positions) {
      const valuation = this.#valuationOf(position.symbol)
      if (valuation === undefined) return undefined
      const certain = certainUnits(valuation, position)
      if (certain === undefined) {
        const profit = exactProfit(this.#prices, this.#account, valuation, position)
        if (profit === undefined) return undefined
        beyond += profit
      } else units += certain
      if (position.swap !== 0n) beyond += position.swap
    }
    return BigInt(units) * powerOfTen(8 - this.#account.currencyDigits) + beyond
  }

  #valuationOf(symbol: SymbolName): Valuation | undefined {
    const known = this.#valuations.get(symbol)
    if (known !== undefined) return known
    const valuation = valuationOf(this.#prices, this.#account, symbol)
    if (valuation !== undefined) this.#valuations.set(symbol, valuation)
    return valuation
  }
}

const valuationOf = (prices: ClientPrices, account: Money, symbol: SymbolName): Valuation | undefined => {
  const instrument = prices.configuration.instruments[symbol]
  const quote = instrument === undefined ? undefined : clientQuote(prices, instrument)
  if (instrument === undefined || quote === undefined) return undefined
  const rates = estimatedRates(prices, instrument.profitCurrency, account.currency)
  const factor = Number(instrument.contractSize) * (FACTORS[account.currencyDigits] ?? Number.NaN)
  return {
    instrument,
    quote,
    bid: Number(quote.bid),
    ask: Number(quote.ask),
    // without a rate not a number, and then no estimate is certain
    gainFactor: factor * (rates?.bid ?? Number.NaN),
    lossFactor: factor * (rates?.ask ?? Number.NaN)
  }
}

/** By currency digits: from a product of three Decimals to smallest units. */
const FACTORS: ReadonlyArray<number> = Array.from({ length: 9 }, (_, digits) => Number(`1e${digits - 24}`))

/** The position's profit in smallest units when the estimate's rounding is beyond doubt. */
const certainUnits = ({ bid, ask, gainFactor, lossFactor }: Valuation, { side, lots, openPrice }: Position): number | undefined => {
  const open = Number(openPrice)
  const close = side === "buy" ? bid : ask
  if (open > PRICE_MAX || close > PRICE_MAX) return undefined
  const difference = side === "buy" ? close - open : open - close
  return roundCertain(difference * Number(lots) * (difference >= 0 ? gainFactor : lossFactor))
}

const exactProfit = (prices: ClientPrices, account: Money, { instrument, quote }: Valuation, position: Position): Decimal | undefined => {
  const { side, lots, openPrice } = position
  return profitOf(prices, account, { instrument, side, lots, openPrice, closePrice: closingPrice(side, quote) })
}
