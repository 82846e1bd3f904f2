import { it } from "@effect/vitest"
import * as NodeCrypto from "@effect/platform-node/NodeCrypto"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { argon2Sync } from "node:crypto"
import { describe, expect } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts, OutcomeUnknown } from "#actors/account/AccountProtocol.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { PasswordHashes } from "#server/auth/PasswordHashes.ts"
import { FAILED_LOGINS_MAX, LOGIN_LOCK_MILLIS, SignIn } from "#server/auth/SignIn.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { TwoFactor } from "#server/auth/TwoFactor.ts"
import { Mailer } from "#server/mail/Mailer.ts"
import { makeInMemoryIdentity, testConfiguration as config } from "../../tests/InMemoryIdentity.ts"

/** Accounts that open, or do not answer. */
const makeWorld = () => {
  const identity = makeInMemoryIdentity()
  const opened = new Map<string, string>()
  const commands: Array<AccountCommand["_tag"]> = []
  const world = { answers: true }
  let number = 100_000
  const accounts = Layer.mock(Accounts)({
    execute: (accountId, { command }) =>
      Effect.suspend(() => {
        if (!world.answers) return Effect.fail(new OutcomeUnknown({ accountId }))
        commands.push(command._tag)
        if (command._tag === "OpenAccount") opened.set(accountId, command.clientId)
        return Effect.succeed({ version: 1, firstSequence: 1, events: [], rejection: undefined })
      })
  })
  const reads = Layer.mock(AccountReads)({
    nextAccountId: Effect.sync(() => String(++number)),
    accountsOfClient: (clientId) =>
      Effect.sync(() =>
        [...opened]
          .filter(([, owner]) => owner === clientId)
          .map(([accountId]) => ({
            accountId,
            clientId,
            currency: "USD",
            mode: "hedging" as const,
            group: "professional",
            leverage: 100,
            version: 1,
            balance: 0n,
            credit: 0n,
            exposed: false,
            openedAt: 0
          }))
      )
  })
  const layer = SignIn.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(ActiveSessions.layer, PasswordHashes.layer, FirstAccount.layer)),
    Layer.provide([
      ServerKeys.layer,
      Mailer.layer,
      Layer.mock(TwoFactor)({
        challenge: () => Effect.succeed({ challenge: "challenge", expiresAt: 1 }),
        answer: () => Effect.succeed({ userId: [...identity.users.keys()][0] ?? "", sessionsEnded: 0 })
      }),
      Layer.mock(EmailTokens)({ mail: () => Effect.succeed(0) })
    ]),
    Layer.provide(Layer.mergeAll(identity.layer, accounts, reads, config, NodeCrypto.layerKdf))
  )
  return { ...identity, layer, opened, commands, world }
}

const scenario = <A, E>(use: (signIn: typeof SignIn.Service, world: ReturnType<typeof makeWorld>) => Effect.Effect<A, E>) =>
  Effect.suspend(() => {
    const world = makeWorld()
    return Effect.flatMap(SignIn, (signIn) => use(signIn, world)).pipe(Effect.provide(world.layer))
  })

const device = { ip: "127.0.0.1", userAgent: "test" }
const ada = { email: "Ada@Example.com", password: "four random words here" }

describe("registering", () => {
  it.effect("makes a client with an account, its demo deposit and a session", () =>
    scenario((signIn, { commands, opened, users }) =>
      Effect.gen(function* () {
        const signedIn = yield* signIn.register(ada, device)
        expect(signedIn.user.role).toBe("client")
        expect(signedIn.accountIds).toEqual(["100001"])
        expect([...opened]).toEqual([["100001", signedIn.user.userId]])
        expect(commands).toEqual(["OpenAccount", "ApplyBalanceOperation"])
        expect(JSON.stringify([...users])).not.toContain(ada.password)
      })
    )
  )

  it.effect("refuses an address that is taken, however it is spelled", () =>
    scenario((signIn) =>
      Effect.gen(function* () {
        yield* signIn.register(ada, device)
        const again = yield* Effect.flip(signIn.register({ ...ada, email: "ada@EXAMPLE.com" }, device))
        expect(again._tag).toBe("EmailTaken")
      })
    )
  )

  it.effect("refuses a password that guessers try first", () =>
    scenario((signIn) =>
      Effect.gen(function* () {
        const refused = yield* Effect.flip(signIn.register({ ...ada, password: "passwordpassword" }, device))
        expect(refused._tag).toBe("CommonPassword")
      })
    )
  )

  it.effect("that was cut off before the account is finished by the next login, with one account", () =>
    scenario((signIn, { opened, world }) =>
      Effect.gen(function* () {
        world.answers = false
        expect((yield* Effect.flip(signIn.register(ada, device)))._tag).toBe("OutcomeUnknown")
        world.answers = true
        const first = yield* signIn.login(ada.email, ada.password, device)
        const second = yield* signIn.login(ada.email, ada.password, device)
        expect(first.accountIds).toEqual(["100001"])
        expect(second.accountIds).toEqual(["100001"])
        expect(opened.size).toBe(1)
      })
    )
  )
})

