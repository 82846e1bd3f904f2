/** tradable: whether an instrument may be traded at this moment, and at which quote. */
import { reject, type Turn } from "#actors/account/decide/Turn.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { isFresh } from "#domain/isFresh.ts"
import { withMarkUp, type BidAsk, type ClientPrices } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"
import { isMarketOpen, nextOpenAt } from "#domain/Session.ts"

export interface TradableQuote {
  /** As the feed gave it: what events keep. */
  readonly raw: Quote
  /** As the client sees it, after mark-up. */
  readonly seen: BidAsk
}

/** The last quote, whatever its age: to tell on which side of the market a price lies. */
export const lastQuote = (turn: Turn, prices: ClientPrices, instrument: Instrument): TradableQuote | Rejection => {
  const raw = turn.quote(instrument.symbol)
  const seen = raw === undefined ? undefined : withMarkUp(prices.group, instrument, raw)
  if (raw === undefined || seen === undefined || seen.bid <= 0n) return reject("NO_QUOTE", { symbol: instrument.symbol })
  return { raw, seen }
}

/** The quote to trade on: the market is open and the quote fresh; a polled one never is. */
export const tradableQuote = (turn: Turn, prices: ClientPrices, instrument: Instrument): TradableQuote | Rejection => {
  if (!isMarketOpen(instrument, turn.instant)) return marketClosed(turn, instrument)
  const quote = lastQuote(turn, prices, instrument)
  if ("reason" in quote) return quote
  if (!isFresh(quote.raw, instrument, turn.instant)) {
    return reject("STALE_QUOTE", {
      symbol: instrument.symbol,
      ageMillis: String(turn.instant - quote.raw.receivedAt),
      quoteAgeMillisMax: String(instrument.quoteAgeMillisMax),
      ...(quote.raw.source === "rest" ? { source: "rest" } : {})
    })
  }
  return quote
}

const marketClosed = (turn: Turn, instrument: Instrument): Rejection => {
  const opensAt = nextOpenAt(instrument, turn.instant)
  return reject("MARKET_CLOSED", { symbol: instrument.symbol, ...(opensAt === undefined ? {} : { opensAt: String(opensAt) }) })
}
