import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { SESSION_IDLE_MILLIS, SESSION_LIFETIME_MILLIS, SESSION_TOUCH_MILLIS } from "#db/Sessions.ts"
import { ActiveSessions, SESSION_CACHE_MILLIS } from "#server/auth/ActiveSessions.ts"
import { makeInMemoryIdentity } from "../../tests/InMemoryIdentity.ts"

const user = {
  userId: "u1",
  email: "a@b.co",
  name: undefined,
  role: "client",
  passwordHash: "",
  failedLogins: 0,
  lastFailedAt: 0,
  firstAccountId: undefined,
  createdAt: 0
} as const
const device = { userId: "u1", ip: "127.0.0.1", userAgent: "test" }

const scenario = <A, E>(
  use: (sessions: typeof ActiveSessions.Service, identity: ReturnType<typeof makeInMemoryIdentity>) => Effect.Effect<A, E>
) =>
  Effect.suspend(() => {
    const identity = makeInMemoryIdentity()
    identity.users.set(user.userId, user)
    return Effect.flatMap(ActiveSessions, (sessions) => use(sessions, identity)).pipe(
      Effect.provide(ActiveSessions.layer.pipe(Layer.provide(identity.layer)))
    )
  })

describe("a session", () => {
  it.effect("is found by its id, of which nothing is kept", () =>
    scenario((sessions, { sessions: stored }) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/u)
        expect((yield* sessions.find(id))?.userId).toBe("u1")
        expect(JSON.stringify([...stored])).not.toContain(id)
      })
    )
  )

  it.effect("is not found by anything else", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        for (const other of ["", "x", `${id}x`, id.slice(1), id.toUpperCase(), "A".repeat(43)])
          expect(yield* sessions.find(other)).toBeUndefined()
      })
    )
  )

  it.effect("is over when it was not used for too long", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        yield* TestClock.adjust(SESSION_IDLE_MILLIS - 1)
        expect(yield* sessions.find(id)).toBeDefined()
        yield* TestClock.adjust(SESSION_IDLE_MILLIS - 1)
        expect(yield* sessions.find(id)).toBeDefined()
        yield* TestClock.adjust(SESSION_IDLE_MILLIS)
        expect(yield* sessions.find(id)).toBeUndefined()
      })
    )
  )

  it.effect("is over after its lifetime, however busy it was", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { expiresAt, id } = yield* sessions.open(device)
        expect(expiresAt).toBe(SESSION_LIFETIME_MILLIS)
        for (let hour = 1; hour < 24; hour++) {
          yield* TestClock.adjust("1 hour")
          expect(yield* sessions.find(id)).toBeDefined()
        }
        yield* TestClock.adjust("1 hour")
        expect(yield* sessions.find(id)).toBeUndefined()
      })
    )
  )

  it.effect("is read once a second and written once a minute", () =>
    scenario((sessions, { reads, sessions: stored }) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        for (let count = 0; count < 100; count++) yield* sessions.find(id)
        expect(reads.count).toBe(1)
        yield* TestClock.adjust(SESSION_CACHE_MILLIS)
        yield* sessions.find(id)
        expect(reads.count).toBe(2)
        expect([...stored.values()][0]?.lastUsedAt).toBe(0)
        yield* TestClock.adjust(SESSION_TOUCH_MILLIS)
        yield* sessions.find(id)
        expect([...stored.values()][0]?.lastUsedAt).toBe(SESSION_CACHE_MILLIS + SESSION_TOUCH_MILLIS)
      })
    )
  )

  it.effect("that is ended here is refused at once, and its streams are told", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        const found = yield* sessions.find(id)
        let told = 0
        sessions.watch(found?.sessionKey ?? "", () => told++)
        yield* sessions.end(found?.sessionKey ?? "")
        expect(yield* sessions.find(id)).toBeUndefined()
        expect(told).toBe(1)
      })
    )
  )

  it.effect("that is ended elsewhere is refused within a second, and its streams are told", () =>
    scenario((sessions, { sessions: stored }) =>
      Effect.gen(function* () {
        const { id } = yield* sessions.open(device)
        const found = yield* sessions.find(id)
        let told = 0
        const unwatch = sessions.watch(found?.sessionKey ?? "", () => told++)
        stored.clear()
        yield* TestClock.adjust(SESSION_CACHE_MILLIS)
        expect(told).toBe(1)
        expect(yield* sessions.find(id)).toBeUndefined()
        unwatch()
        yield* TestClock.adjust(SESSION_CACHE_MILLIS)
        expect(told).toBe(1)
      })
    )
  )

  it.effect("keeps a device's description plain", () =>
    scenario((sessions, { sessions: stored }) =>
      Effect.gen(function* () {
        yield* sessions.open({ ...device, userAgent: `Mozilla\u0000\n\ud800${"x".repeat(500)}` })
        const [session] = stored.values()
        expect(session?.userAgent).toMatch(/^Mozilla\ufffdx+$/u)
        expect(session?.userAgent.length).toBe(256)
      })
    )
  )
})
