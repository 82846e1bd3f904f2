import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { expect } from "vitest"
import { AccountReads } from "#db/AccountReads.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"

const account = {
  accountId: "100001",
  clientId: "owner",
  currency: "USD",
  mode: "hedging" as const,
  group: "professional",
  leverage: 100,
  version: 1,
  balance: 0n,
  credit: 0n,
  exposed: false,
  openedAt: 0
}

it.effect("an account costs its owner no read once it is known, and others one read each time, as one that nobody has does", () =>
  Effect.gen(function* () {
    const asked: Array<string> = []
    const reads = Layer.mock(AccountReads)({
      account: (accountId) =>
        Effect.sync(() => {
          asked.push(accountId)
          return accountId === account.accountId ? account : undefined
        })
    })
    const directory = yield* AccountDirectory.pipe(Effect.provide(Layer.provide(AccountDirectory.layer, reads)))
    const open = (accountId: string, userId: string) => directory.open(accountId, { userId, role: "client" })
    for (let round = 0; round < 3; round++) expect(yield* open("100001", "owner")).toMatchObject({ access: "own" })
    expect(asked).toEqual(["100001"])
    for (const accountId of ["100001", "100001", "999999", "999999"]) expect(yield* open(accountId, "other")).toBeUndefined()
    expect(asked).toEqual(["100001", "100001", "100001", "999999", "999999"])
  })
)
