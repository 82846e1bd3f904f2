/**
 * Tripwires with margin bands decide what full revaluation on every tick decides: a small version of `npm run bench -- decisions`, over a
 * weekend, with gaps, and with conversion rates that move.
 */
import type { Wiring } from "#actors/symbol/Tripwire.ts"
import { describe, expect, it } from "vitest"
import { compareDecisions } from "#bench/decisions/compare.ts"

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000)
const small = { accounts: 300, ticks: 4_000, seed, samplesPerTick: 2 }

describe(`tripwires and full revaluation, SEED=${seed}`, () => {
  it.each([1, 5])("decide alike at volatility × %i", { timeout: 120_000 }, (volatility) => {
    const { decisions, differences, events } = compareDecisions({ ...small, volatility })
    expect(differences).toEqual([])
    expect(decisions).toBeGreaterThan(0)
    expect(events["MarginCallEntered"]).toBeGreaterThan(0)
  })

  const faults: ReadonlyArray<readonly [string, (every: () => boolean) => (wiring: Wiring) => Wiring]> = [
    ["tripwire is missing", (every) => (wiring) => ({ ...wiring, tripwires: wiring.tripwires.filter(() => !every()) })],
    [
      "slope is missing",
      (every) => (wiring) => {
        const { marginSlopes } = wiring
        return { ...wiring, marginSlopes: marginSlopes && { ...marginSlopes, slopes: marginSlopes.slopes.filter(() => !every()) } }
      }
    ]
  ]
  it.each(faults)("are told apart when every third %s", { timeout: 120_000 }, (_, fault) => {
    let count = 0
    const { differences } = compareDecisions({ ...small, volatility: 5, armed: fault(() => ++count % 3 === 0) })
    expect(differences.length).toBeGreaterThan(0)
  })
})
