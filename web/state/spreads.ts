/** spreads: how narrow and how wide each symbol's spread was, as far back as this page has watched. Written by every quote, read when somebody asks. */
import type { Decimal } from "#domain/Decimal.ts"
import type { Millis } from "#domain/Quote.ts"

export interface SpreadSpan {
  /** When its first quote came. */
  readonly from: Millis
  readonly narrowest: Decimal
  readonly widest: Decimal
}

export const SPAN_MILLIS = 5 * 60_000
/** Four hours; the oldest go first. */
const SPANS_MAX = 48

const spans = new Map<string, Array<SpreadSpan>>()

export const recordSpread = (symbol: string, spread: Decimal, at: Millis): void => {
  const known = spans.get(symbol) ?? []
  const last = known.at(-1)
  if (last === undefined || Math.floor(last.from / SPAN_MILLIS) < Math.floor(at / SPAN_MILLIS)) {
    known.push({ from: at, narrowest: spread, widest: spread })
    if (known.length > SPANS_MAX) known.shift()
    spans.set(symbol, known)
  } else if (spread < last.narrowest || spread > last.widest) {
    const narrowest = spread < last.narrowest ? spread : last.narrowest
    known[known.length - 1] = { from: last.from, narrowest, widest: spread > last.widest ? spread : last.widest }
  }
}

/** Oldest first. */
export const spreadSpans = (symbol: string): ReadonlyArray<SpreadSpan> => spans.get(symbol) ?? []
