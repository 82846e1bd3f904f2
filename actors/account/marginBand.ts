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
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import { marginCallLevel } from "#actors/account/decide/judgeMargin.ts"
import { conversionRoutes, type Route } from "#domain/Conversion.ts"
import { toNumber, type Decimal } from "#domain/Decimal.ts"
import { equityOf, floatingProfit, isLevelAtOrBelow } from "#domain/Figures.ts"
import { usedMargin } from "#domain/Margin.ts"
import { markUpOf, type ClientPrices } from "#domain/Prices.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"

/** One side of one symbol's raw quote. */
export interface WatchedPrice {
  readonly symbol: SymbolName
  readonly side: "bid" | "ask"
}

/** Inside it nothing happens; `beyond` is the nearest price outside. */
export interface BandEdge extends WatchedPrice {
  readonly direction: "atOrBelow" | "atOrAbove"
  readonly beyond: Decimal
}

export interface MarginBand {
  readonly edges: ReadonlyArray<BandEdge>
  /** Symbols of which any quote at all must wake the account. */
  readonly anyQuoteOf: ReadonlyArray<SymbolName>
}

/** Shares of the slack that are tried, largest first. With none of it the box is the present quote, which is safe. */
const SHRINKING = [1, 0.9, 0.75, 0.5, 0.25, 0.1, 0.02, 0]

export const marginBand = (state: AccountState, prices: ClientPrices): MarginBand => {
  const { exposures, missing } = exposuresOf(state, prices)
  const edges = edgesOf(state, prices, exposures)
  return { edges: edges ?? [], anyQuoteOf: edges === undefined ? [...missing, ...exposures.map(({ symbol }) => symbol)] : missing }
}

/** Undefined when no box is safe: the account cannot be valued, is being liquidated, or has not been judged yet where it stands. */
const edgesOf = (state: AccountState, prices: ClientPrices, exposures: ReadonlyArray<Exposure>): ReadonlyArray<BandEdge> | undefined => {
  const margin = usedMargin(state, prices)
  const isHealthy = state.marginWatch === "healthy"
  if (state.positions.size === 0 || (margin === 0n && isHealthy)) return []
  const equity = equityOf(state, prices)
  if (equity === undefined || state.marginWatch === "stopOut") return undefined

  const callLevel = marginCallLevel(prices.group)
  const fallLevel = isHealthy ? callLevel : prices.group.stopOutLevelPercent
  const isAtOrBelow = (at: Decimal, level: Decimal) => isLevelAtOrBelow({ equity: at, usedMargin: margin }, level)
  const book = { state, prices, exposures }
  const falls = edgesWhere(book, "adverse", slackOf(state, equity, margin, fallLevel), (at) => !isAtOrBelow(at, fallLevel))
  if (falls === undefined || isHealthy) return falls
  const rises = edgesWhere(book, "favorable", slackOf(state, equity, margin, callLevel), (at) => isAtOrBelow(at, callLevel))
  return rises === undefined ? undefined : [...falls, ...rises]
}

/** Distance of equity from what the level asks for, less what rounding may take; only steers the box's shape. */
const slackOf = (state: AccountState, equity: Decimal, margin: Decimal, levelPercent: Decimal): number => {
  const distance = Math.abs(toNumber(equity) - (toNumber(margin) * toNumber(levelPercent)) / 100)
  return Math.max(0, distance - (state.positions.size + 1) * 10 ** -state.currencyDigits)
}

interface Exposure extends WatchedPrice {
  /** Account currency per unit of price. */
  weight: number
}

/** Every price that equity depends on; or, when a price is missing, the symbols whose first quote would change the valuation. */
const exposuresOf = (
  state: AccountState,
  prices: ClientPrices
): { readonly exposures: ReadonlyArray<Exposure>; readonly missing: ReadonlyArray<SymbolName> } => {
  const exposures = new Map<string, Exposure>()
  const missing = new Set<SymbolName>()
  const add = (symbol: SymbolName, side: "bid" | "ask", weight: number): void => {
    const found = exposures.get(`${symbol} ${side}`)
    if (found === undefined) exposures.set(`${symbol} ${side}`, { symbol, side, weight })
    else found.weight += weight
  }
  for (const position of state.positions.values()) {
    const instrument = prices.configuration.instruments[position.symbol]
    const raw = prices.quote(position.symbol)
    if (instrument === undefined || raw === undefined) {
      missing.add(position.symbol)
      continue
    }
    const route = routeInUse(prices, instrument.profitCurrency, state.currency, missing)
    const rate = route === undefined ? 1 : route.reduce((product, leg) => product * legRate(prices, leg), 1)
    const side = position.side === "buy" ? "bid" : "ask"
    const units = toNumber(position.lots) * toNumber(instrument.contractSize)
    add(position.symbol, side, units * rate)
    const profit = Math.abs(toNumber(floatingProfit(prices, state, position) ?? 0n)) + units * rate * toNumber(raw[side]) * CONVERTED_SHARE
    for (const leg of route ?? []) {
      const legQuote = prices.quote(leg.instrument.symbol)
      if (legQuote === undefined) continue
      add(leg.instrument.symbol, "bid", profit / toNumber(legQuote.bid))
      add(leg.instrument.symbol, "ask", profit / toNumber(legQuote.ask))
    }
  }
  return { exposures: [...exposures.values()], missing: [...missing] }
}

