/**
 * marginBand: how far every price may move before the margin watch could change its state.
 *
 * It rests on one fact: equity never falls when a bid rises or an ask falls. Longs are valued at the bid and shorts at the ask; gains are
 * converted at the bid and losses at the ask; rounding to the cent keeps the order. So the worst that can happen inside a box of prices is
 * what happens when every bid is at its lowest and every ask at its highest, and one valuation at that corner proves the whole box safe. The
 * proof holds whatever the shape of the box: conversion rates, several symbols and hedged books need no argument of their own.
 *
 * The shape only decides how often an account is woken for nothing. A price gets a share of the slack in proportion to (exposure × price)^⅔,
 * which re-arms least; when the corner is not safe, because rates and prices multiply, the box is shrunk and proved again.
 *
 * Close to a level the box gets so small that every few ticks leave it for nothing. Such an account is hot: slopes watch its margin instead.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import { marginCallLevel } from "#actors/account/decide/judgeMargin.ts"
import { marginSlopes, type Converted } from "#actors/account/marginSlopes.ts"
import type { MarginSlopes } from "#actors/symbol/Tripwire.ts"
import { conversionRoutes, type Route } from "#domain/Conversion.ts"
import { ONE, toNumber, type Decimal } from "#domain/Decimal.ts"
import { equityOf, isLevelAtOrBelow } from "#domain/Figures.ts"
import { holdingsOf, type Holding } from "#domain/Holdings.ts"
import { usedMargin } from "#domain/Margin.ts"
import { closingPrice, markUpOf, type ClientPrices } from "#domain/Prices.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"

/** Inside it nothing happens; `beyond` is the nearest price outside, on that side of the symbol's raw quote. */
export interface BandEdge {
  readonly symbol: SymbolName
  readonly side: "bid" | "ask"
  readonly direction: "atOrBelow" | "atOrAbove"
  readonly beyond: Decimal
}

export interface MarginBand {
  readonly edges: ReadonlyArray<BandEdge>
  /** Instead of edges, for a hot account. */
  readonly marginSlopes: MarginSlopes | undefined
  /** Symbols of which any quote at all must wake the account. */
  readonly anyQuoteOf: ReadonlyArray<SymbolName>
}

/** Towards the adverse corner bids go down and asks go up; towards the favorable one the other way round. */
type Corner = "adverse" | "favorable"

/** Shares of the slack that are tried, largest first. With none of it the box is the present quote, which is safe. */
const SHRINKING = [1, 0.9, 0.75, 0.5, 0.25, 0.1, 0.02, 0]

/** A box reaches no further than this share of a price: far enough for any account, and conversion rates stay sane. */
const REACH_MAX = 0.5

/**
 * An account is hot when one of its prices would have to move by fewer spreads than this to leave its band. More of them cost every tick more,
 * fewer wake more accounts for nothing; between 20 and 50 it makes no difference that could be measured.
 */
const HOT_SPREADS = 30
/** A spread counts as at least this share of the price. */
const SPREAD_SHARE_MIN = 2e-5

export const marginBand = (state: AccountState, prices: ClientPrices): MarginBand => {
  const { converted, exposures, missing } = exposuresOf(state, prices)
  const watch = watchOf({ state, prices, exposures, converted })
  if (watch !== undefined) return { ...watch, anyQuoteOf: missing }
  return { edges: [], marginSlopes: undefined, anyQuoteOf: [...missing, ...exposures.map(({ quote }) => quote.symbol)] }
}

interface Exposed {
  readonly state: AccountState
  readonly prices: ClientPrices
  readonly exposures: ReadonlyArray<Exposure>
  readonly converted: ReadonlyArray<Converted>
}

/** Undefined when nothing is safe: the account cannot be valued, is being liquidated, or has not been judged yet where it stands. */
const watchOf = (exposed: Exposed): Omit<MarginBand, "anyQuoteOf"> | undefined => {
  const { converted, exposures, prices, state } = exposed
  const margin = usedMargin(state, prices)
  const isHealthy = state.marginWatch === "healthy"
  if (state.positions.size === 0 || (margin === 0n && isHealthy)) return { edges: [], marginSlopes: undefined }
  const equity = equityOf(state, prices)
  if (equity === undefined || state.marginWatch === "stopOut") return undefined

  const callLevel = marginCallLevel(prices.group)
  const fallLevel = isHealthy ? callLevel : prices.group.stopOutLevelPercent
  const falling = distancesOf(exposures, slackOf(state, equity, margin, fallLevel))
  const rising = isHealthy ? undefined : distancesOf(exposures, slackOf(state, equity, margin, callLevel))
  if (isHot(exposures, falling) || (rising !== undefined && isHot(exposures, rising))) {
    const above = isHealthy ? undefined : (callLevel * margin) / HUNDRED
    const slopes = marginSlopes(state, prices, converted, { equity, below: (fallLevel * margin) / HUNDRED + 1n, above })
    if (slopes !== undefined) return { edges: [], marginSlopes: slopes }
  }
  const isAtOrBelow = (at: Decimal, level: Decimal) => isLevelAtOrBelow({ equity: at, usedMargin: margin }, level)
  const falls = edgesWhere(exposed, "adverse", falling, (at) => !isAtOrBelow(at, fallLevel))
  if (falls === undefined || rising === undefined) return falls && { edges: falls, marginSlopes: undefined }
  const rises = edgesWhere(exposed, "favorable", rising, (at) => isAtOrBelow(at, callLevel))
  return rises && { edges: [...falls, ...rises], marginSlopes: undefined }
}

