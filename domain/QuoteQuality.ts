/**
 * QuoteQuality: which of a symbol's quotes may be shown and traded on, and which are kept as evidence only.
 *
 * A quote is refused when a side is not positive, when it is crossed, when it is older than the last accepted one, or when it jumps further
 * than the instrument allows and no second tick has confirmed the new level. Equal time stamps are in order of arrival.
 *
 * A polled price is stamped with the time of the answer. A tick is therefore held against the last tick only: it may well be stamped before
 * the last poll.
 */
import { absDecimal, ONE, type Decimal } from "#domain/Decimal.ts"
import type { Millis, Quote } from "#domain/Quote.ts"

/** In order of precedence: a quote that fails several rules carries the first. */
export const QUOTE_REJECTION_REASONS = ["nonPositive", "crossed", "outOfOrder", "spike"] as const
export type QuoteRejectionReason = (typeof QUOTE_REJECTION_REASONS)[number]

/** Refused quotes kept per symbol; the oldest goes first. */
export const QUOTE_EVIDENCE_MAX = 32

export interface QuoteRules {
  /** A jump of either side by more than this many percent waits for a second tick; undefined lets every jump through. */
  readonly spikePercentMax: Decimal | undefined
}

export interface RejectedQuote {
  readonly reason: QuoteRejectionReason
  readonly quote: Quote
}

/** What is known about one symbol. */
export interface QuoteQuality {
  /** The last accepted quote. */
  readonly last: Quote | undefined
  /** Time stamp of the last accepted quote that was not polled. */
  readonly lastTickTime: Millis | undefined
  /** A jump that no second tick has confirmed yet. */
  readonly suspect: Quote | undefined
  readonly acceptedCount: number
  readonly rejectedCounts: Readonly<Record<QuoteRejectionReason, number>>
  /** The latest refused quotes, newest last, at most `QUOTE_EVIDENCE_MAX`. */
  readonly evidence: ReadonlyArray<RejectedQuote>
}

export const initialQuality: QuoteQuality = {
  last: undefined,
  lastTickTime: undefined,
  suspect: undefined,
  acceptedCount: 0,
  rejectedCounts: { nonPositive: 0, crossed: 0, outOfOrder: 0, spike: 0 },
  evidence: []
}

/** Exactly one of `accepted` and `rejected` is present. */
export interface Verdict {
  readonly state: QuoteQuality
  readonly accepted?: Quote
  readonly rejected?: RejectedQuote
}

/** Judges the symbol's next quote; total and pure. */
export const judge = (state: QuoteQuality, quote: Quote, rules: QuoteRules): Verdict => {
  const reason = rejectionReason(state, quote, rules)
  return reason === undefined ? accept(state, quote) : reject(state, { reason, quote })
}

const rejectionReason = (state: QuoteQuality, quote: Quote, rules: QuoteRules): QuoteRejectionReason | undefined => {
  if (quote.bid <= 0n || quote.ask <= 0n) return "nonPositive"
  if (quote.bid > quote.ask) return "crossed"
  if (state.last === undefined) return undefined
  const before = quote.source === "rest" ? state.last.time : state.lastTickTime
  if (before !== undefined && quote.time < before) return "outOfOrder"
  if (rules.spikePercentMax === undefined || isNear(quote, state.last, rules.spikePercentMax)) return undefined
  return state.suspect !== undefined && confirms(quote, state.suspect, rules.spikePercentMax) ? undefined : "spike"
}

/** A repeated frame is not a second opinion: the confirming tick must differ in time or price. */
const confirms = (quote: Quote, suspect: Quote, percentMax: Decimal): boolean =>
  isNear(quote, suspect, percentMax) && (quote.time !== suspect.time || quote.bid !== suspect.bid || quote.ask !== suspect.ask)

const isNear = (quote: Quote, reference: Quote, percentMax: Decimal): boolean =>
  isWithin(quote.bid, reference.bid, percentMax) && isWithin(quote.ask, reference.ask, percentMax)

/** |price − reference| ≤ percentMax % of reference, without rounding. */
const isWithin = (price: Decimal, reference: Decimal, percentMax: Decimal): boolean =>
  absDecimal(price - reference) * 100n * ONE <= percentMax * reference

const accept = (state: QuoteQuality, quote: Quote): Verdict => ({
  state: {
    last: quote,
    lastTickTime: quote.source === "rest" ? state.lastTickTime : quote.time,
    suspect: undefined,
    acceptedCount: state.acceptedCount + 1,
    rejectedCounts: state.rejectedCounts,
    evidence: state.evidence
  },
  accepted: quote
})

const reject = (state: QuoteQuality, rejected: RejectedQuote): Verdict => ({
  state: {
    last: state.last,
    lastTickTime: state.lastTickTime,
    suspect: rejected.reason === "spike" ? rejected.quote : state.suspect,
    acceptedCount: state.acceptedCount,
    rejectedCounts: { ...state.rejectedCounts, [rejected.reason]: state.rejectedCounts[rejected.reason] + 1 },
    evidence: [...state.evidence.slice(-(QUOTE_EVIDENCE_MAX - 1)), rejected]
  },
  rejected
})
