/** A CountedMap is to its reader what a Map is, whatever is put into it and taken out, and what was read before never changes. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { CountedMap } from "#actors/account/CountedMap.ts"

/** Counted ids, in order or not, and others that no account ever gives out. */
const id = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map((number): string => `P${number}`),
  fc.constantFrom("", "P0", "P01", "P1e3", "constructor", "O7")
)
const change = fc.record({ id, value: fc.option(fc.integer(), { nil: undefined }) })

const everythingOf = (map: ReadonlyMap<string, number>, ids: ReadonlyArray<string>) => {
  const visited: Array<readonly [string, number]> = []
  map.forEach((value, key) => visited.push([key, value]))
  return {
    size: map.size,
    entries: [...map.entries()],
    iterated: [...map],
    keys: [...map.keys()],
    values: [...map.values()],
    visited,
    found: ids.map((each) => [map.has(each), map.get(each)])
  }
}

describe("a counted map", () => {
  it("reads like a map, in order of arrival, before and after each change", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), fc.nat(20), (changes, counted) => {
        const first = Array.from({ length: counted }, (_, index) => [`P${index + 1}`, index] as [string, number])
        const ids = [...changes.map((each) => each.id), "P1", "P9", "P10", "P31", "nothing"]
        const model = new Map(first)
        let map: CountedMap<number> = CountedMap.of(first)
        for (const { id, value } of changes) {
          const before = everythingOf(map, ids)
          const next = value === undefined ? map.without(id) : map.with(id, value)
          expect(everythingOf(map, ids)).toEqual(before)
          if (value === undefined) model.delete(id)
          else model.set(id, value)
          expect(everythingOf(next, ids)).toEqual(everythingOf(model, ids))
          map = next
        }
        expect(everythingOf(CountedMap.of(model), ids)).toEqual(everythingOf(model, ids))
      })
    )
  })

  it("is made once: of one that is there, or of nothing, no other is made", () => {
    const map = CountedMap.of<number>([["P1", 1]])
    expect(CountedMap.of(map)).toBe(map)
    expect(map.without("P2")).toBe(map)
    expect(CountedMap.of([])).toBe(CountedMap.none)
  })
})
