/** The index against a plain scan: the same wires trip, whatever is added, removed and quoted. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MarginRooms } from "#actors/symbol/MarginRooms.ts"
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import { TripwireIndex } from "#actors/symbol/TripwireIndex.ts"
import { NO_WIRE, WireColumns } from "#actors/symbol/WireColumns.ts"

const wire = fc.record({
  side: fc.constantFrom("bid" as const, "ask" as const),
  direction: fc.constantFrom("atOrBelow" as const, "atOrAbove" as const),
  price: fc.integer({ min: 90, max: 110 })
})
const step = fc.oneof(
  fc.record({ kind: fc.constant("add" as const), wire }),
  fc.record({ kind: fc.constant("remove" as const), pick: fc.nat() }),
  fc.record({ kind: fc.constant("quote" as const), bid: fc.integer({ min: 90, max: 110 }), spread: fc.integer({ min: 0, max: 3 }) })
)

interface Known {
  readonly account: number
  readonly wire: Tripwire
  readonly armed: number
}

const crossed = ({ direction, price, side }: Tripwire, bid: number, ask: number): boolean => {
  const watched = BigInt(side === "bid" ? bid : ask)
  return direction === "atOrBelow" ? watched <= price : watched >= price
}

const byNumber = (a: number, b: number): number => a - b

describe("TripwireIndex", () => {
  it("trips exactly the wires that a scan finds crossed, each once", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const index = new TripwireIndex("EURUSD", 0, new WireColumns(), new MarginRooms())
        let known: Array<Known> = []
        for (const [number, action] of steps.entries()) {
          if (action.kind === "add") {
            const added: Tripwire = { ...action.wire, symbol: "EURUSD", price: BigInt(action.wire.price) }
            known.push({ account: number, wire: added, armed: index.add(number, added, NO_WIRE) })
          } else if (action.kind === "remove") {
            const picked = known[action.pick % Math.max(known.length, 1)]
            if (picked !== undefined) index.remove(picked.armed)
            known = known.filter((entry) => entry !== picked)
          } else {
            const ask = action.bid + action.spread
            const expected = known.filter((entry) => crossed(entry.wire, action.bid, ask))
            const tripped: Array<number> = []
            index.trip(action.bid, ask, (account) => tripped.push(account))
            expect(tripped.toSorted(byNumber)).toEqual(expected.map(({ account }) => account).toSorted(byNumber))
            for (const { armed, wire } of expected) {
              // until it is removed its number stays its own
              expect([wire, index.tripwireOf(armed)]).toEqual([wire, undefined])
              index.remove(armed)
            }
            known = known.filter((entry) => !expected.includes(entry))
          }
          expect(index.size).toBe(known.length)
          expect(known.map(({ armed }) => index.tripwireOf(armed))).toEqual(known.map(({ wire }) => wire))
        }
      }),
      { numRuns: 300 }
    )
  })

  it("removes a wire that already tripped without harm", () => {
    const index = new TripwireIndex("EURUSD", 0, new WireColumns(), new MarginRooms())
    const armed = index.add(1, { symbol: "EURUSD", side: "bid", direction: "atOrBelow", price: 100n }, NO_WIRE)
    index.trip(99, 100, () => {})
    index.remove(armed)
    expect(index.size).toBe(0)
  })
})
