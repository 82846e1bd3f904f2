/** steppedPrice: a price as typed, moved by the buttons beside it. */
import { type Decimal, parseDecimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { pointOf } from "#domain/Prices.ts"
import { formatPrice } from "../../locales/formats.ts"

const POINTS_PER_STEP = 10n

/** `otherwise`: where to begin when nothing is typed yet; without it, or below zero, the text stays. */
export const steppedPrice = (instrument: Instrument, text: string, steps: number, otherwise?: Decimal): string => {
  const from = parseDecimal(text.trim()) ?? otherwise
  if (from === undefined) return text
  const next = from + BigInt(steps) * POINTS_PER_STEP * pointOf(instrument)
  return next > 0n ? formatPrice(next, instrument.digits) : text
}
