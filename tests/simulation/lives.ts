/** lives: seeded random lives of accounts, and what it takes to run them. */
import fc from "fast-check"
import { Runner } from "./Runner.ts"
import { setup, step, type Setup, type Step } from "./Steps.ts"
import { Disagreement, type Engine } from "./Twin.ts"

/** Most steps of one account's life. */
const LIFE_STEPS_MAX = 300

export interface Life {
  readonly start: Setup
  readonly steps: ReadonlyArray<Step>
}

export const life: fc.Arbitrary<Life> = fc.record({
  start: setup,
  steps: fc.array(step, { minLength: 1, maxLength: LIFE_STEPS_MAX, size: "max" })
})

/** Lives the whole life; answers the runner, whose twin holds both accounts. Throws Disagreement at the first difference. */
export const live = (engine: Engine, { start, steps }: Life): Runner => {
  const runner = new Runner(engine, start)
  for (const next of steps) runner.run(next)
  return runner
}

export const sampleLives = (seed: number, count: number): ReadonlyArray<Life> => fc.sample(life, { seed, numRuns: count })

export interface Caught {
  readonly commands: number
  readonly message: string
}

/** Lives one after the other until the model disagrees, or `commandsMax` commands have been given. */
export const catchDisagreement = (engine: Engine, lives: Iterable<Life>, commandsMax: number): Caught | undefined => {
  let commands = 0
  const counting: Engine = {
    ...engine,
    decide: (...asked) => {
      commands += 1
      return engine.decide(...asked)
    }
  }
  for (const candidate of lives) {
    try {
      live(counting, candidate)
    } catch (error) {
      if (error instanceof Disagreement) return { commands, message: error.message }
      throw error
    }
    if (commands >= commandsMax) return undefined
  }
  return undefined
}
