/** market: instruments and the last quote of each, as the stream brings them. */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import { parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { isFresh } from "#domain/isFresh.ts"
import { withMarkUp } from "#domain/Prices.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import type { StreamMarket, StreamQuote } from "#contract/Stream.ts"
import { serverTimeValue } from "./clock.ts"
import { recordSpread } from "./spreads.ts"
import { action, cell, derived, perKey } from "./store.ts"

/** By symbol, in the server's order. Undefined until they are loaded. */
export const instrumentsCell = cell<ReadonlyMap<SymbolName, Instrument> | undefined>(undefined)
export const instrumentValue = perKey((symbol) => derived((read) => read(instrumentsCell)?.get(symbol)))

export interface LiveQuote extends Quote {
  /** The server trades nothing on it: older than its instrument allows, or polled. */
  readonly stale: boolean
}

/** As the feed gave it. What a person is shown is `quoteValue`. */
export const rawQuoteCell = perKey(() => cell<LiveQuote | undefined>(undefined))
/** The conditions that the account on the page trades under; undefined while they are loading, and for visitors. */
export const conditionsCell = cell<AccountGroup | undefined>(undefined)

/** The quote with the account's mark-up: what it is shown, filled at and valued at. */
export const quoteValue = perKey((symbol) =>
  derived((read) => {
    const quote = read(rawQuoteCell(symbol))
    const conditions = read(conditionsCell)
    const instrument = read(instrumentValue(symbol))
    if (quote === undefined || conditions === undefined || instrument === undefined) return quote
    const marked = withMarkUp(conditions, instrument, quote)
    return marked === quote ? quote : { ...quote, ...marked }
  })
)

/** Price at which the day (UTC) began; undefined until it is known. For showing a change only. */
export const dayOpenCell = perKey(() => cell<number | undefined>(undefined))
/** Some candle of the symbol and interval (`AAPL 1d`) was seen to tell its volume. */
export const hasVolumeCell = perKey(() => cell<boolean>(false))

/** Older than its instrument allows, or polled: shown, but greyed, and nothing trades on it. */
export const isStaleValue = perKey((symbol) =>
  derived((read) => {
    const quote = read(rawQuoteCell(symbol))
    const instrument = read(instrumentValue(symbol))
    return quote !== undefined && instrument !== undefined && (quote.stale || !isFresh(quote, instrument, read(serverTimeValue)))
  })
)

/** Whether a symbol's market is open; undefined until the stream has told. */
export const marketCell = perKey(() => cell<StreamMarket | undefined>(undefined))
export const applyMarkets = action((_read, write, markets: ReadonlyArray<StreamMarket>) => {
  for (const market of markets) write(marketCell(market.symbol), market)
})

const liveQuote = (quote: StreamQuote): LiveQuote | undefined => {
  const bid = parseDecimal(quote.bid)
  const ask = parseDecimal(quote.ask)
  return bid === undefined || ask === undefined ? undefined : { ...quote, bid, ask }
}

/** All quotes of a frame at once, so that what depends on several of them is computed once. An older quote never replaces a newer one. */
export const applyQuotes = action((read, write, quotes: Iterable<StreamQuote>) => {
  for (const wire of quotes) {
    const quote = liveQuote(wire)
    const target = rawQuoteCell(wire.symbol)
    const held = read(target)
    if (quote === undefined || (held !== undefined && held.sequence > quote.sequence && held.receivedAt >= quote.receivedAt)) continue
    write(target, quote)
    recordSpread(quote.symbol, quote.ask - quote.bid, quote.receivedAt)
  }
})
