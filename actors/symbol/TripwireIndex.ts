/**
 * TripwireIndex: the tripwires of one symbol, so ordered that a tick looks only at the nearest in each direction.
 *
 * Four heaps: bid and ask, from above and from below. A tick that trips nothing costs four comparisons, however many wires there are. A wire
 * that trips is taken out: its account arms anew once it has judged the quote.
 */
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import { TripwireHeap } from "#actors/symbol/TripwireHeap.ts"
import type { WireColumns } from "#actors/symbol/WireColumns.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** Heaps of one symbol; heap `number * HEAPS_PER_SYMBOL + kind` is the kind's heap in index `number`. */
const HEAPS_PER_SYMBOL = 4
const ASK = 2
const AT_OR_ABOVE = 1

/** As many indexes as the numbers of heaps have room for. */
export const INDEXES_MAX = 65_536 / HEAPS_PER_SYMBOL

/** Number of the index that heap `heap` is in. */
export const indexNumberOf = (heap: number): number => Math.trunc(heap / HEAPS_PER_SYMBOL)

const kindOf = (heap: number): number => heap % HEAPS_PER_SYMBOL

export class TripwireIndex {
  readonly symbol: SymbolName
  readonly #number: number
  readonly #wireColumns: WireColumns
  readonly #bidFalling: TripwireHeap
  readonly #bidRising: TripwireHeap
  readonly #askFalling: TripwireHeap
  readonly #askRising: TripwireHeap

  /** `number` tells it from the other indexes of the same columns; below INDEXES_MAX. */
  constructor(symbol: SymbolName, number: number, wireColumns: WireColumns) {
    this.symbol = symbol
    this.#number = number
    this.#wireColumns = wireColumns
    this.#bidFalling = new TripwireHeap(wireColumns)
    this.#bidRising = new TripwireHeap(wireColumns)
    this.#askFalling = new TripwireHeap(wireColumns)
    this.#askRising = new TripwireHeap(wireColumns)
  }

  get size(): number {
    return this.#bidFalling.size + this.#bidRising.size + this.#askFalling.size + this.#askRising.size
  }

  /** The wire's number; `next` is the account's wire armed before it. */
  add(account: number, { direction, price, side }: Tripwire, next: number): number {
    const kind = (side === "ask" ? ASK : 0) + (direction === "atOrAbove" ? AT_OR_ABOVE : 0)
    const wire = this.#wireColumns.take(account, this.#number * HEAPS_PER_SYMBOL + kind, next)
    this.#heapOf(kind).add(wire, direction === "atOrBelow" ? -Number(price) : Number(price))
    return wire
  }

  /** Of a wire of this index, tripped or not; its number is free for another. */
  remove(wire: number): void {
    this.#heapOf(kindOf(this.#wireColumns.heaps[wire] ?? 0)).remove(wire)
    this.#wireColumns.release(wire)
  }

  /** The wire as it was armed; undefined when it tripped. */
  tripwireOf(wire: number): Tripwire | undefined {
    const kind = kindOf(this.#wireColumns.heaps[wire] ?? 0)
    const key = this.#heapOf(kind).keyOf(wire)
    if (key === undefined) return undefined
    const side = (kind & ASK) === 0 ? "bid" : "ask"
    return (kind & AT_OR_ABOVE) === 0
      ? { symbol: this.symbol, side, direction: "atOrBelow", price: BigInt(-key) }
      : { symbol: this.symbol, side, direction: "atOrAbove", price: BigInt(key) }
  }

  /** Takes out every wire at or beyond its price, and tells whose it was. */
  trip(bid: number, ask: number, tripped: (account: number) => void): void {
    this.#tripHeap(this.#bidFalling, -bid, tripped)
    this.#tripHeap(this.#bidRising, bid, tripped)
    this.#tripHeap(this.#askFalling, -ask, tripped)
    this.#tripHeap(this.#askRising, ask, tripped)
  }

  #tripHeap(heap: TripwireHeap, reached: number, tripped: (account: number) => void): void {
    for (let wire = heap.takeReached(reached); wire !== undefined; wire = heap.takeReached(reached)) {
      tripped(this.#wireColumns.accounts[wire] ?? 0)
    }
  }

  #heapOf(kind: number): TripwireHeap {
    if ((kind & ASK) === 0) return (kind & AT_OR_ABOVE) === 0 ? this.#bidFalling : this.#bidRising
    return (kind & AT_OR_ABOVE) === 0 ? this.#askFalling : this.#askRising
  }
}
