/** Fraction: an exact quotient of two integers. Slow and obvious on purpose: the reference model rounds where the rules say so and nowhere else. */

export interface Fraction {
  readonly n: bigint
  /** Always positive. */
  readonly d: bigint
}

/** The engine's shapes hold decimals as integers scaled by this. */
const SCALE = 100_000_000n
const SCALE_DIGITS = 8

export const fraction = (n: bigint, d: bigint): Fraction => {
  if (d === 0n) throw new RangeError("division by zero")
  return d < 0n ? { n: -n, d: -d } : { n, d }
}

export const integer = (value: number): Fraction => ({ n: BigInt(value), d: 1n })

/** The value of a decimal as events and commands carry it. */
export const ofScaled = (scaled: bigint): Fraction => ({ n: scaled, d: SCALE })

export const ZERO: Fraction = { n: 0n, d: 1n }
export const ONE: Fraction = { n: 1n, d: 1n }

export const plus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d + b.n * a.d, a.d * b.d)
export const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d - b.n * a.d, a.d * b.d)
export const times = (...factors: ReadonlyArray<Fraction>): Fraction =>
  factors.reduce((product, factor) => ({ n: product.n * factor.n, d: product.d * factor.d }), ONE)
export const over = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n)

/** Negative, zero or positive, as a − b is. */
export const compare = (a: Fraction, b: Fraction): number => {
  const left = a.n * b.d
  const right = b.n * a.d
  return left < right ? -1 : left > right ? 1 : 0
}

/** Rounded once, half away from zero, to `digits` after the point; scaled as events carry it. */
export const roundScaled = (value: Fraction, digits: number): bigint => {
  const unit = 10n ** BigInt(digits)
  const magnitude = value.n < 0n ? -value.n : value.n
  const whole = (magnitude * unit) / value.d
  const rest = magnitude * unit - whole * value.d
  const rounded = rest * 2n >= value.d ? whole + 1n : whole
  return (value.n < 0n ? -rounded : rounded) * 10n ** BigInt(SCALE_DIGITS - digits)
}
