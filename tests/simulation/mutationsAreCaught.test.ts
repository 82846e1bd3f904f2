/** Check the checker: every planted mutation must make the comparison fail within a bounded number of steps. */
import { describe, expect, it } from "vitest"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import { catchDisagreement, type Life, sampleLives } from "./lives.ts"
import { MUTATIONS } from "./mutations.ts"
import { bothExitsTouched } from "./rareLives.ts"

const SEED = 20_260_302
/** Lives drawn for the search; the same for every mutation. */
const LIVES = 200
const COMMANDS_MAX = 30_000

const lives: ReadonlyArray<Life> = [bothExitsTouched, ...sampleLives(SEED, LIVES)]

describe("planted mutations", () => {
  it.each(Object.entries(MUTATIONS))("is caught: %s", { timeout: 120_000 }, (_name, engine) => {
    expect(catchDisagreement(engine, lives, COMMANDS_MAX)).toBeDefined()
  })

  it("the unbroken engine is not, on the same lives", { timeout: 120_000 }, () => {
    expect(catchDisagreement({ decide, evolve }, lives, COMMANDS_MAX)).toBeUndefined()
  })
})
