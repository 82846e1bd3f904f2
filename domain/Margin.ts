/**
 * Margin: what a position or a pending order ties up.
 *
 * A position's margin is computed once, at its opening price and rate, and stays; only a change of the account's leverage or group computes
 * it anew, at that same price and rate. What an account uses is then a question of how its positions and orders cover each other.
 */
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Book } from "#domain/Book.ts"
import { roundCertain } from "#domain/certainRounding.ts"
import { conversionRate, conversionRoutes } from "#domain/Conversion.ts"
import { divideRounded, maxDecimal, minDecimal, ONE, type Decimal } from "#domain/Decimal.ts"
import { holdingOf, holdingsOf, NOTHING_HELD } from "#domain/Holdings.ts"
import type { Currency, Instrument } from "#domain/Instrument.ts"
import type { Side } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { Money } from "#domain/Profit.ts"
import { decimalOfRatio, inverseOf, multiplyRatios, powerOfTen, ratioOf, roundFraction, UNITY, type Ratio } from "#domain/Ratio.ts"

export interface MarginTerms extends Money {
  /** The account's own; the group's cap comes on top. */
  readonly leverage: number
}

export interface OpeningDeal {
  readonly instrument: Instrument
  readonly side: Side
  readonly lots: Decimal
  readonly price: Decimal
}

export interface OpeningMargin {
  /** Account currency, rounded to its digits. */
  readonly margin: Decimal
  /** Margin currency → account currency, kept with the position. */
  readonly rate: Decimal
}

/** The lower of the account's own leverage and its group's cap for the instrument's class. */
export const effectiveLeverage = (group: AccountGroup, instrument: Instrument, leverage: number): number =>
  Math.min(leverage, group.leverageCaps[instrument.class] ?? leverage)

/** Forex margin arises in the base currency, a CFD's in the profit currency. */
export const marginCurrencyOf = (instrument: Instrument): Currency =>
  instrument.calculation === "forex" ? instrument.baseCurrency : instrument.profitCurrency

/**
 * Margin of a deal at its price, converted at the ask for buys and at the bid for sells, or at the deal's price when its own pair converts.
 * `exposureBefore` is what the account already has on the same side (see `exposureOf`); it decides the tier. Undefined without a rate.
 */
export const openingMargin = (
  prices: ClientPrices,
  terms: MarginTerms,
  deal: OpeningDeal,
  exposureBefore: bigint
): OpeningMargin | undefined => {
  const rate = marginRate(prices, terms.currency, deal)
  if (rate === undefined) return undefined
  return { margin: marginAtRate(prices.group, terms, deal, rate, exposureBefore), rate: decimalOfRatio(rate) }
}

const marginRate = (prices: ClientPrices, currency: Currency, deal: OpeningDeal): Ratio | undefined => {
  const from = marginCurrencyOf(deal.instrument)
  if (from === currency) return UNITY
  const { baseCurrency, profitCurrency, symbol } = deal.instrument
  if (baseCurrency === from && profitCurrency === currency) return ratioOf(deal.price)
  const [best] = conversionRoutes(prices.configuration, from, currency)
  if (best?.length === 1 && best[0]?.reversed && best[0].instrument.symbol === symbol) return inverseOf(deal.price)
  return conversionRate(prices, from, currency, deal.side === "buy" ? "ask" : "bid")
}

/** Margin of a deal at a known rate: lots × contract (× price for CFDs) ÷ leverage × rate, raised by the tiers, rounded once. */
export const marginAtRate = (group: AccountGroup, terms: MarginTerms, deal: OpeningDeal, rate: Ratio, exposureBefore: bigint): Decimal => {
  const { instrument, lots, price } = deal
  const isForex = instrument.calculation === "forex"
  const certain = instrument.marginTiers.length === 0 ? certainMargin(group, terms, deal, rate) : undefined
  if (certain !== undefined) return certain
  const volume = lots * instrument.contractSize
  const leverage = BigInt(effectiveLeverage(group, instrument, terms.leverage))
  const divisor = (isForex ? SCALE_2 : SCALE_3) * leverage
  const converted = multiplyRatios({ numerator: isForex ? volume : volume * price, denominator: divisor }, rate)
  const { numerator, denominator } = multiplyRatios(converted, tierMultiplier(deal, exposureBefore))
  return roundFraction(numerator, denominator, terms.currencyDigits)
}

