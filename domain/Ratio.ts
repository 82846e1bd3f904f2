/**
 * Ratio: an exact fraction of two integers.
 *
 * Conversion rates are prices, or one divided by a price, or products of those; kept as fractions they lose nothing before an amount is
 * rounded, once, to a currency's digits.
 */
import { DECIMAL_DIGITS, divideRounded, ONE, type Decimal } from "#domain/Decimal.ts"

export interface Ratio {
  readonly numerator: bigint
  /** Always positive. */
  readonly denominator: bigint
}

/** Compared by identity where multiplying by it can be left out. */
export const UNITY: Ratio = { numerator: 1n, denominator: 1n }

/** The Decimal as a fraction; `value` must not be negative when it will be inverted. */
export const ratioOf = (value: Decimal): Ratio => ({ numerator: value, denominator: ONE })

/** 1 / value; `value` must be positive. */
export const inverseOf = (value: Decimal): Ratio => ({ numerator: ONE, denominator: value })

export const multiplyRatios = (a: Ratio, b: Ratio): Ratio => {
  if (a === UNITY) return b
  if (b === UNITY) return a
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator }
}

/** 10^0 … 10^8. */
const POWERS: ReadonlyArray<bigint> = Array.from({ length: DECIMAL_DIGITS + 1 }, (_, exponent) => 10n ** BigInt(exponent))

/** 10^exponent for an exponent from 0 to 8; beyond that range it is clamped. */
export const powerOfTen = (exponent: number): bigint => POWERS[Math.max(0, Math.min(DECIMAL_DIGITS, exponent))] ?? 1n

/** numerator / denominator (plain numbers, not scaled) as a Decimal rounded half away from zero to `digits` (0..8). */
export const roundFraction = (numerator: bigint, denominator: bigint, digits: number): Decimal =>
  divideRounded(numerator * powerOfTen(digits), denominator) * powerOfTen(DECIMAL_DIGITS - digits)

/** The ratio as a Decimal rounded to 8 digits: for keeping and showing a rate. */
export const decimalOfRatio = (ratio: Ratio): Decimal =>
  ratio.denominator === ONE ? ratio.numerator : roundFraction(ratio.numerator, ratio.denominator, DECIMAL_DIGITS)
