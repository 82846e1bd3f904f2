/**
 * marginSlopes: how fast equity can follow every price at most, for an account that is close to a level of its margin watch.
 *
 * A margin band gives each price its share of what is left; close to a level the shares are so small that every few ticks wake the account
 * for nothing. Slopes let all prices share what is left: a fall of one is made good by a rise of another.
 *
 * Why it is conservative: inside a box around the present prices the derivative of equity by each price lies between two bounds, by interval
 * arithmetic. Walking from the present prices to any others in the box, one price at a time, equity changes by at least the sum of the
 * least and at most the sum of the most that each step allows. A price that leaves the box wakes the account.
 *
 * Of a position worth q in its profit currency: a gain counts with the rate's bid, a loss with its ask, so q⁺·bid − q⁻·ask. Its own price
 * changes that by units × rate; a leg of the rate by q times the other leg, over the square of its price when the pair is reversed.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import type { MarginSlopes, Slope } from "#actors/symbol/Tripwire.ts"
import type { Route } from "#domain/Conversion.ts"
import { ONE, toNumber, type Decimal } from "#domain/Decimal.ts"
import type { Holding } from "#domain/Holdings.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { markUpOf, type ClientPrices } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"

/** How far a price may move in the box, as a share of it. The wider, the looser the bounds; a narrow one wakes the account too often. */
const REACH_SHARE = 0.01
/** Bounds are widened by this share, which is far more than what doubles lose in computing them. */
const WIDENING = 1e-9
/** Sums of whole numbers stay exact below 2^53. */
const MONEY_STEPS_MAX = 2 ** 51
/** Money steps of one smallest unit of the account currency. */
const STEPS_PER_UNIT = 1_000

/** Levels that equity may not reach, account currency. Above: undefined where a rise changes nothing. */
export interface EquityLimits {
  readonly equity: Decimal
  readonly below: Decimal
  readonly above: Decimal | undefined
}

/** A symbol's positions, and the route that converts their profit. */
export interface Converted {
  readonly instrument: Instrument
  readonly quote: Quote
  readonly holding: Holding
  readonly route: Route
}

/** Undefined when there is no room that could be proven, or when figures are too large to stay exact. */
export const marginSlopes = (
  state: AccountState,
  prices: ClientPrices,
  converted: ReadonlyArray<Converted>,
  limits: EquityLimits
): MarginSlopes | undefined => {
  const sides = new Sides(prices)
  for (const each of converted) if (!addSlopes(sides, each)) return undefined
  // a step of a price is 10^-8, one of money 10^-(digits + 3)
  const slopes = sides.slopes(10 ** (state.currencyDigits + 3 - 8))
  const moneySteps = (amount: Decimal): number => Math.floor((Number(amount) / Number(ONE)) * 10 ** (state.currencyDigits + 3))
  // what rounding may hide: each position's value here and there, each slope's change, and this division
  const rounding = STEPS_PER_UNIT * (state.positions.size + 1) + 2 * slopes.length
  const roomBelow = moneySteps(limits.equity - limits.below) - rounding
  const roomAbove = limits.above === undefined ? Infinity : moneySteps(limits.above - limits.equity) - rounding
  const largest = slopes.reduce((sum, { most, reach }) => sum + most * reach, Math.max(roomBelow, roomAbove === Infinity ? 0 : roomAbove))
  return roomBelow <= 0 || roomAbove <= 0 || !(largest < MONEY_STEPS_MAX) ? undefined : { roomBelow, roomAbove, slopes }
}

/** From a least to a most; neither is negative. */
type Interval = readonly [least: number, most: number]

const NOTHING: Interval = [0, 0]
const ONE_TO_ONE: Interval = [1, 1]
const plus = (a: Interval, b: Interval): Interval => [a[0] + b[0], a[1] + b[1]]
const times = (a: Interval, b: Interval): Interval => [a[0] * b[0], a[1] * b[1]]
const inverse = (a: Interval): Interval => [1 / a[1], 1 / a[0]]
const hull = (a: Interval, b: Interval): Interval => [Math.min(a[0], b[0]), Math.max(a[1], b[1])]

/** Both sides of a symbol as the client sees them anywhere in the box, in prices. */
interface Box {
  readonly bid: Interval
  readonly ask: Interval
}

/** The slope of each side of each symbol, adding up, account currency for one unit of the price. */
class Sides {
  readonly #prices: ClientPrices
  readonly #slopes = new Map<string, { readonly quote: Quote; readonly side: Slope["side"]; slope: Interval }>()

  constructor(prices: ClientPrices) {
    this.#prices = prices
  }