/** The same by doubles, when they leave no doubt about the rounding. */
const certainMargin = (
  group: AccountGroup,
  terms: MarginTerms,
  { instrument, lots, price }: OpeningDeal,
  rate: Ratio
): Decimal | undefined => {
  const volume = (Number(lots) / 1e8) * (Number(instrument.contractSize) / 1e8)
  const value = instrument.calculation === "forex" ? volume : volume * (Number(price) / 1e8)
  const converted = value * (Number(rate.numerator) / Number(rate.denominator))
  const units = roundCertain((converted / effectiveLeverage(group, instrument, terms.leverage)) * 10 ** terms.currencyDigits)
  return units === undefined ? undefined : BigInt(units) * powerOfTen(8 - terms.currencyDigits)
}

/** A product of three Decimals is scaled by 10^24. */
const SCALE_3 = 10n ** 24n
const SCALE_2 = 10n ** 16n

/** Volume in the measure of the instrument's tiers: lots, or notional in the profit currency; scaled by 10^24 so that both stay exact. */
export const exposureOf = (instrument: Instrument, lots: Decimal, price: Decimal): bigint =>
  instrument.marginTierBasis === "lots" ? lots * SCALE_2 : lots * instrument.contractSize * price

/** Exposure that the book's positions have in the symbol on that side, for tiers. */
export const exposureOn = (positions: Iterable<Position>, instrument: Instrument, side: Side): bigint => {
  if (instrument.marginTiers.length === 0) return 0n
  let sum = 0n
  for (const position of positions) {
    if (position.symbol === instrument.symbol && position.side === side) sum += exposureOf(instrument, position.lots, position.openPrice)
  }
  return sum
}

/** Average multiplier of the part of the brackets that the deal fills, given what fills them already. */
const tierMultiplier = (deal: OpeningDeal, exposureBefore: bigint): Ratio => {
  const { instrument } = deal
  if (instrument.marginTiers.length === 0) return UNITY
  const total = exposureOf(instrument, deal.lots, deal.price)
  if (total === 0n) return UNITY
  const end = exposureBefore + total
  let weighted = total * ONE
  let multiplierBelow = ONE
  for (const tier of instrument.marginTiers.toSorted((a, b) => (a.from < b.from ? -1 : 1))) {
    const from = tier.from * SCALE_2
    const above = end - (from > exposureBefore ? from : exposureBefore)
    if (above > 0n) weighted += above * (tier.multiplier - multiplierBelow)
    multiplierBelow = tier.multiplier
  }
  return { numerator: weighted, denominator: total * ONE }
}

/** What a position keeps of its margin when it is reduced to `lotsLeft`. */
export const remainingShare = (amount: Decimal, lotsLeft: Decimal, lots: Decimal, digits: number): Decimal =>
  divideRounded(amount * lotsLeft, lots * powerOfTen(8 - digits)) * powerOfTen(8 - digits)

/** A position, or one that is about to open, as its margin counts. */
export type Volume = Pick<Position, "side" | "lots" | "openPrice" | "margin" | "marginRate">

/** Volumes and margins of one symbol's positions, by side. */
interface PositionLegs {
  readonly longLots: Decimal
  readonly shortLots: Decimal
  readonly long: Decimal
  readonly short: Decimal
  readonly positions: ReadonlyArray<Volume> | undefined
}

/** What its resting orders hold back. */
interface OrderLegs {
  buyOrders: Decimal
  sellOrders: Decimal
}

/** One symbol of an account, to try out what would be if. */
export interface Legs extends OrderLegs {
  longLots: Decimal
  shortLots: Decimal
  long: Decimal
  short: Decimal
  /** Undefined where nobody looks at them: only the basic hedged mode does. */
  readonly positions: Array<Volume> | undefined
}

const NO_ORDERS: Readonly<OrderLegs> = { buyOrders: 0n, sellOrders: 0n }

/** Legs of one symbol. */
export const legsOf = (book: Pick<Book, "positions" | "orders">, symbol: string, group: AccountGroup): Legs => {
  const { longLots, shortLots, long, short, positions } = holdingOf(holdingsOf(book.positions), symbol)
  const tried = group.hedgedMargin === "basic" ? [...positions] : undefined
  const legs: Legs = { longLots, shortLots, long, short, positions: tried, buyOrders: 0n, sellOrders: 0n }
  for (const order of book.orders.values()) if (order.symbol === symbol) addOrderToLegs(legs, order)
  return legs
}

/** Adds a volume to its leg. */
export const addToLegs = (legs: Legs, volume: Volume): void => {
  legs.positions?.push(volume)
  if (volume.side === "buy") {
    legs.longLots += volume.lots
    legs.long += volume.margin
  } else {
    legs.shortLots += volume.lots
    legs.short += volume.margin
  }
}

