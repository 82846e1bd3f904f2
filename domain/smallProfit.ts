/**
 * smallProfit: the floating profit of a position in the account's own currency, by doubles that hold integers.
 *
 * Every position is valued again and again, and almost always the integers involved are far below 2^53, where doubles are as exact as
 * bigints and ten times as fast. A product that could leave that range is left to `profitOf`. A property test holds the two equal.
 */
import { DECIMAL_DIGITS, type Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"

/** Minor units of the account currency that one step (10^-8) of the price is worth, in lowest terms. */
export interface MinorUnitsPerPrice {
  readonly instrument: Instrument
  readonly currencyDigits: number
  readonly numerator: number
  readonly denominator: number
  /** 10^(8 - digits): from minor units to a Decimal. */
  readonly minorUnit: bigint
}

/** A position never changes once made, so what is derived from it is kept beside it. */
const known = new WeakMap<Position, MinorUnitsPerPrice>()

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a, b]
  while (y !== 0n) [x, y] = [y, x % y]
  return x
}

export const minorUnitsPerPrice = (position: Position, instrument: Instrument, currencyDigits: number): MinorUnitsPerPrice => {
  const found = known.get(position)
  if (found !== undefined && found.instrument === instrument && found.currencyDigits === currencyDigits) return found
  const units = instrument.contractSize * position.lots
  const scale = 10n ** BigInt(3 * DECIMAL_DIGITS - currencyDigits)
  const divisor = greatestCommonDivisor(units, scale)
  const made: MinorUnitsPerPrice = {
    instrument,
    currencyDigits,
    numerator: Number(units / divisor),
    denominator: Number(scale / divisor),
    minorUnit: 10n ** BigInt(DECIMAL_DIGITS - currencyDigits)
  }
  known.set(position, made)
  return made
}

/** Rounded half away from zero to minor units, as `profitOf` does; undefined when an integer might not fit a double. */
export const smallProfit = (
  { denominator, minorUnit, numerator }: MinorUnitsPerPrice,
  { openPrice, side }: Position,
  closePrice: Decimal
): Decimal | undefined => {
  const difference = Number(side === "buy" ? closePrice - openPrice : openPrice - closePrice)
  const product = Math.abs(difference) * numerator
  if (product > Number.MAX_SAFE_INTEGER || denominator > Number.MAX_SAFE_INTEGER / 2 || numerator > Number.MAX_SAFE_INTEGER)
    return undefined
  const remainder = product % denominator
  const minorUnits = (product - remainder) / denominator + (remainder * 2 >= denominator ? 1 : 0)
  return BigInt(difference < 0 ? -minorUnits : minorUnits) * minorUnit
}
