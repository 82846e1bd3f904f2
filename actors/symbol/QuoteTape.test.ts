/** The tape's extremes hold every quote that is on it, before and after the ring begins anew. */
import { describe, expect, it } from "vitest"
import { quote } from "#actors/account/testing.ts"
import { QuoteTape, TAPE_QUOTES_MAX } from "#actors/symbol/QuoteTape.ts"

const add = (tape: QuoteTape, mark: number, points: number): void => {
  const made = quote("EURUSD", (1 + points / 1e5).toFixed(5), (1 + (points + 10) / 1e5).toFixed(5))
  tape.add({ mark, quote: made }, Number(made.bid), Number(made.ask))
}

describe("the extremes of a tape", () => {
  it("reach at least as far as its quotes, and forget what left it after two rounds", () => {
    const tape = new QuoteTape()
    for (let mark = 1; mark <= 5 * TAPE_QUOTES_MAX; mark++) {
      // a spike at the beginning, then waves of different heights
      const points = mark === 3 ? 90_000 : Math.round(200 * Math.sin(mark / 50) + (mark % 977))
      add(tape, mark, points)
      if (mark % 61 !== 0) continue
      const held = tape.since(0)
      expect(held[0]).toBe(tape.oldest)
      for (const side of ["bid", "ask"] as const) {
        const { highest, lowest } = tape.extremes(side)
        const prices = held.map((entry) => Number(entry.quote[side]))
        expect(lowest).toBeLessThanOrEqual(Math.min(...prices))
        expect(highest).toBeGreaterThanOrEqual(Math.max(...prices))
      }
    }
    expect(tape.extremes("bid").highest).toBeLessThan(110_000_000)
  })

  it("are none for an empty one", () => {
    const tape = new QuoteTape()
    add(tape, 1, 0)
    tape.clear()
    expect(tape.oldest).toBeUndefined()
    expect(tape.extremes("ask")).toEqual({ lowest: Infinity, highest: -Infinity })
  })
})
