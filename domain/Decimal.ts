/**
 * Decimal: an exact decimal number as a bigint scaled by 10^8.
 *
 * One scale for prices, lots, rates and money keeps the arithmetic of the core in one place: sums are plain `+` and `-`,
 * products and quotients go through `Ratio`, which keeps them exact until they are rounded once, half away from zero.
 * Eight digits hold every instrument's price step and every currency's minor unit.
 */
import { Schema, SchemaTransformation } from "effect"

/** Digits after the point that a Decimal holds. */
export const DECIMAL_DIGITS = 8
/** One, as a Decimal. */
export const ONE = 100_000_000n

/** A number scaled by 10^8. */
export type Decimal = bigint

/** At most 15 digits before the point are accepted from outside: far above any balance, far below any cost in time. */
const PATTERN = /^(-?)(\d{1,15})(?:\.(\d{1,8}))?$/u

/** The Decimal that `text` writes, or undefined when it is not a plain decimal with at most 15 digits before and 8 after the point. */
export const parseDecimal = (text: string): Decimal | undefined => {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const magnitude = BigInt((match[2] ?? "") + (match[3] ?? "").padEnd(DECIMAL_DIGITS, "0"))
  return match[1] === "-" ? -magnitude : magnitude
}

/** The Decimal of a literal in our own code; throws on anything that is not a plain decimal. */
export const decimal = (text: string): Decimal => {
  const value = parseDecimal(text)
  if (value === undefined) throw new RangeError(`not a decimal: ${text}`)
  return value
}

/** The nearest Decimal of a JSON number from a feed, or undefined when it is not finite or too large. */
export const decimalFromNumber = (value: number): Decimal | undefined =>
  Number.isFinite(value) && Math.abs(value) < 1e15 ? parseDecimal(value.toFixed(DECIMAL_DIGITS)) : undefined

/** For drawing and for conservative estimates only; never for an amount that is booked. */
export const toNumber = (value: Decimal): number => Number(value) / 1e8

/** Below this a scaled value is exact as a double, and several times as quick to write. */
const SMALL = BigInt(Number.MAX_SAFE_INTEGER)

/** Plain notation with at least `digitsMin` digits after the point, and no more than needed to be exact. */
export const formatDecimal = (value: Decimal, digitsMin = 0): string => {
  if (value < 0n) return `-${formatMagnitude(-value, digitsMin)}`
  return formatMagnitude(value, digitsMin)
}

const formatMagnitude = (magnitude: Decimal, digitsMin: number): string => {
  if (magnitude > SMALL) return withFraction((magnitude / ONE).toString(), Number(magnitude % ONE), digitsMin)
  const scaled = Number(magnitude)
  const fraction = scaled % 100_000_000
  return withFraction(String((scaled - fraction) / 100_000_000), fraction, digitsMin)
}

/** `fraction` in steps of 10^-8. */
const withFraction = (whole: string, fraction: number, digitsMin: number): string => {
  let digits = DECIMAL_DIGITS
  let shortened = fraction
  while (digits > digitsMin && shortened % 10 === 0) {
    shortened /= 10
    digits--
  }
  return digits === 0 ? whole : `${whole}.${String(shortened).padStart(digits, "0")}`
}

/** For `JSON.stringify`: decimals as the wire and the journal carry them. Several times as quick as encoding by schema, with the same result. */
export const decimalsAsText = (_key: string, value: unknown): unknown => (typeof value === "bigint" ? formatDecimal(value) : value)

/** Integer division rounding half away from zero; `divisor` must be positive. */
export const divideRounded = (dividend: bigint, divisor: bigint): bigint => {
  const magnitude = dividend < 0n ? -dividend : dividend
  const quotient = (magnitude * 2n + divisor) / (divisor * 2n)
  return dividend < 0n ? -quotient : quotient
}

/** `value` rounded half away from zero to `digits` (0..8) digits after the point. */
export const roundDecimal = (value: Decimal, digits: number): Decimal => {
  const step = 10n ** BigInt(DECIMAL_DIGITS - digits)
  return divideRounded(value, step) * step
}

/** a × b, rounded to 8 digits. For products that are rounded to money later use `Ratio`, so that rounding happens once. */
export const multiply = (a: Decimal, b: Decimal): Decimal => divideRounded(a * b, ONE)

export const minDecimal = (a: Decimal, b: Decimal): Decimal => (a < b ? a : b)
export const maxDecimal = (a: Decimal, b: Decimal): Decimal => (a > b ? a : b)
export const absDecimal = (a: Decimal): Decimal => (a < 0n ? -a : a)

/** A decimal string on the wire, a `Decimal` in memory. */
export const DecimalFromString = Schema.String.check(Schema.isPattern(PATTERN, { expected: "a decimal string such as 1.10512" })).pipe(
  Schema.decodeTo(Schema.BigInt, SchemaTransformation.transform({ decode: decimal, encode: (value) => formatDecimal(value) }))
)
