/**
 * certainRounding: rounds an estimate in doubles where the estimate's own error cannot decide.
 *
 * A double carries some fifteen digits, and rounding to a currency's smallest unit needs no more, unless the exact amount lies so close to half
 * a unit that the error of the estimate might tip it. Then, and when an amount is too large, there is no answer, and exact arithmetic decides.
 */

/** Units up to which sums of several hundred roundings stay exact as a double. */
const UNITS_MAX = 1e12
/** Bound of an estimate's error, as a share of it: a dozen roundings of 2^-53 each, with a margin of a hundred. */
const ERROR_SHARE = 2e-13
/** And in units, for estimates near zero. */
const ERROR_UNITS = 1e-9

/** `estimate` rounded half away from zero to a whole number, or undefined when its rounding is in doubt (or it is not a number). */
export const roundCertain = (estimate: number): number | undefined => {
  const magnitude = Math.abs(estimate)
  const whole = Math.floor(magnitude)
  const fraction = magnitude - whole
  if (!(magnitude < UNITS_MAX && Math.abs(fraction - 0.5) > magnitude * ERROR_SHARE + ERROR_UNITS)) return undefined
  const rounded = fraction > 0.5 ? whole + 1 : whole
  return estimate < 0 ? -rounded : rounded
}
