/**
 * CountedMap: orders or positions by id, as states hold them: never changed, each change makes the next one.
 *
 * Ids and values stand in two plain arrays, in order of arrival. Copying an array moves its memory in one piece, while a hash map is filled
 * again entry by entry: a hundred positions in a tenth of a microsecond instead of four. Ids count up ("P7", "P12"), so they stand in order
 * and are found by halving; should they ever not, each is looked at. To a reader it is a map like any other.
 */
export class CountedMap<Value> implements ReadonlyMap<string, Value> {
  readonly #ids: ReadonlyArray<string>
  readonly #values: ReadonlyArray<Value>
  /** Whether each id is above the one before it. */
  readonly #isAscending: boolean

  private constructor(ids: ReadonlyArray<string>, values: ReadonlyArray<Value>, isAscending: boolean) {
    this.#ids = ids
    this.#values = values
    this.#isAscending = isAscending
  }

  /** Shared by all accounts that have no orders or no positions. */
  static readonly none = new CountedMap<never>([], [], true)

  static of<Value>(entries: Iterable<readonly [string, Value]>): CountedMap<Value> {
    if (entries instanceof CountedMap) return entries
    const ids: Array<string> = []
    const values: Array<Value> = []
    for (const [id, value] of entries) {
      ids.push(id)
      values.push(value)
    }
    return ids.length === 0
      ? CountedMap.none
      : new CountedMap(
          ids,
          values,
          ids.every((id, place) => place === 0 || isAbove(id, ids[place - 1]))
        )
  }

  /** An entry that exists keeps its place, a new one goes to the end. */
  with(id: string, value: Value): CountedMap<Value> {
    const place = this.#placeOf(id)
    if (place >= 0) return new CountedMap(this.#ids, this.#values.with(place, value), this.#isAscending)
    const isAscending = this.#isAscending && isAbove(id, this.#ids.at(-1))
    // a spread would copy twice, and leave room for more
    return new CountedMap(this.#ids.toSpliced(this.size, 0, id), this.#values.toSpliced(this.size, 0, value), isAscending)
  }

  without(id: string): CountedMap<Value> {
    const place = this.#placeOf(id)
    if (place < 0) return this
    return new CountedMap(this.#ids.toSpliced(place, 1), this.#values.toSpliced(place, 1), this.#isAscending)
  }

  get size(): number {
    return this.#ids.length
  }

  get(id: string): Value | undefined {
    const place = this.#placeOf(id)
    return place < 0 ? undefined : this.#values[place]
  }

  has(id: string): boolean {
    return this.#placeOf(id) >= 0
  }

  keys(): ArrayIterator<string> {
    return this.#ids.values()
  }

  values(): ArrayIterator<Value> {
    return this.#values.values()
  }

  *entries(): Generator<[string, Value], undefined> {
    let place = 0
    for (const value of this.#values) yield [this.#ids[place++] ?? "", value]
    return undefined
  }

  [Symbol.iterator](): Generator<[string, Value], undefined> {
    return this.entries()
  }

  forEach(visit: (value: Value, id: string, map: ReadonlyMap<string, Value>) => void): void {
    for (const [id, value] of this) visit(value, id, this)
  }

  /** Less than 0 when it has no such id. */
  #placeOf(id: string): number {
    const ids = this.#ids
    if (!this.#isAscending) return ids.indexOf(id)
    let low = 0
    let high = ids.length - 1
    while (low <= high) {
      const middle = (low + high) >> 1
      const found = ids[middle]
      if (found === id) return middle
      if (isAbove(id, found)) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

/** Whether `id` was counted after `other`: of two numbers without leading zeros the longer one is larger. */
const isAbove = (id: string, other = ""): boolean => (id.length === other.length ? id > other : id.length > other.length)