/** A level is a Decimal percentage. */
const HUNDRED = 100n * ONE

const isHot = (exposures: ReadonlyArray<Exposure>, distances: ReadonlyArray<Distances>): boolean =>
  exposures.some(({ ask, bid, quote }, index) => {
    const spread = Math.max(toNumber(quote.ask - quote.bid), toNumber(quote.bid) * SPREAD_SHARE_MIN)
    const nearest = Math.min(bid === 0 ? Infinity : (distances[index]?.bid ?? 0), ask === 0 ? Infinity : (distances[index]?.ask ?? 0))
    return nearest < HOT_SPREADS * spread
  })

/** Distance of equity from what the level asks for, less what rounding may take; only steers the box's shape. */
const slackOf = (state: AccountState, equity: Decimal, margin: Decimal, levelPercent: Decimal): number => {
  const distance = Math.abs(toNumber(equity) - (toNumber(margin) * toNumber(levelPercent)) / 100)
  return Math.max(0, distance - (state.positions.size + 1) * 10 ** -state.currencyDigits)
}

/** What equity loses, in account currency, per unit that a symbol's bid falls or its ask rises. */
interface Exposure {
  readonly quote: Quote
  bid: number
  ask: number
}

/** Every price that equity depends on, and the symbols whose first quote would change the valuation. */
const exposuresOf = (
  state: AccountState,
  prices: ClientPrices
): {
  readonly exposures: ReadonlyArray<Exposure>
  readonly converted: ReadonlyArray<Converted>
  readonly missing: ReadonlyArray<SymbolName>
} => {
  const exposures = new Map<SymbolName, Exposure>()
  const converted: Array<Converted> = []
  const missing = new Set<SymbolName>()
  const exposureTo = (quote: Quote): Exposure => {
    let exposure = exposures.get(quote.symbol)
    if (exposure === undefined) exposures.set(quote.symbol, (exposure = { quote, bid: 0, ask: 0 }))
    return exposure
  }
  for (const holding of holdingsOf(state.positions)) {
    const { symbol } = holding
    const instrument = prices.configuration.instruments[symbol]
    const quote = prices.quote(symbol)
    if (instrument === undefined || quote === undefined) {
      missing.add(symbol)
      continue
    }
    const route = routeInUse(prices, instrument.profitCurrency, state.currency, missing)
    converted.push({ instrument, quote, holding, route })
    const perLot = toNumber(instrument.contractSize) * rateAlong(prices, route)
    const exposure = exposureTo(quote)
    exposure.bid += toNumber(holding.longLots) * perLot
    exposure.ask += toNumber(holding.shortLots) * perLot
    if (route.length === 0) continue
    const profit = perLot * convertedLots(holding, quote)
    for (const { instrument } of route) {
      const legQuote = prices.quote(instrument.symbol)
      if (legQuote === undefined) continue
      const exposure = exposureTo(legQuote)
      exposure.bid += profit / toNumber(legQuote.bid)
      exposure.ask += profit / toNumber(legQuote.ask)
    }
  }
  return { exposures: [...exposures.values()], converted, missing: [...missing] }
}

/** What depends on the conversion rate, in lots × price: what the positions have gained or lost, and what they may while a band holds. */
const convertedLots = ({ positions }: Holding, quote: Quote): number => {
  let sum = 0
  for (const { side, lots, openPrice } of positions) {
    const closing = toNumber(closingPrice(side, quote))
    sum += toNumber(lots) * (Math.abs(closing - toNumber(openPrice)) + closing * CONVERTED_SHARE)
  }
  return sum
}

/** The part of a position's value that its profit is expected to reach while a band holds, to weigh its conversion rate by. */
const CONVERTED_SHARE = 0.01

