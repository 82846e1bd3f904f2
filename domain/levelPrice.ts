/** levelPrice: at which price of one symbol, all others standing still, an account's margin level would come down to a threshold. */
import type { Book } from "#domain/Book.ts"
import type { Decimal } from "#domain/Decimal.ts"
import { figuresOf, isLevelAtOrBelow } from "#domain/Figures.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { closingPrice, pointOf, withMarkUp, type Prices } from "#domain/Prices.ts"
import type { Quote } from "#domain/Quote.ts"

/** A short's loss has no end; above this many times the present price none is looked for. */
const RISE_FACTOR_MAX = 100n

const netLots = (book: Book, symbol: string): Decimal => {
  let net = 0n
  for (const position of book.positions.values()) {
    if (position.symbol === symbol) net += position.side === "buy" ? position.lots : -position.lots
  }
  return net
}

/** The smallest number from 0 to `most` for which `holds`, which never turns false again once true; undefined when there is none. */
const firstHolding = (most: bigint, holds: (value: bigint) => boolean): bigint | undefined => {
  if (!holds(most)) return undefined
  let low = 0n
  let high = most
  while (low < high) {
    const middle = (low + high) / 2n
    if (holds(middle)) high = middle
    else low = middle + 1n
  }
  return low
}

/** The bid for who is long on balance, the ask for who is short; undefined when no price does it. Exact to the point. */
export const levelPrice = (book: Book, prices: Prices, instrument: Instrument, levelPercent: Decimal): Decimal | undefined => {
  const raw = prices.quote(instrument.symbol)
  const group = prices.configuration.groups[book.group]
  const net = netLots(book, instrument.symbol)
  if (raw === undefined || group === undefined || net === 0n) return undefined
  const point = pointOf(instrument)
  const direction = net > 0n ? -1n : 1n
  const moved = (points: bigint): Quote => ({
    ...raw,
    bid: raw.bid + direction * points * point,
    ask: raw.ask + direction * points * point
  })
  const isAtLevel = (points: bigint): boolean => {
    const quote = moved(points)
    const figures = figuresOf(book, { ...prices, quote: (symbol) => (symbol === instrument.symbol ? quote : prices.quote(symbol)) })
    return figures !== undefined && isLevelAtOrBelow(figures, levelPercent)
  }
  const lowest = withMarkUp(group, instrument, raw).bid / point - 1n
  const points = firstHolding(net > 0n ? lowest : (raw.ask / point) * RISE_FACTOR_MAX, isAtLevel)
  return points === undefined ? undefined : closingPrice(net > 0n ? "buy" : "sell", withMarkUp(group, instrument, moved(points)))
}
