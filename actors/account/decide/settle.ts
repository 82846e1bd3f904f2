/**
 * settle: brings an account to rest at the current quotes: trailing stops, exits and resting orders, until nothing more follows, then the
 * margin watch. Afterwards the same quotes would decide nothing more; the tripwires are armed on that.
 */
import { activate } from "#actors/account/decide/activation.ts"
import { protectBalance } from "#actors/account/decide/booking.ts"
import { closeIfTouched } from "#actors/account/decide/exits.ts"
import { judgeMargin } from "#actors/account/decide/judgeMargin.ts"
import { tradableQuote, type TradableQuote } from "#actors/account/decide/tradable.ts"
import { startTrailing } from "#actors/account/decide/trailing.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { ClientPrices } from "#domain/Prices.ts"
import type { SymbolName } from "#domain/Quote.ts"

export const settle = (turn: Turn): void => {
  const { prices } = turn
  if (prices === undefined) return
  const quotes = new Quotes(turn, prices)
  // Ends: every round takes a position or an order away, or triggers an order, and nothing here adds an order.
  let isMoving = true
  while (isMoving) {
    moveTrailing(turn)
    isMoving = closeTouched(turn, prices, quotes) || activateTouched(turn, prices, quotes)
  }
  protectBalance(turn)
  judgeMargin(turn)
}

/** Each symbol's tradable quote, found once per round of judgement. */
class Quotes {
  readonly #turn: Turn
  readonly #prices: ClientPrices
  readonly #bySymbol = new Map<SymbolName, TradableQuote | undefined>()

  constructor(turn: Turn, prices: ClientPrices) {
    this.#turn = turn
    this.#prices = prices
  }

  of(symbol: SymbolName): TradableQuote | undefined {
    if (this.#bySymbol.has(symbol)) return this.#bySymbol.get(symbol)
    const instrument = this.#turn.instrument(symbol)
    const found = instrument === undefined ? undefined : tradableQuote(this.#turn, this.#prices, instrument)
    const quote = found === undefined || "reason" in found ? undefined : found
    this.#bySymbol.set(symbol, quote)
    return quote
  }
}

const moveTrailing = (turn: Turn): void => {
  const symbols = new Set<SymbolName>()
  for (const position of turn.state.positions.values()) if (position.trailingStop !== undefined) symbols.add(position.symbol)
  for (const symbol of symbols) {
    const instrument = turn.instrument(symbol)
    if (instrument !== undefined) startTrailing(turn, instrument)
  }
}

const closeTouched = (turn: Turn, prices: ClientPrices, quotes: Quotes): boolean => {
  let happened = false
  for (const position of turn.state.positions.values()) {
    if (position.stopLoss === undefined && position.takeProfit === undefined) continue
    const instrument = turn.instrument(position.symbol)
    const quote = quotes.of(position.symbol)
    if (instrument === undefined || quote === undefined) continue
    if (closeIfTouched(turn, prices, instrument, position, quote)) happened = true
  }
  return happened
}

const activateTouched = (turn: Turn, prices: ClientPrices, quotes: Quotes): boolean => {
  let happened = false
  for (const { orderId, symbol } of turn.state.orders.values()) {
    // An earlier one's fill may have canceled this one.
    const order = turn.state.orders.get(orderId)
    const instrument = turn.instrument(symbol)
    const quote = quotes.of(symbol)
    if (order === undefined || instrument === undefined || quote === undefined) continue
    if (activate(turn, prices, instrument, order, quote)) happened = true
  }
  return happened
}
