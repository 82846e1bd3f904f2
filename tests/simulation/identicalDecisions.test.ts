/**
 * Tripwires with margin bands decide what full revaluation on every tick decides: a small version of `npm run bench -- decisions`, over a
 * weekend, with gaps, and with conversion rates that move.
 */
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

  it("are told apart when every third tripwire is missing", { timeout: 120_000 }, () => {
    let count = 0
    const { differences } = compareDecisions({ ...small, volatility: 5, armed: (tripwires) => tripwires.filter(() => ++count % 3 !== 0) })
    expect(differences.length).toBeGreaterThan(0)
  })
})
