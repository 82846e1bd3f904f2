/** marketViews: symbols and quotes as the contract shows them. */
import type { QuoteView, SymbolView } from "#contract/MarketViews.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { isFresh } from "#domain/isFresh.ts"
import type { Millis, Quote } from "#domain/Quote.ts"
import { isMarketOpen } from "#domain/Session.ts"

const ageMillis = (quote: Quote, now: Millis): number => Math.max(0, now - quote.receivedAt)

export const symbolView = (instrument: Instrument, quote: Quote | undefined, configuration: Configuration, now: Millis): SymbolView => {
  const sessionOpen = isMarketOpen(instrument, now)
  const halted = instrument.halted || configuration.halted
  return {
    symbol: instrument.symbol,
    description: instrument.description,
    class: instrument.class,
    baseCurrency: instrument.baseCurrency,
    profitCurrency: instrument.profitCurrency,
    digits: instrument.digits,
    lotsMin: formatDecimal(instrument.lotsMin),
    lotsMax: formatDecimal(instrument.lotsMax),
    lotsStep: formatDecimal(instrument.lotsStep),
    tradable: sessionOpen && !halted && quote !== undefined && isFresh(quote, instrument, now),
    sessionOpen,
    halted,
    bid: quote === undefined ? null : formatDecimal(quote.bid, instrument.digits),
    ask: quote === undefined ? null : formatDecimal(quote.ask, instrument.digits),
    quoteAgeMillis: quote === undefined ? null : ageMillis(quote, now)
  }
}

export const quoteView = (quote: Quote, instrument: Instrument, now: Millis): QuoteView => ({
  symbol: quote.symbol,
  bid: formatDecimal(quote.bid, instrument.digits),
  ask: formatDecimal(quote.ask, instrument.digits),
  time: quote.time,
  ageMillis: ageMillis(quote, now),
  stale: !isFresh(quote, instrument, now),
  sequence: quote.sequence,
  source: quote.source
})