/** The part of a position's value that its profit is expected to reach while a band holds, to weigh its conversion rate by. */
const CONVERTED_SHARE = 0.01

/** The route that converts now; the symbols of better routes, which are not quoted yet, are reported as missing. */
const routeInUse = (prices: ClientPrices, from: string, to: string, missing: Set<SymbolName>): Route | undefined => {
  if (from === to) return []
  for (const route of conversionRoutes(prices.configuration, from, to)) {
    const unquoted = route.filter((leg) => prices.quote(leg.instrument.symbol) === undefined)
    if (unquoted.length === 0) return route
    for (const leg of unquoted) missing.add(leg.instrument.symbol)
  }
  return undefined
}

const legRate = (prices: ClientPrices, { instrument, reversed }: Route[number]): number => {
  const quote = prices.quote(instrument.symbol)
  if (quote === undefined) return 1
  return reversed ? 1 / toNumber(quote.ask) : toNumber(quote.bid)
}

/** The largest box, of those tried, at whose corner the account is `safe`. Undefined when it is not even safe where it stands. */
const edgesWhere = (
  {
    state,
    prices,
    exposures
  }: { readonly state: AccountState; readonly prices: ClientPrices; readonly exposures: ReadonlyArray<Exposure> },
  towards: "adverse" | "favorable",
  slack: number,
  safe: (equity: Decimal) => boolean
): ReadonlyArray<BandEdge> | undefined => {
  const distances = distancesOf(prices, exposures, slack)
  for (const share of SHRINKING) {
    const corner = cornerAt(prices, exposures, distances, share, towards)
    const equity = equityOf(state, { ...prices, quote: (symbol) => corner.get(symbol) ?? prices.quote(symbol) })
    if (equity !== undefined && safe(equity)) return exposures.map((exposure) => edgeAt(corner, exposure, towards))
  }
  return undefined
}

const distancesOf = (prices: ClientPrices, exposures: ReadonlyArray<Exposure>, slack: number): ReadonlyArray<number> => {
  const shares = exposures.map(({ symbol, side, weight }) => Math.cbrt((weight * toNumber(prices.quote(symbol)?.[side] ?? 0n)) ** 2))
  const total = shares.reduce((sum, share) => sum + share, 0)
  return exposures.map(({ weight }, index) => (total > 0 && weight > 0 ? ((shares[index] ?? 0) / total) * (slack / weight) : 0))
}

/** Towards the adverse corner bids go down and asks go up; towards the favorable one the other way round. */
const cornerAt = (
  prices: ClientPrices,
  exposures: ReadonlyArray<Exposure>,
  distances: ReadonlyArray<number>,
  share: number,
  towards: "adverse" | "favorable"
): ReadonlyMap<SymbolName, Quote> => {
  const corner = new Map<SymbolName, Quote>()
  for (const [index, { symbol, side }] of exposures.entries()) {
    const quote = corner.get(symbol) ?? prices.quote(symbol)
    if (quote === undefined) continue
    const distance = toUnits((distances[index] ?? 0) * share)
    const isDown = (side === "bid") === (towards === "adverse")
    const moved = isDown ? lowered(prices, symbol, quote[side], distance) : quote[side] + distance
    corner.set(symbol, { ...quote, [side]: moved })
  }
  return corner
}

/** Far beyond any price, and still exact as a double. */
const DISTANCE_MAX = 1e15

const toUnits = (distance: number): Decimal => BigInt(Math.floor(Math.min(distance * 1e8, DISTANCE_MAX)))

/** Never so low that a mark-up would leave nothing of the price. */
const lowered = (prices: ClientPrices, symbol: SymbolName, price: Decimal, distance: Decimal): Decimal => {
  const instrument = prices.configuration.instruments[symbol]
  const floor = (instrument === undefined ? 0n : markUpOf(prices.group, instrument).bidDown) + 1n
  const moved = price - distance
  return moved >= floor ? moved : price < floor ? price : floor
}

const edgeAt = (corner: ReadonlyMap<SymbolName, Quote>, { symbol, side }: Exposure, towards: "adverse" | "favorable"): BandEdge => {
  const price = corner.get(symbol)?.[side] ?? 0n
  return (side === "bid") === (towards === "adverse")
    ? { symbol, side, direction: "atOrBelow", beyond: price - 1n }
    : { symbol, side, direction: "atOrAbove", beyond: price + 1n }
}
