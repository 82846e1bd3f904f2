/**
 * isFresh: whether a quote may be traded on: it is not older than its instrument allows, and it came over the upstream socket.
 *
 * A polled price carries the time at which it was asked for, not the time at which it was made; it may be yesterday's close. It is shown,
 * and values accounts, but nothing fills, triggers or is liquidated on it.
 */
import type { Instrument } from "#domain/Instrument.ts"
import type { Millis, Quote } from "#domain/Quote.ts"

export const isFresh = (quote: Quote, { quoteAgeMillisMax }: Pick<Instrument, "quoteAgeMillisMax">, at: Millis): boolean =>
  quote.source !== "rest" && at - quote.receivedAt <= quoteAgeMillisMax
