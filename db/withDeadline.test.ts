import { Cause, Effect, Exit } from "effect"
import { SqlError } from "effect/sql"
import { describe, expect, it } from "vitest"
import { withDeadline } from "#db/withDeadline.ts"

const broken = new SqlError.SqlError({ reason: new SqlError.ConnectionError({ cause: new Error("Connection closed") }) })
const outcomeOf = async (query: Effect.Effect<string, unknown>) => {
  const exit = await Effect.runPromiseExit(withDeadline(query, "1 second", (cause) => ({ unavailable: cause })))
  if (Exit.isSuccess(exit)) return exit.value
  return Cause.hasDies(exit.cause) ? "a defect" : Cause.squash(exit.cause)
}

describe("a query with a deadline", () => {
  it("answers what it finds", async () => expect(await outcomeOf(Effect.succeed("found"))).toBe("found"))
  it("fails in the caller's words", async () => expect(await outcomeOf(Effect.fail("no"))).toEqual({ unavailable: "no" }))
  it("fails when it takes too long, though it cannot be stopped", async () =>
    expect(await outcomeOf(Effect.uninterruptible(Effect.never))).toMatchObject({ unavailable: { _tag: "TimeoutError" } }))
  it("fails, and is no defect, when its transaction could not even be rolled back", async () => {
    expect(await outcomeOf(Effect.ensuring(Effect.fail(broken), Effect.orDie(Effect.fail(broken))))).toEqual({ unavailable: broken })
  })
  it("leaves a mistake of the program a defect", async () => expect(await outcomeOf(Effect.die(new Error("a mistake")))).toBe("a defect"))
})
