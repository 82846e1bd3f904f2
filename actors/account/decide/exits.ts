/** exits: closes positions whose stop-loss or take-profit the market has touched. Stop-loss first. */
import { executeClose, planClose } from "#actors/account/decide/closing.ts"
import type { TradableQuote } from "#actors/account/decide/tradable.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { closingPrice, oppositeSide, type ClientPrices } from "#domain/Prices.ts"
import { marketFillPrice } from "#domain/Slippage.ts"

/** Which exit the quote touches: a long's at the bid, a short's at the ask. */
export const touchedExit = (position: Position, { seen }: TradableQuote): "stopLoss" | "takeProfit" | undefined => {
  const { stopLoss, takeProfit, side } = position
  const price = closingPrice(side, seen)
  if (stopLoss !== undefined && (side === "buy" ? price <= stopLoss : price >= stopLoss)) return "stopLoss"
  if (takeProfit !== undefined && (side === "buy" ? price >= takeProfit : price <= takeProfit)) return "takeProfit"
  return undefined
}

/**
 * Closes the position when an exit is touched. A stop-loss is then a market order: over a gap it gets the gap's price and the instrument's
 * slippage; a take-profit gets the market's price, which is its level or better. Without a conversion rate it waits.
 */
export const closeIfTouched = (
  turn: Turn,
  prices: ClientPrices,
  instrument: Instrument,
  position: Position,
  quote: TradableQuote
): boolean => {
  const exit = touchedExit(position, quote)
  if (exit === undefined) return false
  const price =
    exit === "stopLoss"
      ? marketFillPrice(instrument, oppositeSide(position.side), position.lots, quote.seen)
      : closingPrice(position.side, quote.seen)
  const plan = planClose(prices, turn.state, instrument, position, position.lots, price)
  if (plan === undefined) return false
  executeClose(turn, plan, { cause: exit, quote: quote.raw })
  return true
}
