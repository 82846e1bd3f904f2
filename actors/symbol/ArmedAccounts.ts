/**
 * ArmedAccounts: which account has armed which tripwires on this node, the rows of hot accounts among them.
 *
 * An account's wires are a list through the columns, its head in a column by the account's number. They stay in it when they trip, so that
 * the list says on which symbols the account depends until it arms anew; only then, or when it is disarmed, are they freed, all of them.
 */
import { AccountNumbers } from "#actors/symbol/AccountNumbers.ts"
import { MarginRooms } from "#actors/symbol/MarginRooms.ts"
import type { Slope, Tripwire, Wiring } from "#actors/symbol/Tripwire.ts"
import { indexNumberOf, INDEXES_MAX, TripwireIndex } from "#actors/symbol/TripwireIndex.ts"
import { NO_WIRE, roomAfter, widened, WireColumns } from "#actors/symbol/WireColumns.ts"
import type { SymbolName } from "#domain/Quote.ts"

export class ArmedAccounts {
  readonly #accounts = new AccountNumbers()
  readonly #wireColumns = new WireColumns()
  readonly #rooms = new MarginRooms()
  readonly #indexes: Array<TripwireIndex> = []
  readonly #bySymbol = new Map<SymbolName, TripwireIndex>()
  /** The wire armed last, by account; NO_WIRE for one without any. */
  #heads = new Int32Array(0)

  /** The tripwires of one symbol. Throws when there are more symbols than INDEXES_MAX. */
  indexOf(symbol: SymbolName): TripwireIndex {
    let index = this.#bySymbol.get(symbol)
    if (index === undefined) {
      if (this.#indexes.length === INDEXES_MAX) throw new RangeError(`tripwires of more than ${INDEXES_MAX} symbols`)
      index = new TripwireIndex(symbol, this.#indexes.length, this.#wireColumns, this.#rooms)
      this.#indexes.push(index)
      this.#bySymbol.set(symbol, index)
    }
    return index
  }

  /** Replaces all tripwires of the account. */
  arm(accountId: string, { marginSlopes, tripwires }: Wiring): void {
    const account = this.#accounts.take(accountId)
    if (account >= this.#heads.length) {
      const known = this.#heads
      this.#heads = widened(known, new Int32Array(roomAfter(account)))
      this.#heads.fill(NO_WIRE, known.length)
    }
    this.#free(account)
    let head = NO_WIRE
    for (const wire of tripwires) head = this.indexOf(wire.symbol).add(account, wire, head)
    if (marginSlopes !== undefined) {
      this.#rooms.enter(account, marginSlopes)
      for (const slope of marginSlopes.slopes) head = this.indexOf(slope.symbol).addSlope(account, slope, head)
    }
    this.#heads[account] = head
  }

  disarm(accountId: string): void {
    const account = this.#accounts.find(accountId)
    if (account === undefined) return
    this.#free(account)
    this.#accounts.release(accountId)
  }

  #free(account: number): void {
    for (const wire of this.#wiresOf(account)) this.#indexHolding(wire).remove(wire)
    this.#rooms.leave(account)
    this.#heads[account] = NO_WIRE
  }

  isArmed(accountId: string): boolean {
    return this.#accounts.has(accountId)
  }

  ids(): Iterable<string> {
    return this.#accounts.ids()
  }

  /** Of a number that an index told. */
  idOf(account: number): string {
    return this.#accounts.idOf(account)
  }

  /** As the account armed it; undefined when it is not armed, or something of it tripped. */
  wiringOf(accountId: string): Wiring | undefined {
    const account = this.#accounts.find(accountId)
    if (account === undefined) return undefined
    const tripwires: Array<Tripwire> = []
    const slopes: Array<Slope> = []
    for (const number of this.#wiresOf(account)) {
      const index = this.#indexHolding(number)
      const slope = index.slopeOf(number)
      const wire = slope === undefined ? index.tripwireOf(number) : undefined
      if (slope !== undefined) slopes.push(slope)
      else if (wire !== undefined) tripwires.push(wire)
      else return undefined
    }
    if (slopes.length === 0) return { tripwires, marginSlopes: undefined }
    const rooms = this.#rooms.wholeOf(account)
    return rooms && { tripwires, marginSlopes: { ...rooms, slopes } }
  }

  /** Those that the account depends on. */
  symbolsOf(accountId: string): ReadonlySet<SymbolName> {
    const account = this.#accounts.find(accountId)
    return new Set(account === undefined ? [] : this.#wiresOf(account).map((wire) => this.#indexHolding(wire).symbol))
  }

  /** In the order in which they were armed. */
  #wiresOf(account: number): Array<number> {
    const wires: Array<number> = []
    const { nexts } = this.#wireColumns
    for (let wire = this.#heads[account] ?? NO_WIRE; wire !== NO_WIRE; wire = nexts[wire] ?? NO_WIRE) wires.push(wire)
    return wires.reverse()
  }

  #indexHolding(wire: number): TripwireIndex {
    const index = this.#indexes[indexNumberOf(this.#wireColumns.heaps[wire] ?? 0)]
    if (index === undefined) throw new Error("a tripwire of no symbol")
    return index
  }
}
