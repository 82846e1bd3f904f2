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
  readonly symbol: SymbolName
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

/** A plain array, since it is copied more often than it is searched, and few accounts hold many symbols. */
export type Holdings = ReadonlyArray<Holding>

export const NOTHING_HELD: Holding = {
  symbol: "",
  positions: [],
  doubles: [],
  swap: 0n,
  longLots: 0n,
  shortLots: 0n,
  long: 0n,
  short: 0n
}

/** What is held of the symbol. */
export const holdingOf = (holdings: Holdings, symbol: SymbolName): Holding => {
  for (const holding of holdings) if (holding.symbol === symbol) return holding
  return NOTHING_HELD
}

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
  const held = holdingOf(holdings, symbol)
  const next = held === NOTHING_HELD ? is && heldAlone(is) : changed(held, was, is)
  keptWith(after)[HOLDINGS] = put(holdings, holdings.indexOf(held), next)
}

/** `item` at that place instead of what is there, at the end without a place; nothing takes away what is there. */
const put = <Item>(items: ReadonlyArray<Item>, place: number, item: Item | undefined): ReadonlyArray<Item> => {
  if (item === undefined) return items.toSpliced(place, 1)
  // a spread would copy twice, and leave room for more
  return place < 0 ? items.toSpliced(items.length, 0, item) : items.with(place, item)
}

/** Positions up to which working their holdings out again takes a microsecond or two; keeping them takes 200 bytes for each. */
const SOON_GATHERED_MAX = 16

/** For positions that nobody is about to ask about. */
export const forgetHoldings = (positions: Book["positions"]): void => {
  const kept = keptWith(positions)
  if (positions.size <= SOON_GATHERED_MAX && kept[HOLDINGS] !== undefined) kept[HOLDINGS] = undefined
}

/** Sums in the making. */
interface Sums {
  swap: Decimal
  longLots: Decimal
  shortLots: Decimal
  long: Decimal
  short: Decimal
}

interface Gathering extends Sums {
  readonly symbol: SymbolName
  readonly positions: Array<Position>
  readonly doubles: Array<number>
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
  return [...bySymbol.values()]
}

/** Most symbols hold one position: arrays without room to grow, and the position's own figures. */
const heldAlone = (position: Position): Gathering => {
  const { lots, margin, side, swap, symbol } = position
  const isLong = side === "buy"
  return {
    symbol,
    positions: [position],
    doubles: [openPriceOf(position), signedLotsOf(position)],
    swap,
    longLots: isLong ? lots : 0n,
    shortLots: isLong ? 0n : lots,
    long: isLong ? margin : 0n,
    short: isLong ? 0n : margin
  }
}

/** The holding after one of its positions came, changed or went; undefined when that was the last one. */
const changed = (holding: Holding, was: Position | undefined, is: Position | undefined): Holding | undefined => {
  if (is === undefined && holding.positions.length === 1) return undefined
  const place = was === undefined ? -1 : holding.positions.indexOf(was)
  const next = { ...holding, positions: put(holding.positions, place, is), doubles: doublesAfter(holding, place, was, is) }
  if (was !== undefined) takeOff(next, was)
  if (is !== undefined) add(next, is)
  return next
}

const doublesAfter = ({ doubles }: Holding, place: number, was: Position | undefined, is: Position | undefined): ReadonlyArray<number> => {
  if (is === undefined) return doubles.toSpliced(place * 2, 2)
  if (was === undefined) return doubles.toSpliced(doubles.length, 0, openPriceOf(is), signedLotsOf(is))
  // most changes are of exits
  if (was.openPrice === is.openPrice && was.lots === is.lots) return doubles
  return doubles.toSpliced(place * 2, 2, openPriceOf(is), signedLotsOf(is))
}

const add = (holding: Sums, { side, lots, margin, swap }: Position): void => {
  holding.swap += swap
  if (side === "buy") {
    holding.longLots += lots
    holding.long += margin
  } else {
    holding.shortLots += lots
    holding.short += margin
  }
}

const takeOff = (holding: Sums, { side, lots, margin, swap }: Position): void => {
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
