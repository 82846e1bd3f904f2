/**
 * trailing: moves stop-losses that follow the market.
 *
 * The stop keeps its distance from the price the position could be closed at, moves only in the position's favor and by at least its step.
 */
import { tradableQuote } from "#actors/account/decide/tradable.ts"
import type { Turn } from "#actors/account/decide/Turn.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Position } from "#domain/Position.ts"
import { closingPrice, pointOf } from "#domain/Prices.ts"

/** Where the position's trailing stop belongs at that closing price, or undefined when it stays. */
export const trailedStop = (instrument: Instrument, position: Position, closing: Decimal): Decimal | undefined => {
  if (position.trailingStop === undefined) return undefined
  const point = pointOf(instrument)
  const distance = BigInt(position.trailingStop.distancePoints) * point
  const step = BigInt(position.trailingStop.stepPoints) * point
  const { stopLoss } = position
  if (position.side === "buy") {
    const level = closing - distance
    return level > 0n && (stopLoss === undefined || (level > stopLoss && level >= stopLoss + step)) ? level : undefined
  }
  const level = closing + distance
  return stopLoss === undefined || (level < stopLoss && level <= stopLoss - step) ? level : undefined
}

/** Gives positions of the instrument that just got a trailing stop, or just opened with one, their level at the current quote. */
export const startTrailing = (turn: Turn, instrument: Instrument): void => {
  const { prices } = turn
  if (prices === undefined || !hasTrailing(turn, instrument)) return
  const quote = tradableQuote(turn, prices, instrument)
  if ("reason" in quote) return
  for (const position of turn.state.positions.values()) {
    if (position.symbol !== instrument.symbol || position.trailingStop === undefined) continue
    const stopLoss = trailedStop(instrument, position, closingPrice(position.side, quote.seen))
    if (stopLoss === undefined) continue
    const { positionId, trailingStop } = position
    turn.emit({ _tag: "TrailingStopMoved", at: turn.now, positionId, stopLoss, trailingStop, quote: quote.raw })
  }
}

const hasTrailing = (turn: Turn, instrument: Instrument): boolean => {
  for (const position of turn.state.positions.values()) {
    if (position.symbol === instrument.symbol && position.trailingStop !== undefined) return true
  }
  return false
}
