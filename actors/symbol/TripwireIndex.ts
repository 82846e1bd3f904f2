/**
 * TripwireIndex: the tripwires of one symbol, so ordered that a tick looks only at the nearest in each direction.
 *
 * Four heaps: bid and ask, from above and from below. A tick that trips nothing costs four comparisons, however many wires there are;
 * adding or removing one costs O(log n). A wire that trips is removed: its account arms anew once it has judged the quote.
 *
 * Prices are compared as doubles that hold scaled integers: exact up to 90,071,992.54740991, the most that the quality gate lets through.
 */
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import type { SymbolName } from "#domain/Quote.ts"

export interface ArmedTripwire {
  readonly accountId: string
  /** Smaller trips earlier: the price, negated for wires that a falling price trips. */
  readonly key: number
  readonly heap: TripwireHeap
  /** Place in the heap; -1 when it is in none. */
  place: number
}

/** The wires of one symbol, side and direction: a binary min-heap whose entries know their place, so that any of them can be taken out. */
export class TripwireHeap {
  readonly symbol: SymbolName
  readonly side: Tripwire["side"]
  readonly direction: Tripwire["direction"]
  readonly #entries: Array<ArmedTripwire> = []

  constructor(symbol: SymbolName, side: Tripwire["side"], direction: Tripwire["direction"]) {
    this.symbol = symbol
    this.side = side
    this.direction = direction
  }

  get size(): number {
    return this.#entries.length
  }

  get nearest(): ArmedTripwire | undefined {
    return this.#entries[0]
  }

  add(entry: ArmedTripwire): void {
    this.#entries.push(entry)
    entry.place = this.#entries.length - 1
    this.#rise(entry)
  }

  remove(entry: ArmedTripwire): void {
    const { place } = entry
    if (place < 0) return
    entry.place = -1
    const last = this.#entries.pop()
    if (last === undefined || last === entry) return
    this.#put(last, place)
    this.#rise(last)
    this.#sink(last)
  }

  #put(entry: ArmedTripwire, place: number): void {
    this.#entries[place] = entry
    entry.place = place
  }

  #rise(entry: ArmedTripwire): void {
    let { place } = entry
    while (place > 0) {
      const parentPlace = (place - 1) >> 1
      const parent = this.#entries[parentPlace]
      if (parent === undefined || parent.key <= entry.key) break
      this.#put(parent, place)
      place = parentPlace
    }
    this.#put(entry, place)
  }

  #sink(entry: ArmedTripwire): void {
    let { place } = entry
    for (;;) {
      const left = this.#entries[place * 2 + 1]
      if (left === undefined) break
      const right = this.#entries[place * 2 + 2]
      const child = right !== undefined && right.key < left.key ? right : left
      if (child.key >= entry.key) break
      const childPlace = child.place
      this.#put(child, place)
      place = childPlace
    }
    this.#put(entry, place)
  }
}

/** The wire that was armed; undefined when it tripped. */
export const tripwireOf = ({ heap: { direction, side, symbol }, key, place }: ArmedTripwire): Tripwire | undefined =>
  place < 0 ? undefined : { symbol, side, direction, price: BigInt(direction === "atOrBelow" ? -key : key) }

export class TripwireIndex {
  readonly #bidFalling: TripwireHeap
  readonly #bidRising: TripwireHeap
  readonly #askFalling: TripwireHeap
  readonly #askRising: TripwireHeap

  constructor(symbol: SymbolName) {
    this.#bidFalling = new TripwireHeap(symbol, "bid", "atOrBelow")
    this.#bidRising = new TripwireHeap(symbol, "bid", "atOrAbove")
    this.#askFalling = new TripwireHeap(symbol, "ask", "atOrBelow")
    this.#askRising = new TripwireHeap(symbol, "ask", "atOrAbove")
  }

  get size(): number {
    return this.#bidFalling.size + this.#bidRising.size + this.#askFalling.size + this.#askRising.size
  }

  add(accountId: string, wire: Tripwire): ArmedTripwire {
    const falling = wire.direction === "atOrBelow"
    const price = Number(wire.price)
    const heap = wire.side === "bid" ? (falling ? this.#bidFalling : this.#bidRising) : falling ? this.#askFalling : this.#askRising
    const entry: ArmedTripwire = { accountId, key: falling ? -price : price, heap, place: -1 }
    heap.add(entry)
    return entry
  }

  remove(entry: ArmedTripwire): void {
    entry.heap.remove(entry)
  }

  /** Takes out every wire at or beyond its price, and tells whose it was. */
  trip(bid: number, ask: number, tripped: (accountId: string) => void): void {
    this.#tripHeap(this.#bidFalling, -bid, tripped)
    this.#tripHeap(this.#bidRising, bid, tripped)
    this.#tripHeap(this.#askFalling, -ask, tripped)
    this.#tripHeap(this.#askRising, ask, tripped)
  }

  #tripHeap(heap: TripwireHeap, reached: number, tripped: (accountId: string) => void): void {
    for (let wire = heap.nearest; wire !== undefined && wire.key <= reached; wire = heap.nearest) {
      heap.remove(wire)
      tripped(wire.accountId)
    }
  }
}
