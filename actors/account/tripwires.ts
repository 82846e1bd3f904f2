/**
 * tripwires: the prices at which something could happen to an account.
 *
 * Conservative by construction: as long as no quote passes one of them, and no `nextWakeAt` passes, ApplyQuotes would decide nothing. Exits,
 * trailing stops and resting orders have exact prices; the margin watch has a band inside which it cannot change (see marginBand), and close
 * to its levels slopes (see marginSlopes).
 * Prices are raw: a group's mark-up is taken off, since ticks are compared before any mark-up.
 *
 * An account that `decide` has just brought to rest has every wire beyond the current quote. A wire that is crossed already belongs to
 * something that may not happen yet, such as a stop-loss whose quote is stale; it trips again with the next tick.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import { nextRolloverAt } from "#actors/account/decide/rollOver.ts"
import { Turn } from "#actors/account/decide/Turn.ts"
import { marginBand } from "#actors/account/marginBand.ts"
import type { Market } from "#actors/account/Market.ts"
import { type Tripwire, wireKind, type Wiring } from "#actors/symbol/Tripwire.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Order, Side } from "#domain/Order.ts"
import type { Position } from "#domain/Position.ts"
import { markUpOf, pointOf, type ClientPrices } from "#domain/Prices.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"
import { isMarketOpen, nextOpenAt } from "#domain/Session.ts"

export const tripwires = (state: AccountState, market: Market): Wiring => {
  if (state.positions.size === 0 && state.orders.size === 0) return NOTHING_WIRED
  const { prices } = new Turn(state.accountId, state, market)
  if (prices === undefined) return NOTHING_WIRED
  const wires = new Wires(prices)
  for (const position of state.positions.values()) wireExits(wires, market, position)
  for (const order of state.orders.values()) wireOrder(wires, market, order)
  const band = marginBand(state, prices)
  for (const { symbol, side, direction, beyond } of band.edges) wires.add(symbol, side, direction, beyond)
  for (const symbol of band.anyQuoteOf) wires.addAny(symbol)
  return { tripwires: wires.all(), marginSlopes: band.marginSlopes }
}

const NOTHING_WIRED: Wiring = { tripwires: [], marginSlopes: undefined }

/** The nearest wire of each symbol, side and direction: once it trips, the account judges everything and arms anew. */
class Wires {
  readonly #prices: ClientPrices
  /** By symbol and kind. */
  readonly #nearest = new Map<SymbolName, Array<Tripwire | undefined>>()

  constructor(prices: ClientPrices) {
    this.#prices = prices
  }

  /** A raw price. */
  add(symbol: SymbolName, side: "bid" | "ask", direction: Tripwire["direction"], price: Decimal): void {
    let wires = this.#nearest.get(symbol)
    if (wires === undefined) this.#nearest.set(symbol, (wires = [undefined, undefined, undefined, undefined]))
    const place = wireKind(side, direction)
    const found = wires[place]
    const isNearer = found === undefined || (direction === "atOrBelow" ? price > found.price : price < found.price)
    if (isNearer) wires[place] = { symbol, side, direction, price }
  }

  /** A price as the client sees it, on the side that `watching` a buy (ask) or a sell (bid) looks at. */
  addSeen(instrument: Instrument, watching: Side, direction: Tripwire["direction"], price: Decimal): void {
    const { bidDown, askUp } = markUpOf(this.#prices.group, instrument)
    if (watching === "buy") this.add(instrument.symbol, "ask", direction, price - askUp)
    else this.add(instrument.symbol, "bid", direction, price + bidDown)
  }

  /** Whatever quote comes. */
  addAny(symbol: SymbolName): void {
    this.add(symbol, "bid", "atOrAbove", 0n)
  }

  all(): ReadonlyArray<Tripwire> {
    return [...this.#nearest.values()].flatMap((wires) => wires.filter((wire) => wire !== undefined))
  }
}

/** A closed market triggers nothing: its opening wakes the account instead. */
const openInstrument = (market: Market, symbol: SymbolName): Instrument | undefined => {
  const instrument = market.configuration.instruments[symbol]
  return instrument !== undefined && isMarketOpen(instrument, market.now) ? instrument : undefined
}

/** A long's exits watch the bid, a short's the ask. */
const wireExits = (wires: Wires, market: Market, position: Position): void => {
  const instrument = openInstrument(market, position.symbol)
  if (instrument === undefined) return
  const { stopLoss, takeProfit, trailingStop, side } = position
  const watching = side === "buy" ? "sell" : "buy"
  const [losing, winning] = side === "buy" ? (["atOrBelow", "atOrAbove"] as const) : (["atOrAbove", "atOrBelow"] as const)
  if (stopLoss !== undefined) wires.addSeen(instrument, watching, losing, stopLoss)
  if (takeProfit !== undefined) wires.addSeen(instrument, watching, winning, takeProfit)
  if (trailingStop === undefined) return
  if (stopLoss === undefined) wires.addAny(instrument.symbol)
  else wires.addSeen(instrument, watching, winning, nextTrailing(instrument, side, stopLoss, trailingStop))
}

/** The closing price from which a trailing stop moves on: at least one step, and at least the smallest difference there is. */
const nextTrailing = (instrument: Instrument, side: Side, stopLoss: Decimal, trailing: NonNullable<Position["trailingStop"]>): Decimal => {
  const point = pointOf(instrument)
  const step = BigInt(trailing.stepPoints) * point
  const away = BigInt(trailing.distancePoints) * point + (step > 0n ? step : 1n)
  return side === "buy" ? stopLoss + away : stopLoss - away
}

/** Buys watch the ask, sells the bid; a triggered stop-limit waits for its limit. */
const wireOrder = (wires: Wires, market: Market, order: Order): void => {
  const instrument = openInstrument(market, order.symbol)
  if (instrument === undefined) return
  const { side, type, status, limitPrice, stopPrice } = order
  const [cheaper, dearer] = side === "buy" ? (["atOrBelow", "atOrAbove"] as const) : (["atOrAbove", "atOrBelow"] as const)
  if (type === "limit" || status === "triggered") {
    if (limitPrice !== undefined) wires.addSeen(instrument, side, cheaper, limitPrice)
  } else if (stopPrice !== undefined) wires.addSeen(instrument, side, dearer, stopPrice)
}

/** When time alone will make something happen (expiry, rollover, a market that opens); undefined when nothing will. Due already: now. */
export const nextWakeAt = (state: AccountState, market: Market): Millis | undefined => {
  if (state.positions.size === 0 && state.orders.size === 0) return undefined
  const times: Array<Millis> = []
  for (const { expiresAt } of state.orders.values()) if (expiresAt !== undefined) times.push(expiresAt)
  const rollover = nextRolloverAt(new Turn(state.accountId, state, market))
  if (rollover !== undefined) times.push(rollover)
  for (const symbol of symbolsOf(state)) {
    const instrument = market.configuration.instruments[symbol]
    const opening = instrument === undefined ? undefined : nextOpenAt(instrument, market.now)
    if (opening !== undefined) times.push(opening)
  }
  return times.length === 0 ? undefined : Math.max(market.now, Math.min(...times))
}

const symbolsOf = (state: AccountState): ReadonlySet<SymbolName> => {
  const symbols = new Set<SymbolName>()
  for (const { symbol } of state.positions.values()) symbols.add(symbol)
  for (const { symbol } of state.orders.values()) symbols.add(symbol)
  return symbols
}
