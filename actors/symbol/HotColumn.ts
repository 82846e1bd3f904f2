/**
 * HotColumn: one side of a symbol's quote, and the hot accounts whose equity moves with it: a row for each, side by side in typed arrays.
 *
 * An account close to a level of its margin watch would be woken by its margin band again and again for nothing. So it leaves the bands, and
 * each tick of its symbols moves what is left of its room by what the price moved, at the worst slope that is possible. It is woken when
 * nothing may be left.
 *
 * Why this is safe: within the reach of every reference, equity changes by at least `least` and at most `most` for each step of one price,
 * whatever the others are. So what the moves of all prices take away, each at its worst slope, is never less than what equity truly lost.
 * Every movement counts from its reference and is rounded to a whole number against the account: nothing adds up over many ticks.
 */
import type { MarginRooms } from "#actors/symbol/MarginRooms.ts"
import type { Slope } from "#actors/symbol/Tripwire.ts"
import { roomAfter, widened, type WireColumns } from "#actors/symbol/WireColumns.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** The least that equity changed by when a price moved by so many steps in its favor; against it they are negative. */
export const leastChange = (moved: number, least: number, most: number): number => Math.floor(moved * (moved >= 0 ? least : most))

/** The most. */
export const mostChange = (moved: number, least: number, most: number): number => Math.ceil(moved * (moved >= 0 ? most : least))

/** Steps by which a price moved from the reference in favor of equity. */
export const movedInFavor = ({ reference, side }: Slope, price: number): number => (side === "bid" ? price - reference : reference - price)

export class HotColumn {
  readonly #symbol: SymbolName
  readonly #side: Slope["side"]
  readonly #wireColumns: WireColumns
  readonly #rooms: MarginRooms
  /** Not a number before the first tick: the rows then stand at their references. */
  #price = Number.NaN
  #size = 0
  #wires = new Int32Array(0)
  #accounts = new Int32Array(0)
  #references = new Float64Array(0)
  #leasts = new Float64Array(0)
  #mosts = new Float64Array(0)
  #reaches = new Float64Array(0)

  constructor(symbol: SymbolName, side: Slope["side"], wireColumns: WireColumns, rooms: MarginRooms) {
    this.#symbol = symbol
    this.#side = side
    this.#wireColumns = wireColumns
    this.#rooms = rooms
  }

  get size(): number {
    return this.#size
  }

  /** The row starts at the present price: the account's rooms are moved from its reference to there. */
  add(wire: number, account: number, slope: Slope): void {
    if (this.#size === this.#wires.length) this.#widen(roomAfter(this.#size))
    this.#put(this.#size++, wire, account, slope)
    if (Number.isNaN(this.#price)) return
    const moved = movedInFavor(slope, this.#price)
    const { left } = this.#rooms
    left[2 * account] = (left[2 * account] ?? 0) + leastChange(moved, slope.least, slope.most)
    left[2 * account + 1] = (left[2 * account + 1] ?? 0) - mostChange(moved, slope.least, slope.most)
  }

  remove(wire: number): void {
    const place = this.#wireColumns.places[wire] ?? 0
    this.#size--
    if (place === this.#size) return
    this.#put(place, this.#wires[this.#size] ?? 0, this.#accounts[this.#size] ?? 0, this.#at(this.#size))
  }

  slopeOf(wire: number): Slope {
    return this.#at(this.#wireColumns.places[wire] ?? 0)
  }

  /** The price moved: tells whose room may be used up, or whose reach it left. */
  move(price: number, tripped: (account: number) => void): void {
    const before = this.#price
    if (price === before) return
    this.#price = price
    if (this.#size > 0) this.#moveRows(Number.isNaN(before) ? undefined : before, price, tripped)
  }

  #moveRows(before: number | undefined, price: number, tripped: (account: number) => void): void {
    const sign = this.#side === "bid" ? 1 : -1
    const accounts = this.#accounts
    const references = this.#references
    const leasts = this.#leasts
    const mosts = this.#mosts
    const reaches = this.#reaches
    const left = this.#rooms.left
    const size = this.#size
    for (let place = 0; place < size; place++) {
      const account = accounts[place] ?? 0
      const reference = references[place] ?? 0
      const least = leasts[place] ?? 0
      const most = mosts[place] ?? 0
      const was = before === undefined ? 0 : (before - reference) * sign
      const is = (price - reference) * sign
      const below = 2 * account
      const roomBelow = (left[below] ?? 0) + leastChange(is, least, most) - leastChange(was, least, most)
      const roomAbove = (left[below + 1] ?? 0) - mostChange(is, least, most) + mostChange(was, least, most)
      left[below] = roomBelow
      left[below + 1] = roomAbove
      const isWithin = roomBelow > 0 && roomAbove > 0 && Math.abs(is) <= (reaches[place] ?? 0)
      if (isWithin || roomBelow === Infinity) continue
      this.#rooms.leave(account)
      tripped(account)
    }
  }

  #at(place: number): Slope {
    return {
      symbol: this.#symbol,
      side: this.#side,
      reference: this.#references[place] ?? 0,
      least: this.#leasts[place] ?? 0,
      most: this.#mosts[place] ?? 0,
      reach: this.#reaches[place] ?? 0
    }
  }

  #put(place: number, wire: number, account: number, { least, most, reach, reference }: Slope): void {
    this.#wires[place] = wire
    this.#accounts[place] = account
    this.#references[place] = reference
    this.#leasts[place] = least
    this.#mosts[place] = most
    this.#reaches[place] = reach
    this.#wireColumns.places[wire] = place
  }

  #widen(rows: number): void {
    this.#wires = widened(this.#wires, new Int32Array(rows))
    this.#accounts = widened(this.#accounts, new Int32Array(rows))
    this.#references = widened(this.#references, new Float64Array(rows))
    this.#leasts = widened(this.#leasts, new Float64Array(rows))
    this.#mosts = widened(this.#mosts, new Float64Array(rows))
    this.#reaches = widened(this.#reaches, new Float64Array(rows))
  }
}