const addOrderToLegs = (legs: OrderLegs, order: { readonly side: Side; readonly reservedMargin: Decimal }): void => {
  if (order.side === "buy") legs.buyOrders += order.reservedMargin
  else legs.sellOrders += order.reservedMargin
}

/**
 * Margin used in one symbol. `largerLeg`, and any netting account: the larger of the two sides, each with its orders.
 * `basic`: covered volume at the hedged contract size and the average of all, uncovered at its own average, and the larger side's orders on top.
 * Either way an order that rests can only raise it.
 */
export const symbolMargin = (
  held: Readonly<PositionLegs>,
  orders: Readonly<OrderLegs>,
  instrument: Instrument | undefined,
  book: Book,
  group: AccountGroup
): Decimal => {
  if (book.mode === "netting" || group.hedgedMargin === "largerLeg" || instrument === undefined) {
    return maxDecimal(held.long + orders.buyOrders, held.short + orders.sellOrders)
  }
  return basicMargin(held, instrument, book, group) + maxDecimal(orders.buyOrders, orders.sellOrders)
}

/** A product of four Decimals is scaled by 10^32. */
const SCALE_4 = 10n ** 32n

const basicMargin = (legs: Readonly<PositionLegs>, instrument: Instrument, book: Book, group: AccountGroup): Decimal => {
  const { longLots, shortLots } = legs
  const covered = minDecimal(longLots, shortLots)
  if (covered === 0n) return legs.long + legs.short
  const { long, short, divisor } = unroundedMargins(legs, instrument, book, group)
  const [largerLots, larger] = longLots > shortLots ? [longLots, long] : [shortLots, short]
  const allLots = longLots + shortLots
  // covered × (hedged contract / contract) × all / allLots + (largerLots − covered) × larger / largerLots, over one denominator
  const coveredPart = covered * instrument.hedgedContractSize * (long + short) * largerLots
  const uncoveredPart = (largerLots - covered) * larger * instrument.contractSize * allLots
  return roundFraction(coveredPart + uncoveredPart, instrument.contractSize * allLots * largerLots * divisor, book.currencyDigits)
}

/**
 * Sums of margins before they were rounded, so that an average is rounded once. Each is what the position's price and rate give, if that is
 * the margin it has; a margin of another origin (tiers, a partial close, a cap that was changed since) counts as it is.
 */
const unroundedMargins = (
  { positions = [] }: Readonly<PositionLegs>,
  instrument: Instrument,
  book: Book,
  group: AccountGroup
): { readonly long: bigint; readonly short: bigint; readonly divisor: bigint } => {
  const leverage = BigInt(effectiveLeverage(group, instrument, book.leverage))
  const divisor = SCALE_4 * leverage
  const sums = { long: 0n, short: 0n, divisor }
  for (const { side, lots, openPrice, margin, marginRate } of positions) {
    const product = lots * instrument.contractSize * (instrument.calculation === "forex" ? ONE : openPrice) * marginRate
    const isOwn = roundFraction(product, divisor, book.currencyDigits) === margin
    sums[side === "buy" ? "long" : "short"] += isOwn ? product : margin * (divisor / ONE)
  }
  return sums
}

type MarginPrices = Pick<ClientPrices, "configuration" | "group">

/** Margin of the whole book. */
export const usedMargin = (book: Book, prices: MarginPrices): Decimal => {
  const { instruments } = prices.configuration
  const holdings = holdingsOf(book.positions)
  const orders = orderLegs(book.orders)
  let sum = 0n
  for (const held of holdings) {
    sum += symbolMargin(held, orders?.get(held.symbol) ?? NO_ORDERS, instruments[held.symbol], book, prices.group)
  }
  if (orders === undefined) return sum
  for (const [symbol, resting] of orders) {
    if (holdingOf(holdings, symbol) === NOTHING_HELD) sum += symbolMargin(NOTHING_HELD, resting, instruments[symbol], book, prices.group)
  }
  return sum
}

const orderLegs = (orders: Book["orders"]): ReadonlyMap<string, OrderLegs> | undefined => {
  if (orders.size === 0) return undefined
  const bySymbol = new Map<string, OrderLegs>()
  for (const order of orders.values()) {
    let legs = bySymbol.get(order.symbol)
    if (legs === undefined) bySymbol.set(order.symbol, (legs = { ...NO_ORDERS }))
    addOrderToLegs(legs, order)
  }
  return bySymbol
}
