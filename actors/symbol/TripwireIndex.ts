/**
 * TripwireIndex: the tripwires of one symbol, so ordered that a tick looks only at the nearest in each direction, and the columns of its hot
 * accounts.
 *
 * Four heaps: bid and ask, from above and from below. A tick that trips nothing costs four comparisons, however many wires there are. A wire
 * that trips is taken out: its account arms anew once it has judged the quote. Two columns: only accounts close to a level of their margin
 * watch have a row in them, and a tick looks at each (see HotColumn).
 */
import { HotColumn } from "#actors/symbol/HotColumn.ts"
import type { MarginRooms } from "#actors/symbol/MarginRooms.ts"
import { ASK, AT_OR_ABOVE, type Slope, type Tripwire, WIRE_KINDS, wireKind } from "#actors/symbol/Tripwire.ts"
import { TripwireHeap } from "#actors/symbol/TripwireHeap.ts"
import type { WireColumns } from "#actors/symbol/WireColumns.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** Heaps and columns of one symbol; heap `number * HEAPS_PER_SYMBOL + kind` is the kind's heap or column in index `number`. */
const HEAPS_PER_SYMBOL = 8
/** Beside the kinds of wires: a column's. */
const HOT = WIRE_KINDS

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
  readonly #hotBid: HotColumn
  readonly #hotAsk: HotColumn

  /** `number` tells it from the other indexes of the same columns; below INDEXES_MAX. */
  constructor(symbol: SymbolName, number: number, wireColumns: WireColumns, rooms: MarginRooms) {
    this.symbol = symbol
    this.#number = number
    this.#wireColumns = wireColumns
    this.#bidFalling = new TripwireHeap(wireColumns)
    this.#bidRising = new TripwireHeap(wireColumns)
    this.#askFalling = new TripwireHeap(wireColumns)
    this.#askRising = new TripwireHeap(wireColumns)
    this.#hotBid = new HotColumn(symbol, "bid", wireColumns, rooms)
    this.#hotAsk = new HotColumn(symbol, "ask", wireColumns, rooms)
  }

  /** Tripwires that have not tripped, and rows of hot accounts. */
  get size(): number {
    const wires = this.#bidFalling.size + this.#bidRising.size + this.#askFalling.size + this.#askRising.size
    return wires + this.#hotBid.size + this.#hotAsk.size
  }

  /** The wire's number; `next` is the account's wire armed before it. */
  add(account: number, { direction, price, side }: Tripwire, next: number): number {
    const kind = wireKind(side, direction)
    const wire = this.#wireColumns.take(account, this.#number * HEAPS_PER_SYMBOL + kind, next)
    this.#heapOf(kind).add(wire, direction === "atOrBelow" ? -Number(price) : Number(price))
    return wire
  }

  /** As a wire that never trips by itself. */
  addSlope(account: number, slope: Slope, next: number): number {
    const kind = HOT + (slope.side === "ask" ? ASK : 0)
    const wire = this.#wireColumns.take(account, this.#number * HEAPS_PER_SYMBOL + kind, next)
    this.#columnOf(kind).add(wire, account, slope)
    return wire
  }

  /** Of a wire of this index, tripped or not; its number is free for another. */
  remove(wire: number): void {
    const kind = kindOf(this.#wireColumns.heaps[wire] ?? 0)
    if ((kind & HOT) === 0) this.#heapOf(kind).remove(wire)
    else this.#columnOf(kind).remove(wire)
    this.#wireColumns.release(wire)
  }

  /** Undefined for a tripwire. */
  slopeOf(wire: number): Slope | undefined {
    const kind = kindOf(this.#wireColumns.heaps[wire] ?? 0)
    return (kind & HOT) === 0 ? undefined : this.#columnOf(kind).slopeOf(wire)
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

  /** Takes out every wire at or beyond its price, and tells whose it was, and which hot accounts have no room left. */
  trip(bid: number, ask: number, tripped: (account: number) => void): void {
    this.#tripHeap(this.#bidFalling, -bid, tripped)
    this.#tripHeap(this.#bidRising, bid, tripped)
    this.#tripHeap(this.#askFalling, -ask, tripped)
    this.#tripHeap(this.#askRising, ask, tripped)
    this.#hotBid.move(bid, tripped)
    this.#hotAsk.move(ask, tripped)
  }

  #tripHeap(heap: TripwireHeap, reached: number, tripped: (account: number) => void): void {
    for (let wire = heap.takeReached(reached); wire !== undefined; wire = heap.takeReached(reached)) {
      tripped(this.#wireColumns.accounts[wire] ?? 0)
    }
  }

  #columnOf(kind: number): HotColumn {
    return (kind & ASK) === 0 ? this.#hotBid : this.#hotAsk
  }

  #heapOf(kind: number): TripwireHeap {
    if ((kind & ASK) === 0) return (kind & AT_OR_ABOVE) === 0 ? this.#bidFalling : this.#bidRising
    return (kind & AT_OR_ABOVE) === 0 ? this.#askFalling : this.#askRising
  }
}