/** The route that converts now; the symbols of better routes, which are not quoted yet, are reported as missing. */
const routeInUse = (prices: ClientPrices, from: string, to: string, missing: Set<SymbolName>): Route => {
  for (const route of conversionRoutes(prices.configuration, from, to)) {
    const unquoted = route.filter((leg) => prices.quote(leg.instrument.symbol) === undefined)
    if (unquoted.length === 0) return route
    for (const leg of unquoted) missing.add(leg.instrument.symbol)
  }
  return []
}

/** The rate, roughly. */
const rateAlong = (prices: ClientPrices, route: Route): number => {
  let rate = 1
  for (const { instrument, reversed } of route) {
    const bid = toNumber(prices.quote(instrument.symbol)?.bid ?? 0n)
    rate *= reversed ? 1 / bid : bid
  }
  return rate
}

/** The largest box, of those tried, at whose corner the account is `safe`. Undefined when it is not even safe where it stands. */
const edgesWhere = (
  { state, prices, exposures }: Exposed,
  corner: Corner,
  distances: ReadonlyArray<Distances>,
  safe: (equity: Decimal) => boolean
): ReadonlyArray<BandEdge> | undefined => {
  for (const share of SHRINKING) {
    const quotes = new Map<SymbolName, Quote>()
    for (const [index, { quote }] of exposures.entries()) quotes.set(quote.symbol, movedTo(corner, prices, quote, distances[index], share))
    const equity = equityOf(state, { ...prices, quote: (symbol) => quotes.get(symbol) ?? prices.quote(symbol) })
    if (equity !== undefined && safe(equity)) return exposures.flatMap((exposure) => edgesAt(corner, exposure, quotes))
  }
  return undefined
}

/** How far each side of a quote may move, in its price; unset where equity does not depend on it. */
interface Distances {
  readonly bid: number
  readonly ask: number
}

const distancesOf = (exposures: ReadonlyArray<Exposure>, slack: number): ReadonlyArray<Distances> => {
  const shareOf = (weight: number, price: Decimal): number => Math.cbrt((weight * toNumber(price)) ** 2)
  const shares = exposures.map(({ quote, bid, ask }) => ({ bid: shareOf(bid, quote.bid), ask: shareOf(ask, quote.ask) }))
  const total = shares.reduce((sum, { bid, ask }) => sum + bid + ask, 0)
  const distance = (share: number, weight: number, price: Decimal): number =>
    weight === 0 ? 0 : Math.min((share / total) * (slack / weight), toNumber(price) * REACH_MAX)
  return exposures.map(({ quote, bid, ask }, index) => ({
    bid: distance(shares[index]?.bid ?? 0, bid, quote.bid),
    ask: distance(shares[index]?.ask ?? 0, ask, quote.ask)
  }))
}

const movedTo = (corner: Corner, prices: ClientPrices, quote: Quote, distances: Distances | undefined, share: number): Quote => {
  const bid = toUnits((distances?.bid ?? 0) * share)
  const ask = toUnits((distances?.ask ?? 0) * share)
  return corner === "adverse"
    ? { ...quote, bid: lowered(prices, quote, "bid", bid), ask: quote.ask + ask }
    : { ...quote, bid: quote.bid + bid, ask: lowered(prices, quote, "ask", ask) }
}

const toUnits = (distance: number): Decimal => BigInt(Math.floor(distance * 1e8))

/** Never so low that a mark-up would leave nothing of the price. */
const lowered = (prices: ClientPrices, quote: Quote, side: "bid" | "ask", distance: Decimal): Decimal => {
  const instrument = prices.configuration.instruments[quote.symbol]
  const floor = (instrument === undefined ? 0n : markUpOf(prices.group, instrument).bidDown) + 1n
  const moved = quote[side] - distance
  if (moved >= floor) return moved
  return quote[side] < floor ? quote[side] : floor
}

const edgesAt = (
  corner: Corner,
  { quote: { symbol }, bid, ask }: Exposure,
  quotes: ReadonlyMap<SymbolName, Quote>
): ReadonlyArray<BandEdge> => {
  const quote = quotes.get(symbol)
  if (quote === undefined) return []
  const edges: Array<BandEdge> = []
  const add = (side: "bid" | "ask", isDown: boolean): void => {
    edges.push(
      isDown
        ? { symbol, side, direction: "atOrBelow", beyond: quote[side] - 1n }
        : { symbol, side, direction: "atOrAbove", beyond: quote[side] + 1n }
    )
  }
  if (bid > 0) add("bid", corner === "adverse")
  if (ask > 0) add("ask", corner === "favorable")
  return edges
}
