/** MarketView: what one account sees of the market at one instant: client prices with its group's mark-up, conversion rates, whether a symbol may trade. */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import type { Quote } from "#domain/Quote.ts"
import { isOpenAt } from "./Calendar.ts"
import { type Fraction, ofScaled, ONE, over, times } from "./Fraction.ts"

export interface Prices {
  readonly bid: bigint
  readonly ask: bigint
}

/** One point of the instrument, scaled. */
export const pointOf = (instrument: Instrument): bigint => 10n ** BigInt(8 - instrument.digits)

export const opposite = (side: Side): Side => (side === "buy" ? "sell" : "buy")

export class MarketView {
  readonly now: number
  readonly configuration: Configuration
  readonly group: AccountGroup
  readonly accountCurrency: string
  readonly rawQuote: (symbol: string) => Quote | undefined

  constructor(
    now: number,
    configuration: Configuration,
    group: AccountGroup,
    accountCurrency: string,
    rawQuote: (symbol: string) => Quote | undefined
  ) {
    this.now = now
    this.configuration = configuration
    this.group = group
    this.accountCurrency = accountCurrency
    this.rawQuote = rawQuote
  }

  instrument(symbol: string): Instrument | undefined {
    return Object.hasOwn(this.configuration.instruments, symbol) ? this.configuration.instruments[symbol] : undefined
  }

  known(symbol: string): Instrument {
    const instrument = this.instrument(symbol)
    if (instrument === undefined) throw new Error(`no instrument ${symbol}`)
    return instrument
  }

  /** The feed's prices with the group's extra spread, half on each side. */
  prices(symbol: string): Prices | undefined {
    const quote = this.rawQuote(symbol)
    const instrument = this.instrument(symbol)
    if (quote === undefined || instrument === undefined) return undefined
    const points = this.group.markUpPoints[symbol] ?? this.group.markUpPoints["*"] ?? 0
    const half = (BigInt(points) * pointOf(instrument)) / 2n
    return quote.bid - half > 0n ? { bid: quote.bid - half, ask: quote.ask + half } : undefined
  }

  isOpen(symbol: string): boolean {
    return isOpenAt(this.known(symbol), this.now)
  }

  /** Polled prices are shown, but nothing may happen on them. */
  isFresh(symbol: string): boolean {
    const quote = this.rawQuote(symbol)
    return quote !== undefined && quote.source !== "rest" && this.now - quote.receivedAt <= this.known(symbol).quoteAgeMillisMax
  }

  /** Whether something may be filled or triggered in that symbol now. */
  isTradable(symbol: string): boolean {
    return this.isOpen(symbol) && this.isFresh(symbol)
  }

  /** What a fill of that side is done at: a buy at Ask, a sell at Bid. */
  fillPrice(symbol: string, side: Side): bigint {
    const prices = this.prices(symbol)
    if (prices === undefined) throw new Error(`no quote for ${symbol}`)
    return side === "buy" ? prices.ask : prices.bid
  }

  /** What a position of that side is valued and closed at: a long at Bid, a short at Ask. */
  closePrice(symbol: string, side: Side): bigint {
    return this.fillPrice(symbol, opposite(side))
  }

  /** One unit of `from` in `to`: at `bid` what selling it brings, at `ask` what buying it costs. */
  rate(from: string, to: string, at: "bid" | "ask"): Fraction | undefined {
    if (from === to) return ONE
    const single = this.singleRate(from, to, at)
    if (single !== undefined) return single
    const first = this.singleRate(from, "USD", at)
    const second = this.singleRate("USD", to, at)
    return first === undefined || second === undefined ? undefined : times(first, second)
  }

  /** Directly, else by the reverse pair: selling `from` there means buying `to`. */
  private singleRate(from: string, to: string, at: "bid" | "ask"): Fraction | undefined {
    const direct = this.pricesOfPair(from, to)
    if (direct !== undefined) return ofScaled(at === "bid" ? direct.bid : direct.ask)
    const reverse = this.pricesOfPair(to, from)
    if (reverse !== undefined) return over(ONE, ofScaled(at === "bid" ? reverse.ask : reverse.bid))
    return undefined
  }

  private pricesOfPair(base: string, profit: string): Prices | undefined {
    for (const instrument of Object.values(this.configuration.instruments)) {
      if (instrument.baseCurrency === base && instrument.profitCurrency === profit) {
        const prices = this.prices(instrument.symbol)
        if (prices !== undefined) return prices
      }
    }
    return undefined
  }
}
