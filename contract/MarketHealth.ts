/** MarketHealth: what staff see of the price feed and of each symbol's quotes. */
import { Schema } from "effect"
import { Quote, SymbolName } from "#domain/Quote.ts"
import { QUOTE_REJECTION_REASONS } from "#domain/QuoteQuality.ts"
import { DecimalText, Instant } from "#contract/Wire.ts"

const Count = Schema.Int

export const FeedHealth = Schema.Struct({
  state: Schema.Literals(["connecting", "open", "waiting", "refused"]),
  since: Instant,
  lastError: Schema.NullOr(Schema.String),
  connections: Count,
  /** Since the last connection that carried a price. */
  failedAttempts: Count,
  /** Prices are polled by REST. */
  polling: Schema.Boolean,
  restError: Schema.NullOr(Schema.String),
  creditsUsedInMinute: Count,
  /** Null: the plan has no limit, or it is not known. */
  creditsPerMinute: Schema.NullOr(Count),
  creditsUsedInDay: Count,
  creditsPerDay: Schema.NullOr(Count),
  unreadable: Count,
  /** The newest messages that could not be used, as evidence. */
  unreadableMessages: Schema.Array(Schema.Struct({ arrival: Instant, reason: Schema.String, text: Schema.String }))
}).annotate({ identifier: "FeedHealth" })

export const RejectedQuoteView = Schema.Struct({
  reason: Schema.Literals(QUOTE_REJECTION_REASONS),
  bid: DecimalText,
  ask: DecimalText,
  time: Instant,
  receivedAt: Instant,
  source: Quote.fields.source
})

export const SymbolHealthView = Schema.Struct({
  symbol: SymbolName,
  /** Null when the node that has the feed does not answer. */
  upstreamSymbol: Schema.NullOr(Schema.String),
  subscription: Schema.NullOr(Schema.Literals(["pending", "live", "refused", "overLimit"])),
  refusal: Schema.NullOr(Schema.String),
  exposure: Schema.Boolean,
  source: Schema.NullOr(Quote.fields.source),
  /** Null before the first quote. */
  quoteAgeMillis: Schema.NullOr(Count),
  /** Nothing trades on its last quote. */
  stale: Schema.Boolean,
  sessionOpen: Schema.Boolean,
  accepted: Count,
  rejected: Schema.Struct({ nonPositive: Count, crossed: Count, outOfOrder: Count, spike: Count }),
  /** Times that quotes stopped for longer than the instrument allows while its market was open; since this node's start. */
  gaps: Count,
  longestGapMillis: Count,
  tripwires: Count,
  /** The newest rejected quotes; only when one symbol is asked for. */
  evidence: Schema.Array(RejectedQuoteView)
}).annotate({ identifier: "SymbolHealth" })

export const MarketHealth = Schema.Struct({
  /** Null when the node that has the feed does not answer. */
  feed: Schema.NullOr(FeedHealth),
  symbols: Schema.Array(SymbolHealthView)
}).annotate({ identifier: "MarketHealth" })
