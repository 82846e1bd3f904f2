/**
 * WireColumns: what is known of every tripwire of this node beside its price, a column for each property; a wire is a row, named by its
 * number. With its price and its place in a heap (see TripwireHeap) a wire takes 26 bytes, and the garbage collector has nothing to look at.
 *
 * Why this is safe: a row belongs to one wire from `take` to `release`. Freed rows form a list through `nexts`, which only wires in use and
 * the list itself read, so that no row is ever in two lists.
 */

/** The end of a list of wires. */
export const NO_WIRE = -1
/** Place of a wire that is in no heap. */
export const NO_PLACE = -1

const ROWS_AT_FIRST = 1_024

export class WireColumns {
  /** Place in its heap; NO_PLACE once it tripped. */
  places = new Int32Array(ROWS_AT_FIRST)
  /** The next wire of the same account, or of the free rows. */
  nexts = new Int32Array(ROWS_AT_FIRST)
  accounts = new Int32Array(ROWS_AT_FIRST)
  /** Number of its heap: four for each symbol, so there may be 16,384 symbols. */
  heaps = new Uint16Array(ROWS_AT_FIRST)
  #used = 0
  #free = NO_WIRE

  /** A row for a wire that is in no heap yet. */
  take(account: number, heap: number, next: number): number {
    const wire = this.#free === NO_WIRE ? this.#unused() : this.#free
    if (wire === this.#free) this.#free = this.nexts[wire] ?? NO_WIRE
    this.places[wire] = NO_PLACE
    this.nexts[wire] = next
    this.accounts[wire] = account
    this.heaps[wire] = heap
    return wire
  }

  /** Of a wire that is in no heap. */
  release(wire: number): void {
    this.nexts[wire] = this.#free
    this.#free = wire
  }

  #unused(): number {
    if (this.#used === this.nexts.length) {
      const rows = roomAfter(this.#used)
      this.places = widened(this.places, new Int32Array(rows))
      this.nexts = widened(this.nexts, new Int32Array(rows))
      this.accounts = widened(this.accounts, new Int32Array(rows))
      this.heaps = widened(this.heaps, new Uint16Array(rows))
    }
    return this.#used++
  }
}

/** A quarter more: on the average each row is copied four times, and at most a fifth of the room is empty. */
export const roomAfter = (rows: number): number => rows + Math.max(8, rows >> 2)

export const widened = <Column extends Int32Array | Uint16Array | Float64Array>(from: Column, to: Column): Column => {
  to.set(from)
  return to
}
