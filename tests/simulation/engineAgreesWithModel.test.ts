/**
 * The engine against the reference model: random accounts, markets and commands; everything that can be seen is compared after every step.
 *
 * The test's name holds its seed. `SIMULATION_SEED=<seed> npx vitest run tests/simulation` runs the same steps again, `SIMULATION_STEPS` sets how many
 * commands and ticks a run has at least. A failing life is shrunk; the error shows what both said.
 */
import fc from "fast-check"
import { expect, it } from "vitest"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import { life, live } from "./lives.ts"

const SEED = Number(process.env["SIMULATION_SEED"] ?? Date.now() % 2_147_483_647)
const STEPS = Number(process.env["SIMULATION_STEPS"] ?? 100_000)
const LIVES_PER_BATCH = 50
/** Shrinking a failure stops here, and shows the smallest life found so far. */
const BATCH_MILLIS_MAX = 60_000

it(`the engine and the reference model agree on every step (SIMULATION_SEED=${SEED})`, { timeout: 60_000 + STEPS * 10 }, () => {
  const done = { steps: 0 }
  for (let batch = 0; done.steps < STEPS; batch++) {
    fc.assert(
      fc.property(life, (candidate) => {
        const { twin } = live({ decide, evolve }, candidate)
        done.steps += twin.commands
        expect(violationsOf(twin.events, twin.state)).toEqual([])
      }),
      { seed: SEED + batch, numRuns: LIVES_PER_BATCH, plugins: [fc.interruptAfterTimeLimit(BATCH_MILLIS_MAX)] }
    )
  }
})
