/**
 * TripwireHeap: the tripwires of one symbol, side and direction: a binary min-heap of keys, which knows every wire's place, so that any of
 * them can be taken out. Adding or removing costs O(log n), looking at the nearest nothing.
 *
 * The key is the price, negated for wires that a falling price trips: whatever is smaller trips earlier. Keys are the scaled integers as
 * doubles: exact up to 90,071,992.54740991. Beyond, rounding to the nearest double keeps the order of prices (p ≤ q never becomes p > q), and a
 * wire and a quote are rounded alike: one that a quote reaches always trips, at worst it trips a rounding too early, and then its account
 * finds nothing to do and arms anew.
 */
import { NO_PLACE, roomAfter, widened, type WireColumns } from "#actors/symbol/WireColumns.ts"

export class TripwireHeap {
  readonly #wireColumns: WireColumns
  /** By place. */
  #keys = new Float64Array(0)
  #wires = new Int32Array(0)
  #size = 0

  constructor(wireColumns: WireColumns) {
    this.#wireColumns = wireColumns
  }

  get size(): number {
    return this.#size
  }

  add(wire: number, key: number): void {
    if (this.#size === this.#keys.length) {
      const places = roomAfter(this.#size)
      this.#keys = widened(this.#keys, new Float64Array(places))
      this.#wires = widened(this.#wires, new Int32Array(places))
    }
    this.#rise(wire, key, this.#size++)
  }

  /** Nothing happens to a wire that tripped already. */
  remove(wire: number): void {
    const place = this.#wireColumns.places[wire] ?? NO_PLACE
    if (place === NO_PLACE) return
    this.#wireColumns.places[wire] = NO_PLACE
    this.#size--
    if (place === this.#size) return
    const last = this.#wires[this.#size] ?? 0
    const key = this.#keyAt(this.#size)
    if (place > 0 && key < this.#keyAt((place - 1) >> 1)) this.#rise(last, key, place)
    else this.#sink(last, key, place)
  }

  /** The nearest wire if its key is at most `reached`; it is taken out. */
  takeReached(reached: number): number | undefined {
    if (this.#size === 0 || this.#keyAt(0) > reached) return undefined
    const wire = this.#wires[0] ?? 0
    this.remove(wire)
    return wire
  }

  /** Undefined for a wire that tripped. */
  keyOf(wire: number): number | undefined {
    const place = this.#wireColumns.places[wire] ?? NO_PLACE
    return place === NO_PLACE ? undefined : this.#keyAt(place)
  }

  #keyAt(place: number): number {
    return this.#keys[place] ?? Infinity
  }

  #put(wire: number, key: number, place: number): void {
    this.#keys[place] = key
    this.#wires[place] = wire
    this.#wireColumns.places[wire] = place
  }

  #move(from: number, to: number): void {
    this.#put(this.#wires[from] ?? 0, this.#keyAt(from), to)
  }

  #rise(wire: number, key: number, from: number): void {
    let place = from
    while (place > 0) {
      const parent = (place - 1) >> 1
      if (this.#keyAt(parent) <= key) break
      this.#move(parent, place)
      place = parent
    }
    this.#put(wire, key, place)
  }

  #sink(wire: number, key: number, from: number): void {
    let place = from
    for (;;) {
      const left = place * 2 + 1
      if (left >= this.#size) break
      const right = left + 1
      const child = right < this.#size && this.#keyAt(right) < this.#keyAt(left) ? right : left
      if (this.#keyAt(child) >= key) break
      this.#move(child, place)
      place = child
    }
    this.#put(wire, key, place)
  }
}
