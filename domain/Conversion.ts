/**
 * Conversion: the rate from one currency to another, by the direct pair, else the reverse pair, else in two steps over USD.
 *
 * A rate has a side, as a quote has: what one unit of `from` can be sold for (bid) or must be bought for (ask). The reverse pair's bid is the
 * ask turned over, so the side that is worse for the client stays the worse one whatever the route.
 */
import type { Configuration } from "#domain/Configuration.ts"
import { toNumber } from "#domain/Decimal.ts"
import type { Currency, Instrument } from "#domain/Instrument.ts"
import { clientQuote, type ClientPrices } from "#domain/Prices.ts"
import { inverseOf, multiplyRatios, ratioOf, UNITY, type Ratio } from "#domain/Ratio.ts"

export type ConversionSide = "bid" | "ask"

/** The currency over which two-step conversions go. */
const BRIDGE = "USD"

interface Leg {
  readonly instrument: Instrument
  /** The pair is quoted the other way round. */
  readonly reversed: boolean
}

/** One way to get from a currency to another: one leg, or two over the bridge. */
export type Route = ReadonlyArray<Leg>

/** The rate, or undefined when no route has quotes. */
export const conversionRate = (prices: ClientPrices, from: Currency, to: Currency, side: ConversionSide): Ratio | undefined => {
  if (from === to) return UNITY
  for (const route of conversionRoutes(prices.configuration, from, to)) {
    const rate = rateAlong(prices, route, side)
    if (rate !== undefined) return rate
  }
  return undefined
}

/** Both sides of the rate as doubles, for estimates; undefined when no route has quotes. */
export const estimatedRates = (
  prices: ClientPrices,
  from: Currency,
  to: Currency
): Readonly<Record<ConversionSide, number>> | undefined => {
  if (from === to) return ONE_TO_ONE
  for (const route of conversionRoutes(prices.configuration, from, to)) {
    const rates = estimateAlong(prices, route)
    if (rates !== undefined) return rates
  }
  return undefined
}

const ONE_TO_ONE = { bid: 1, ask: 1 }

const estimateAlong = (prices: ClientPrices, route: Route): Readonly<Record<ConversionSide, number>> | undefined => {
  let bid = 1
  let ask = 1
  for (const { instrument, reversed } of route) {
    const quote = clientQuote(prices, instrument)
    if (quote === undefined) return undefined
    bid *= reversed ? 1 / toNumber(quote.ask) : toNumber(quote.bid)
    ask *= reversed ? 1 / toNumber(quote.bid) : toNumber(quote.ask)
  }
  return { bid, ask }
}

/** All routes that the instruments offer, best first. The first whose legs all have quotes is used. */
export const conversionRoutes = (configuration: Configuration, from: Currency, to: Currency): ReadonlyArray<Route> => {
  if (from === to) return []
  const index = indexOf(configuration)
  let known = index.routes.get(from)
  if (known === undefined) index.routes.set(from, (known = new Map()))
  let routes = known.get(to)
  if (routes === undefined) known.set(to, (routes = findRoutes(index, from, to)))
  return routes
}

const rateAlong = (prices: ClientPrices, route: Route, side: ConversionSide): Ratio | undefined => {
  let rate = UNITY
  for (const { instrument, reversed } of route) {
    const quote = clientQuote(prices, instrument)
    if (quote === undefined) return undefined
    const leg =
      side === "bid" ? (reversed ? inverseOf(quote.ask) : ratioOf(quote.bid)) : reversed ? inverseOf(quote.bid) : ratioOf(quote.ask)
    rate = multiplyRatios(rate, leg)
  }
  return rate
}

interface PairIndex {
  readonly pairs: ReadonlyMap<string, Instrument>
  /** By the currency they lead from, then by the one they lead to. */
  readonly routes: Map<Currency, Map<Currency, ReadonlyArray<Route>>>
}

/** A configuration never changes once made, so what is derived from it is kept beside it. */
const indexes = new WeakMap<Configuration, PairIndex>()
/** Nearly always the same one is asked for again. */
let latest: { readonly configuration: Configuration; readonly index: PairIndex } | undefined

const indexOf = (configuration: Configuration): PairIndex => {
  if (latest?.configuration === configuration) return latest.index
  let index = indexes.get(configuration)
  if (index === undefined) {
    index = { pairs: findPairs(configuration), routes: new Map() }
    indexes.set(configuration, index)
  }
  latest = { configuration, index }
  return index
}

/** Of several instruments for one pair the one named like the pair is taken, else the first by name. */
const findPairs = (configuration: Configuration): ReadonlyMap<string, Instrument> => {
  const pairs = new Map<string, Instrument>()
  const bySymbol = Object.values(configuration.instruments).toSorted((a, b) => (a.symbol < b.symbol ? -1 : 1))
  for (const instrument of bySymbol) {
    if (instrument.calculation !== "forex" && instrument.class !== "crypto") continue
    if (instrument.baseCurrency === instrument.profitCurrency) continue
    const key = `${instrument.baseCurrency}>${instrument.profitCurrency}`
    if (!pairs.has(key) || instrument.symbol === instrument.baseCurrency + instrument.profitCurrency) pairs.set(key, instrument)
  }
  return pairs
}

const findRoutes = (index: PairIndex, from: Currency, to: Currency): ReadonlyArray<Route> => {
  const single = (a: Currency, b: Currency): ReadonlyArray<Leg> => {
    const direct = index.pairs.get(`${a}>${b}`)
    const reverse = index.pairs.get(`${b}>${a}`)
    return [...(direct ? [{ instrument: direct, reversed: false }] : []), ...(reverse ? [{ instrument: reverse, reversed: true }] : [])]
  }
  const oneStep = single(from, to).map((leg) => [leg])
  if (from === BRIDGE || to === BRIDGE) return oneStep
  const twoSteps = single(from, BRIDGE).flatMap((first) => single(BRIDGE, to).map((second) => [first, second]))
  return [...oneStep, ...twoSteps]
}
