/**
 * floatingTotal: what all positions of an account are worth now, by doubles where a double leaves no doubt.
 *
 * Each position counts with what closing it would book, rounded to the currency's smallest unit. Accounts are valued over and over, and an
 * estimate that settles the rounding is several times as quick as the exact arithmetic. A property test holds both equal.
 */
import { roundCertain } from "#domain/certainRounding.ts"
import { estimatedRates } from "#domain/Conversion.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Holding, Holdings } from "#domain/Holdings.ts"
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

/** Exact as a double, so that the difference of two is; what is not a number leaves every rounding in doubt. */
const exactDouble = (price: Decimal): number => {
  const double = Number(price)
  return double <= Number.MAX_SAFE_INTEGER ? double : Number.NaN
}

/** Floating profit and accrued swap of the positions, account currency; undefined when a price or a rate is missing. */
export const floatingTotal = (prices: ClientPrices, account: Money, holdings: Holdings): Decimal | undefined =>
  new FloatingValues(prices, account).total(holdings)

/** A holding's worth, which stays as long as the holding does. */
interface Valued {
  readonly valuation: Valuation
  readonly holding: Holding
  readonly worth: Decimal
}

/** Values positions at prices that stand still: what belongs to a symbol is worked out once, and again only after its holding changed. */
export class FloatingValues {
  readonly #prices: ClientPrices
  readonly #account: Money
  readonly #valued = new Map<SymbolName, Valued>()

  constructor(prices: ClientPrices, account: Money) {
    this.#prices = prices
    this.#account = account
  }

  total(holdings: Holdings): Decimal | undefined {
    let total = 0n
    for (const holding of holdings) {
      const worth = this.#worthOf(holding)
      if (worth === undefined) return undefined
      total += worth
    }
    return total
  }

  #worthOf(holding: Holding): Decimal | undefined {
    const known = this.#valued.get(holding.symbol)
    if (known?.holding === holding) return known.worth
    const valuation = known?.valuation ?? valuationOf(this.#prices, this.#account, holding.symbol)
    const worth = valuation === undefined ? undefined : this.#worthAt(valuation, holding)
    if (valuation !== undefined && worth !== undefined) this.#valued.set(holding.symbol, { valuation, holding, worth })
    return worth
  }

  #worthAt(valuation: Valuation, { doubles, positions, swap }: Holding): Decimal | undefined {
    let units = 0
    let beyond = swap
    for (let place = 0; place < positions.length; place++) {
      const certain = certainUnits(valuation, doubles[place * 2] ?? Number.NaN, doubles[place * 2 + 1] ?? Number.NaN)
      if (certain !== undefined) {
        units += certain
        continue
      }
      const profit = this.#exactProfit(valuation, positions[place])
      if (profit === undefined) return undefined
      beyond += profit
    }
    return BigInt(units) * powerOfTen(8 - this.#account.currencyDigits) + beyond
  }

  #exactProfit({ instrument, quote }: Valuation, position: Position | undefined): Decimal | undefined {
    if (position === undefined) return undefined
    const { side, lots, openPrice } = position
    return profitOf(this.#prices, this.#account, { instrument, side, lots, openPrice, closePrice: closingPrice(side, quote) })
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
    bid: exactDouble(quote.bid),
    ask: exactDouble(quote.ask),
    // without a rate not a number, and then no estimate is certain
    gainFactor: factor * (rates?.bid ?? Number.NaN),
    lossFactor: factor * (rates?.ask ?? Number.NaN)
  }
}

/** By currency digits: from a product of three Decimals to smallest units. */
const FACTORS: ReadonlyArray<number> = Array.from({ length: 9 }, (_, digits) => Number(`1e${digits - 24}`))

/** A position's profit in smallest units when the estimate's rounding is beyond doubt; `lots` are negative for a short. */
const certainUnits = ({ bid, ask, gainFactor, lossFactor }: Valuation, openPrice: number, lots: number): number | undefined => {
  const profit = ((lots > 0 ? bid : ask) - openPrice) * lots
  return roundCertain(profit * (profit >= 0 ? gainFactor : lossFactor))
}
