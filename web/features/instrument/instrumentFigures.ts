/** instrumentFigures: spread and change of a symbol, in the units that traders use. */
import type { Decimal } from "#domain/Decimal.ts"
import { toNumber } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { pointOf } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"

/** Points in a pip: prices with 3 or 5 digits end in tenths of one. */
export const pointsPerPip = (instrument: Instrument): bigint => (instrument.digits === 3 || instrument.digits === 5 ? 10n : 1n)
export const pipOf = (instrument: Instrument): Decimal => pointOf(instrument) * pointsPerPip(instrument)

/** Pips with one digit after the point (`1.2`), or whole points for instruments without tenths of a pip. */
export const spreadText = (instrument: Instrument, quote: Quote): string => {
  const points = (quote.ask - quote.bid) / pointOf(instrument)
  const perPip = pointsPerPip(instrument)
  return perPip === 1n ? points.toString() : `${points / perPip}.${points % perPip}`
}

/** Percent by which the middle of the quote stands above the day's opening, as far as it is shown. */
export const changePercent = (open: number, quote: Quote): number =>
  open === 0 ? 0 : Math.round((toNumber((quote.bid + quote.ask) / 2n) / open - 1) * 10_000) / 100
