/** The real shell on a journal that is broken on purpose: a client and an observer of the journal must notice within a few lives. */
import { describe, expect, it } from "vitest"
import type { Flaw } from "../../InMemoryJournal.ts"
import { ShellLife, Violation } from "./ShellLife.ts"

const SEEDS = [20_260_310, 20_260_311, 20_260_312, 20_260_313, 20_260_314]
const STEPS = 150

/** What was violated first, and under which seed; undefined when all lives went well. */
const firstViolation = async (flaw: Flaw | undefined): Promise<string | undefined> => {
  for (const seed of SEEDS) {
    try {
      await new ShellLife(seed, flaw).live(STEPS)
    } catch (error) {
      if (error instanceof Violation) return `seed ${seed}: ${error.message}`
      throw error
    }
  }
  return undefined
}

describe("planted mutations of the journal under a real shell", () => {
  const planted: ReadonlyArray<readonly [string, Flaw, RegExp]> = [
    ["no dedupe", "noDedupe", /two answers|done twice/u],
    ["no epoch check", "noEpochCheck", /wrote after epoch/u],
    ["answer before commit", "answersBeforeCommit", /answered and not journaled|is not its journal|two answers/u]
  ]
  it.each(planted)("are caught: %s", { timeout: 120_000 }, async (_, flaw, violation) => {
    expect(await firstViolation(flaw)).toMatch(violation)
  })

  it(
    "the unbroken shell and journal are not, through duplicates, lost and late answers, crashes and two owners",
    { timeout: 120_000 },
    async () => {
      expect(await firstViolation(undefined)).toBeUndefined()
    }
  )

  it("a life is the same whenever it is lived", { timeout: 120_000 }, async () => {
    const [once, again] = [new ShellLife(7, undefined), new ShellLife(7, undefined)]
    await once.live(STEPS)
    await again.live(STEPS)
    expect(again.trace).toEqual(once.trace)
    expect(once.trace.filter((line) => line.startsWith("node")).length).toBeGreaterThan(STEPS / 3)
  })
})