  /** Undefined when a price might lose all of itself to a mark-up, or is no exact double. */
  boxOf(instrument: Instrument, quote: Quote): Box | undefined {
    const { askUp, bidDown } = markUpOf(this.#prices.group, instrument)
    const seen = (side: Slope["side"], shift: Decimal): Interval => {
      const [price, reach] = [Number(quote[side] + shift), reachOf(quote, side)]
      return [(price - reach) / Number(ONE), (price + reach) / Number(ONE)]
    }
    const box = { bid: seen("bid", -bidDown), ask: seen("ask", askUp) }
    return box.bid[0] > 0 && Number.isSafeInteger(Number(quote.ask)) ? box : undefined
  }

  add(quote: Quote, side: Slope["side"], slope: Interval): void {
    if (slope[1] === 0) return
    const key = `${side} ${quote.symbol}`
    const known = this.#slopes.get(key)
    if (known === undefined) this.#slopes.set(key, { quote, side, slope })
    else known.slope = plus(known.slope, slope)
  }

  slopes(stepsPerUnit: number): ReadonlyArray<Slope> {
    return Array.from(this.#slopes.values(), ({ quote, side, slope: [least, most] }) => ({
      symbol: quote.symbol,
      side,
      reference: Number(quote[side]),
      least: least * stepsPerUnit * (1 - WIDENING),
      most: most * stepsPerUnit * (1 + WIDENING),
      reach: reachOf(quote, side)
    }))
  }

  quote(symbol: string): Quote | undefined {
    return this.#prices.quote(symbol)
  }
}

/** Steps. */
const reachOf = (quote: Quote, side: Slope["side"]): number => Math.floor(Number(quote[side]) * REACH_SHARE)

interface Leg {
  readonly quote: Quote
  readonly reversed: boolean
  readonly box: Box
}

/** What a unit of a gain, or of a loss, is worth over this leg. */
const gainOver = ({ box, reversed }: Leg): Interval => (reversed ? inverse(box.ask) : box.bid)
const lossOver = ({ box, reversed }: Leg): Interval => (reversed ? inverse(box.bid) : box.ask)

/** False when it cannot be bounded. */
const addSlopes = (sides: Sides, { holding, instrument, quote, route }: Converted): boolean => {
  const own = sides.boxOf(instrument, quote)
  const legs: Array<Leg> = []
  for (const { instrument, reversed } of route) {
    const quote = sides.quote(instrument.symbol)
    const box = quote && sides.boxOf(instrument, quote)
    if (quote === undefined || box === undefined) return false
    legs.push({ quote, reversed, box })
  }
  if (own === undefined) return false
  const rates = { gain: legs.map(gainOver).reduce(times, ONE_TO_ONE), loss: legs.map(lossOver).reduce(times, ONE_TO_ONE) }
  let [gains, losses] = [NOTHING, NOTHING]
  for (const position of holding.positions) {
    const units = toNumber(position.lots) * toNumber(instrument.contractSize)
    const worth = worthOf(position, units, own)
    sides.add(quote, position.side === "buy" ? "bid" : "ask", times([units, units], rateBetween(worth, rates)))
    gains = plus(gains, [Math.max(0, worth[0]), Math.max(0, worth[1])])
    losses = plus(losses, [Math.max(0, -worth[1]), Math.max(0, -worth[0])])
  }
  for (const [index, leg] of legs.entries()) {
    const others = legs.filter((_, other) => other !== index)
    const ofGains = times(gains, others.map(gainOver).reduce(times, ONE_TO_ONE))
    const ofLosses = times(losses, others.map(lossOver).reduce(times, ONE_TO_ONE))
    if (leg.reversed) {
      sides.add(leg.quote, "ask", times(ofGains, times(inverse(leg.box.ask), inverse(leg.box.ask))))
      sides.add(leg.quote, "bid", times(ofLosses, times(inverse(leg.box.bid), inverse(leg.box.bid))))
    } else {
      sides.add(leg.quote, "bid", ofGains)
      sides.add(leg.quote, "ask", ofLosses)
    }
  }
  return true
}

/** Profit currency, from the least to the most; negative for a loss. */
const worthOf = ({ openPrice, side }: Position, units: number, { ask, bid }: Box): readonly [number, number] => {
  const open = toNumber(openPrice)
  return side === "buy" ? [(bid[0] - open) * units, (bid[1] - open) * units] : [(open - ask[1]) * units, (open - ask[0]) * units]
}

/** Anywhere between what a gain and what a loss is converted at, unless it can only be one of them. */
const rateBetween = (
  [least, most]: readonly [number, number],
  { gain, loss }: { readonly gain: Interval; readonly loss: Interval }
): Interval => (least >= 0 ? gain : most <= 0 ? loss : hull(gain, loss))
