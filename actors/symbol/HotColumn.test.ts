/** Hot accounts against plain sums: the same ones trip at the same tick, whatever is armed, disarmed and quoted. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ArmedAccounts } from "#actors/symbol/ArmedAccounts.ts"
import { leastChange, mostChange, movedInFavor } from "#actors/symbol/HotColumn.ts"
import type { MarginSlopes, Slope } from "#actors/symbol/Tripwire.ts"

const SYMBOLS = ["EURUSD", "USDJPY", "XAUUSD"] as const
const IDS = ["A", "B", "C", "D"] as const

const slope: fc.Arbitrary<Slope> = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom("bid" as const, "ask" as const),
  reference: fc.integer({ min: 95, max: 105 }),
  least: fc.double({ min: 0, max: 2, noNaN: true }),
  most: fc.double({ min: 2, max: 4, noNaN: true }),
  reach: fc.integer({ min: 3, max: 12 })
})
const marginSlopes: fc.Arbitrary<MarginSlopes> = fc.record({
  roomBelow: fc.integer({ min: 1, max: 60 }),
  roomAbove: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 60 })),
  slopes: fc.uniqueArray(slope, { minLength: 1, maxLength: 5, selector: ({ side, symbol }) => side + symbol })
})
const step = fc.oneof(
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("arm" as const), id: fc.constantFrom(...IDS), marginSlopes }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("disarm" as const), id: fc.constantFrom(...IDS) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("quote" as const),
      symbol: fc.constantFrom(...SYMBOLS),
      bid: fc.integer({ min: 90, max: 110 }),
      spread: fc.integer({ min: 0, max: 2 })
    })
  }
)

/** Rooms and reaches worked out from nothing, at the last price of each side; a side without any stands at its reference. */
const isUsedUp = ({ roomAbove, roomBelow, slopes }: MarginSlopes, lastPrices: ReadonlyMap<string, number>): boolean => {
  const moves = slopes.map((each) => ({
    ...each,
    moved: movedInFavor(each, lastPrices.get(each.side + each.symbol) ?? each.reference)
  }))
  const least = moves.reduce((sum, { least, most, moved }) => sum + leastChange(moved, least, most), 0)
  const most = moves.reduce((sum, { least, most, moved }) => sum + mostChange(moved, least, most), 0)
  return roomBelow + least <= 0 || roomAbove - most <= 0 || moves.some(({ moved, reach }) => Math.abs(moved) > reach)
}

const usedUp = (waiting: ReadonlyMap<string, MarginSlopes>, lastPrices: ReadonlyMap<string, number>): Set<string> =>
  new Set([...waiting].filter(([, slopes]) => isUsedUp(slopes, lastPrices)).map(([id]) => id))

describe("hot accounts", () => {
  it("trip once, at the tick that could have used up their room or left a reach", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const armed = new ArmedAccounts()
        const lastPrices = new Map<string, number>()
        const waiting = new Map<string, MarginSlopes>()
        const all = new Map<string, MarginSlopes>()
        for (const action of steps) {
          if (action.kind === "arm") {
            // as an account does: it arms at prices at which nothing is used up
            const { marginSlopes } = action
            const slopes = marginSlopes.slopes.map((each) => ({
              ...each,
              reference: lastPrices.get(each.side + each.symbol) ?? each.reference
            }))
            const wiring = { tripwires: [], marginSlopes: { ...marginSlopes, slopes } }
            armed.arm(action.id, wiring)
            expect(armed.wiringOf(action.id)).toEqual(wiring)
            waiting.set(action.id, wiring.marginSlopes)
            all.set(action.id, wiring.marginSlopes)
          } else if (action.kind === "disarm") {
            armed.disarm(action.id)
            waiting.delete(action.id)
            all.delete(action.id)
          } else {
            const { bid, spread, symbol } = action
            const tripped: Array<string> = []
            armed.indexOf(symbol).trip(bid, bid + spread, (account) => tripped.push(armed.idOf(account)))
            // first the bid, then the ask
            lastPrices.set(`bid${symbol}`, bid)
            const due = usedUp(waiting, lastPrices)
            lastPrices.set(`ask${symbol}`, bid + spread)
            for (const id of usedUp(waiting, lastPrices)) due.add(id)
            expect(tripped.toSorted()).toEqual([...due].toSorted())
            for (const id of due) waiting.delete(id)
          }
          for (const id of IDS) expect(armed.wiringOf(id)?.marginSlopes).toEqual(waiting.get(id))
          const rows = [...all.values()].flatMap(({ slopes }) => slopes)
          for (const symbol of SYMBOLS) expect(armed.indexOf(symbol).size).toBe(rows.filter((row) => row.symbol === symbol).length)
        }
      }),
      { numRuns: 400 }
    )
  })

  it("armed as they were before start at the present price, not at their references", () => {
    const armed = new ArmedAccounts()
    const slopes: ReadonlyArray<Slope> = [{ symbol: "EURUSD", side: "bid", reference: 100, least: 1, most: 1, reach: 50 }]
    const trip = (bid: number): ReadonlyArray<string> => {
      const tripped: Array<string> = []
      armed.indexOf("EURUSD").trip(bid, bid + 1, (account) => tripped.push(armed.idOf(account)))
      return tripped
    }
    trip(95)
    armed.arm("A", { tripwires: [], marginSlopes: { roomBelow: 10, roomAbove: Infinity, slopes } })
    expect(trip(91)).toEqual([])
    expect(trip(90)).toEqual(["A"])
    expect(trip(80)).toEqual([])
  })
})
