/** Accounts that arm, arm anew, trip and go, against a plain map: numbers and rows are given to others, and nobody's wires get mixed up. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ArmedAccounts } from "#actors/symbol/ArmedAccounts.ts"
import type { Tripwire, Wiring } from "#actors/symbol/Tripwire.ts"
import { INDEXES_MAX } from "#actors/symbol/TripwireIndex.ts"

const symbols = ["EURUSD", "USDJPY", "XAUUSD"] as const
const tripwire: fc.Arbitrary<Tripwire> = fc.record({
  symbol: fc.constantFrom(...symbols),
  side: fc.constantFrom("bid" as const, "ask" as const),
  direction: fc.constantFrom("atOrBelow" as const, "atOrAbove" as const),
  price: fc.bigInt({ min: 90n, max: 110n })
})
const accountId = fc.constantFrom("A", "B", "C", "D", "E")
const step = fc.oneof(
  fc.record({ kind: fc.constant("arm" as const), accountId, tripwires: fc.array(tripwire, { maxLength: 8 }) }),
  fc.record({ kind: fc.constant("disarm" as const), accountId }),
  fc.record({ kind: fc.constant("quote" as const), symbol: fc.constantFrom(...symbols), bid: fc.integer({ min: 90, max: 110 }) })
)

const wired = (tripwires: ReadonlyArray<Tripwire>): Wiring => ({ tripwires, marginSlopes: undefined })

const crossed = ({ direction, price, side }: Tripwire, bid: number): boolean => {
  const watched = BigInt(side === "bid" ? bid : bid + 1)
  return direction === "atOrBelow" ? watched <= price : watched >= price
}

/** What an account armed, and what of it has not tripped. */
interface Expected {
  readonly wires: ReadonlyArray<Tripwire>
  left: ReadonlyArray<Tripwire>
}

describe("ArmedAccounts", () => {
  it("knows of every account what a map would know", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const armed = new ArmedAccounts()
        const expected = new Map<string, Expected>()
        for (const action of steps) {
          if (action.kind === "arm") {
            armed.arm(action.accountId, wired(action.tripwires))
            expected.set(action.accountId, { wires: action.tripwires, left: action.tripwires })
          } else if (action.kind === "disarm") {
            armed.disarm(action.accountId)
            expected.delete(action.accountId)
          } else {
            const tripped: Array<string> = []
            armed.indexOf(action.symbol).trip(action.bid, action.bid + 1, (account) => tripped.push(armed.idOf(account)))
            const due: Array<string> = []
            for (const [id, account] of expected) {
              const reached = account.left.filter((wire) => wire.symbol === action.symbol && crossed(wire, action.bid))
              account.left = account.left.filter((wire) => !reached.includes(wire))
              due.push(...reached.map(() => id))
            }
            expect(tripped.toSorted()).toEqual(due.toSorted())
          }
          expect([...armed.ids()].toSorted()).toEqual([...expected.keys()].toSorted())
          for (const id of ["A", "B", "C", "D", "E"]) {
            const account = expected.get(id)
            expect(armed.isArmed(id)).toBe(account !== undefined)
            expect([...armed.symbolsOf(id)]).toEqual([...new Set(account?.wires.map(({ symbol }) => symbol))])
            expect(armed.wiringOf(id)?.tripwires).toEqual(account?.left.length === account?.wires.length ? account?.wires : undefined)
          }
        }
      }),
      { numRuns: 300 }
    )
  })

  const stopLoss = (price: bigint): Tripwire => ({ symbol: "EURUSD", side: "bid", direction: "atOrBelow", price })
  const reached = (armed: ArmedAccounts, bid: number): ReadonlyArray<string> => {
    const tripped: Array<string> = []
    armed.indexOf("EURUSD").trip(bid, bid + 1, (account) => tripped.push(armed.idOf(account)))
    return tripped
  }

  it("grows as far as it is needed, and uses the room again", () => {
    const armed = new ArmedAccounts()
    const ids = Array.from({ length: 5_000 }, (_, index) => String(index))
    for (let round = 1; round <= 3; round++) {
      for (const id of ids) armed.arm(id, wired([stopLoss(BigInt(id) * 2n + BigInt(round))]))
      expect(armed.indexOf("EURUSD").size).toBe(5_000)
      expect(armed.wiringOf("4999")?.tripwires).toEqual([stopLoss(9_998n + BigInt(round))])
      expect(reached(armed, 9_996 + round)).toEqual(["4999", "4998"])
      for (const id of ids.slice(0, 2_500)) armed.disarm(id)
      expect(armed.indexOf("EURUSD").size).toBe(2_498)
    }
  })

  it("trips at prices that a double cannot hold exactly: too early rather than never", () => {
    const large = 10n ** 20n + 1n
    const armed = new ArmedAccounts()
    armed.arm("A", wired([stopLoss(large)]))
    expect(reached(armed, Number(large + 100_000n))).toEqual([])
    expect(reached(armed, Number(large))).toEqual(["A"])
    for (const price of [2n ** 53n + 1n, 2n ** 53n + 3n, large]) {
      for (const bid of [price - 1n, price]) {
        armed.arm("A", wired([stopLoss(price)]))
        expect(reached(armed, Number(bid))).toEqual(["A"])
        armed.arm("A", wired([{ ...stopLoss(bid), direction: "atOrAbove" }]))
        expect(reached(armed, Number(price))).toEqual(["A"])
      }
    }
  })

  it("refuses more symbols than it can number", () => {
    const armed = new ArmedAccounts()
    for (let symbol = 0; symbol < INDEXES_MAX; symbol++) armed.indexOf(String(symbol))
    expect(armed.indexOf("0").symbol).toBe("0")
    expect(() => armed.indexOf("one more")).toThrow(RangeError)
  })
})
