/** marketHealth: the feed, wherever it lives, and the symbols as this node sees them. */
import { Configurations } from "#actors/Configurations.ts"
import { QuoteRelay } from "#actors/feed/FeedActor.ts"
import type { FeedStatus, SymbolHealth } from "#actors/feed/MarketFeed.ts"
import { Symbols, type SymbolStatus } from "#actors/symbol/Symbols.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import type { FeedHealth, MarketHealth, RejectedQuoteView, SymbolHealthView } from "#contract/MarketHealth.ts"
import { NotFound } from "#contract/Problem.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { isFresh } from "#domain/isFresh.ts"
import type { Millis } from "#domain/Quote.ts"
import { initialQuality, type RejectedQuote } from "#domain/QuoteQuality.ts"
import { isMarketOpen } from "#domain/Session.ts"
import { Effect } from "effect"

const feedHealth = ({ rest, unreadable, ...feed }: FeedStatus): typeof FeedHealth.Type => ({
  state: feed.state,
  since: feed.since,
  lastError: feed.lastError ?? null,
  connections: feed.connectionsCount,
  failedAttempts: feed.failedAttempts,
  polling: rest.isPolling,
  restError: rest.lastError ?? null,
  creditsUsedInMinute: rest.creditsUsedInMinute,
  creditsPerMinute: rest.creditsPerMinute ?? null,
  creditsUsedInDay: rest.creditsUsedInDay,
  creditsPerDay: rest.creditsPerDay ?? null,
  unreadable: feed.unreadableCount,
  unreadableMessages: unreadable
})

const rejectedView = ({ quote, reason }: RejectedQuote): typeof RejectedQuoteView.Type => ({
  reason,
  bid: formatDecimal(quote.bid),
  ask: formatDecimal(quote.ask),
  time: quote.time,
  receivedAt: quote.receivedAt,
  source: quote.source
})

/** What the feed knows of the symbol; it may not have been asked for it yet. */
const upstreamView = (upstream: SymbolHealth | undefined) => ({
  upstreamSymbol: upstream?.upstreamSymbol ?? null,
  subscription: upstream?.subscription ?? null,
  refusal: upstream?.refusal ?? null,
  exposure: upstream?.exposure ?? false
})

/** What this node's symbol actor has seen; there is none before the first quote. */
const qualityView = (status: SymbolStatus | undefined, withEvidence: boolean) =>
  status === undefined
    ? { accepted: 0, rejected: initialQuality.rejectedCounts, gaps: 0, longestGapMillis: 0, tripwires: 0, evidence: [] }
    : {
        accepted: status.accepted,
        rejected: status.rejectedCounts,
        gaps: status.gaps,
        longestGapMillis: status.longestGapMillis,
        tripwires: status.tripwires,
        evidence: withEvidence ? status.evidence.map(rejectedView) : []
      }

const symbolHealth = (
  instrument: Instrument,
  status: SymbolStatus | undefined,
  upstream: SymbolHealth | undefined,
  now: Millis,
  withEvidence: boolean
): typeof SymbolHealthView.Type => {
  const quote = status?.quote
  return {
    symbol: instrument.symbol,
    ...upstreamView(upstream),
    source: quote?.source ?? null,
    quoteAgeMillis: quote === undefined ? null : Math.max(0, now - quote.receivedAt),
    stale: quote === undefined || !isFresh(quote, instrument, now),
    sessionOpen: isMarketOpen(instrument, now),
    ...qualityView(status, withEvidence)
  }
}

/** All symbols, or one with the evidence kept of it. */
export const marketHealth = Effect.fnUntraced(function* ({ query: { symbol } }: { readonly query: { readonly symbol?: string } }) {
  const { instruments } = (yield* Configurations).current()
  const asked = symbol === undefined ? Object.values(instruments) : Object.hasOwn(instruments, symbol) ? [instruments[symbol]] : []
  const shown = asked.filter((instrument) => instrument !== undefined)
  if (shown.length === 0 && symbol !== undefined) return yield* new NotFound({ code: "SYMBOL_NOT_FOUND", context: { symbol } })
  const feed = yield* (yield* QuoteRelay).status
  const statuses = new Map((yield* Symbols).status().map((status) => [status.symbol, status]))
  const upstream = new Map(feed?.symbols.map((health) => [health.symbol, health]))
  const now = yield* tradingNow
  const health: typeof MarketHealth.Type = {
    feed: feed === undefined ? null : feedHealth(feed),
    symbols: shown.map((instrument) =>
      symbolHealth(instrument, statuses.get(instrument.symbol), upstream.get(instrument.symbol), now, symbol !== undefined)
    )
  }
  return health
})