describe("signing in", () => {
  it.effect("takes the right password, whatever the case of the address, and makes a new session each time", () =>
    scenario((signIn) =>
      Effect.gen(function* () {
        const first = yield* signIn.register(ada, device)
        const again = yield* signIn.login("ADA@example.com", ada.password, device)
        expect(again.ids.accessId).not.toBe(first.ids.accessId)
        expect(again.ids.refreshId).not.toBe(first.ids.refreshId)
      })
    )
  )

  it.effect("answers an unknown address and a wrong password alike", () =>
    scenario((signIn) =>
      Effect.gen(function* () {
        yield* signIn.register(ada, device)
        const wrong = yield* Effect.flip(signIn.login(ada.email, "wrong", device))
        const unknown = yield* Effect.flip(signIn.login("nobody@example.com", "wrong", device))
        expect(unknown).toEqual(wrong)
      })
    )
  )

  it.effect("answers a blocked user like a wrong password", () =>
    scenario((signIn, { users }) =>
      Effect.gen(function* () {
        const { user } = yield* signIn.register(ada, device)
        users.set(user.userId, { ...user, blockedAt: 1 })
        expect((yield* Effect.flip(signIn.login(ada.email, ada.password, device)))._tag).toBe("InvalidCredentials")
      })
    )
  )

  it.effect("with a second factor opens no session before the code, and none for who was blocked meanwhile", () =>
    scenario((signIn, { sessions, users }) =>
      Effect.gen(function* () {
        const { user } = yield* signIn.register(ada, device)
        sessions.clear()
        users.set(user.userId, { ...user, twoFactor: true })
        const asked = yield* Effect.flip(signIn.login(ada.email, ada.password, device))
        expect(asked).toMatchObject({ _tag: "SecondFactorNeeded", challenge: "challenge" })
        expect(sessions.size).toBe(0)
        yield* signIn.answer("challenge", "123456", device)
        expect(sessions.size).toBe(1)
        users.set(user.userId, { ...user, blockedAt: 1 })
        expect((yield* Effect.flip(signIn.answer("challenge", "123456", device)))._tag).toBe("InvalidCredentials")
      })
    )
  )

  it.effect("makes an outdated hash anew", () =>
    scenario((signIn, { users }) =>
      Effect.gen(function* () {
        const { user } = yield* signIn.register(ada, device)
        const old = argon2Sync("argon2id", {
          message: Buffer.from(ada.password),
          nonce: Buffer.alloc(16),
          memory: 8_192,
          passes: 1,
          parallelism: 1,
          tagLength: 32
        })
        const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/u, "")
        users.set(user.userId, { ...user, passwordHash: `$argon2id$v=19$m=8192,t=1,p=1$${base64(Buffer.alloc(16))}$${base64(old)}` })
        yield* signIn.login(ada.email, ada.password, device)
        expect(users.get(user.userId)?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/u)
        yield* signIn.login(ada.email, ada.password, device)
      })
    )
  )

  it.effect(`after ${FAILED_LOGINS_MAX} wrong passwords refuses the right one for a day`, () =>
    scenario((signIn, { users }) =>
      Effect.gen(function* () {
        const { user } = yield* signIn.register(ada, device)
        yield* Effect.forEach(Array.from({ length: 3 }), () => Effect.flip(signIn.login(ada.email, "wrong", device)))
        yield* TestClock.adjust(1)
        expect(users.get(user.userId)?.failedLogins).toBe(3)
        users.set(user.userId, { ...user, failedLogins: FAILED_LOGINS_MAX, lastFailedAt: 1 })
        expect((yield* Effect.flip(signIn.login(ada.email, ada.password, device)))._tag).toBe("InvalidCredentials")
        yield* TestClock.adjust(LOGIN_LOCK_MILLIS)
        yield* signIn.login(ada.email, ada.password, device)
        expect(users.get(user.userId)?.failedLogins).toBe(0)
      })
    )
  )
})
