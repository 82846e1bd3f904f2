/**
 * Holdings: an account's open positions by symbol, with what valuing them and their margin needs of each symbol.
 *
 * It follows from the positions alone, and positions never change once made: it is worked out once for each of their states, or from the state
 * before when one position came, changed or went, and kept beside them.
 */
import type { Book } from "#domain/Book.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { Position } from "#domain/Position.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** One symbol's positions. */
export interface Holding {
  readonly positions: ReadonlyArray<Position>
  /** As doubles, two for each position: opening price, and lots, negative for a short; in steps of 10^-8. Not a number where a double is not exact. */
  readonly doubles: ReadonlyArray<number>
  /** Accrued, account currency. */
  readonly swap: Decimal
  readonly longLots: Decimal
  readonly shortLots: Decimal
  /** Margins of the long and of the short positions. */
  readonly long: Decimal
  readonly short: Decimal
}

export type Holdings = ReadonlyMap<SymbolName, Holding>

export const NOTHING_HELD: Holding = { positions: [], doubles: [], swap: 0n, longLots: 0n, shortLots: 0n, long: 0n, short: 0n }

/** A property of the positions themselves: a WeakMap of so many short-lived keys costs more than the work it saves. */
const HOLDINGS = Symbol("holdings")
interface Kept {
  [HOLDINGS]?: Holdings | undefined
}
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a property of our own, which nothing else can see
const keptWith = (positions: Book["positions"]): Kept => positions as Kept

export const holdingsOf = (positions: Book["positions"]): Holdings => {
  const kept = keptWith(positions)
  return (kept[HOLDINGS] ??= gathered(positions))
}

/** Tells that `after` is `before` with one position that came (`is`), went (`was`), or changed (both). */
export const carryHoldings = (
  before: Book["positions"],
  after: Book["positions"],
  was: Position | undefined,
  is: Position | undefined
): void => {
  const holdings = keptWith(before)[HOLDINGS]
  const symbol = (is ?? was)?.symbol
  if (holdings === undefined || symbol === undefined) return
  const next = new Map(holdings)
  const holding = changed(holdings.get(symbol) ?? NOTHING_HELD, was, is)
  if (holding.positions.length > 0) next.set(symbol, holding)
  else next.delete(symbol)
  keptWith(after)[HOLDINGS] = next
}

/** Positions up to which working their holdings out again takes a microsecond or two; keeping them takes 200 bytes for each. */
const SOON_GATHERED_MAX = 16

/** For positions that nobody is about to ask about. */
export const forgetHoldings = (positions: Book["positions"]): void => {
  const kept = keptWith(positions)
  if (positions.size <= SOON_GATHERED_MAX && kept[HOLDINGS] !== undefined) kept[HOLDINGS] = undefined
}

interface Gathering {
  positions: Array<Position>
  doubles: Array<number>
  swap: Decimal
  longLots: Decimal
  shortLots: Decimal
  long: Decimal
  short: Decimal
}

const gathered = (positions: Book["positions"]): Holdings => {
  const bySymbol = new Map<SymbolName, Gathering>()
  for (const position of positions.values()) {
    const holding = bySymbol.get(position.symbol)
    if (holding === undefined) bySymbol.set(position.symbol, heldAlone(position))
    else {
      holding.positions.push(position)
      holding.doubles.push(openPriceOf(position), signedLotsOf(position))
      add(holding, position)
    }
  }
  return bySymbol
}

/** Most symbols hold one position: arrays without room to grow, and the position's own figures. */
const heldAlone = (position: Position): Gathering => {
  const { lots, margin, side, swap } = position
  const isLong = side === "buy"
  return {
    positions: [position],
    doubles: [openPriceOf(position), signedLotsOf(position)],
    swap,
    longLots: isLong ? lots : 0n,
    shortLots: isLong ? 0n : lots,
    long: isLong ? margin : 0n,
    short: isLong ? 0n : margin
  }
}

const changed = (holding: Holding, was: Position | undefined, is: Position | undefined): Holding => {
  const next: Gathering = { ...holding, positions: holding.positions.slice(), doubles: holding.doubles.slice() }
  const place = was === undefined ? next.positions.length : next.positions.indexOf(was)
  if (is === undefined) {
    next.positions.splice(place, 1)
    next.doubles.splice(place * 2, 2)
  } else {
    next.positions[place] = is
    next.doubles[place * 2] = openPriceOf(is)
    next.doubles[place * 2 + 1] = signedLotsOf(is)
  }
  if (was !== undefined) takeOff(next, was)
  if (is !== undefined) add(next, is)
  return next
}

const add = (holding: Gathering, { side, lots, margin, swap }: Position): void => {
  holding.swap += swap
  if (side === "buy") {
    holding.longLots += lots
    holding.long += margin
  } else {
    holding.shortLots += lots
    holding.short += margin
  }
}

const takeOff = (holding: Gathering, { side, lots, margin, swap }: Position): void => {
  holding.swap -= swap
  if (side === "buy") {
    holding.longLots -= lots
    holding.long -= margin
  } else {
    holding.shortLots -= lots
    holding.short -= margin
  }
}

const openPriceOf = ({ openPrice }: Position): number => {
  const price = Number(openPrice)
  return price <= Number.MAX_SAFE_INTEGER ? price : Number.NaN
}

const signedLotsOf = ({ lots, side }: Position): number => (side === "buy" ? Number(lots) : -Number(lots))
