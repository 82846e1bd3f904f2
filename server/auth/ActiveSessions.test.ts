import { it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { describe, expect } from "vitest"
import { ACCESS_MILLIS, REFRESH_GRACE_MILLIS, SESSION_IDLE_MILLIS, SESSION_LIFETIME_MILLIS, SESSION_TOUCH_MILLIS } from "#db/Sessions.ts"
import { ActiveSessions, SESSION_CACHE_MILLIS } from "#server/auth/ActiveSessions.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { makeInMemoryIdentity, testConfiguration } from "../../tests/InMemoryIdentity.ts"

const user = {
  userId: "u1",
  email: "a@b.co",
  name: undefined,
  role: "client",
  passwordHash: "",
  failedLogins: 0,
  lastFailedAt: 0,
  externalId: undefined,
  firstAccountId: undefined,
  createdAt: 0,
  emailVerifiedAt: undefined,
  blockedAt: undefined,
  twoFactor: false,
  sessionsEnded: 0
} as const
const device = { userId: "u1", ip: "127.0.0.1", userAgent: "test" }

const scenario = <A, E>(
  use: (sessions: typeof ActiveSessions.Service, identity: ReturnType<typeof makeInMemoryIdentity>) => Effect.Effect<A, E>
) =>
  Effect.suspend(() => {
    const identity = makeInMemoryIdentity()
    identity.users.set(user.userId, user)
    return Effect.flatMap(ActiveSessions, (sessions) => use(sessions, identity)).pipe(
      Effect.provide(ActiveSessions.layer.pipe(Layer.provide([identity.layer, ServerKeys.layer.pipe(Layer.provide(testConfiguration))])))
    )
  })

describe("a session", () => {
  it.effect("that somebody else looks on with is marked, and over when its own time is, however busy it is", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const impersonation = { adminId: "agent-17", reason: "ticket 4711", lifetimeMillis: 30 * 60_000 }
        const opened = yield* sessions.open({ ...device, impersonation })
        expect((yield* sessions.find(opened.accessId))?.impersonation).toMatchObject({ adminId: "agent-17", reason: "ticket 4711" })
        yield* TestClock.adjust("14 minutes")
        const refreshed = yield* sessions.refresh(opened.refreshId)
        const { accessId } = refreshed._tag === "Refreshed" ? refreshed.ids : opened
        yield* TestClock.adjust("14 minutes")
        expect((yield* sessions.find(accessId))?.impersonation?.adminId).toBe("agent-17")
        yield* TestClock.adjust("2 minutes")
        expect(yield* sessions.find(accessId)).toBeUndefined()
        expect((yield* sessions.refresh(refreshed._tag === "Refreshed" ? refreshed.ids.refreshId : ""))._tag).toBe("Unknown")
      })
    )
  )

  it.effect("is found by its id, of which nothing is kept", () =>
    scenario((sessions, { sessions: stored }) =>
      Effect.gen(function* () {
        const { accessId: id } = yield* sessions.open(device)
        expect(id).toMatch(/^[A-Za-z0-9_-]{43}$/u)
        expect((yield* sessions.find(id))?.userId).toBe("u1")
        expect(JSON.stringify([...stored])).not.toContain(id)
      })
    )
  )

  it.effect("is not found by anything else", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { accessId: id } = yield* sessions.open(device)
        for (const other of ["", "x", `${id}x`, id.slice(1), id.toUpperCase(), "A".repeat(43)])
          expect(yield* sessions.find(other)).toBeUndefined()
      })
    )
  )

  it.effect("is over when it was not used for too long", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const { refreshId } = yield* sessions.open(device)
        yield* TestClock.adjust(SESSION_IDLE_MILLIS - 1)
        const refreshed = yield* sessions.refresh(refreshId)
        expect(refreshed._tag).toBe("Refreshed")
        if (refreshed._tag !== "Refreshed") return
        yield* TestClock.adjust(SESSION_IDLE_MILLIS)
        expect((yield* sessions.refresh(refreshed.ids.refreshId))._tag).toBe("Unknown")
      })
    )
  )

  it.effect("is over after its lifetime, however busy it was", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        let ids = yield* sessions.open(device)
        expect(ids.expiresAt).toBe(SESSION_LIFETIME_MILLIS)
        for (let hour = 1; hour < 24; hour++) {
          yield* TestClock.adjust("1 hour")
          const refreshed = yield* sessions.refresh(ids.refreshId)
          if (refreshed._tag === "Refreshed") ids = refreshed.ids
          expect(yield* sessions.find(ids.accessId)).toBeDefined()
        }
        yield* TestClock.adjust("1 hour")
        expect(yield* sessions.find(ids.accessId)).toBeUndefined()
        expect((yield* sessions.refresh(ids.refreshId))._tag).toBe("Unknown")
      })
    )
  )

  it.effect("is found for minutes by one id, then by the next", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const first = yield* sessions.open(device)
        yield* TestClock.adjust(ACCESS_MILLIS - 1)
        expect(yield* sessions.find(first.accessId)).toBeDefined()
        yield* TestClock.adjust(1)
        expect(yield* sessions.find(first.accessId)).toBeUndefined()
        const second = yield* sessions.refresh(first.refreshId)
        expect(second._tag).toBe("Refreshed")
        if (second._tag !== "Refreshed") return
        expect(yield* sessions.find(second.ids.accessId)).toBeDefined()
      })
    )
  )

  it.effect("gives the same ids to an exchange that is repeated at once, and ends at one that comes late", () =>
    scenario((sessions) =>
      Effect.gen(function* () {
        const first = yield* sessions.open(device)
        const second = yield* sessions.refresh(first.refreshId)
        yield* TestClock.adjust(REFRESH_GRACE_MILLIS - 1)
        expect(yield* sessions.refresh(first.refreshId)).toEqual(second)
        if (second._tag !== "Refreshed") return expect.unreachable()
        let told = 0
        const found = yield* sessions.find(second.ids.accessId)
        sessions.watch(found?.sessionKey ?? "", () => told++)
        yield* TestClock.adjust(1)
        expect((yield* sessions.refresh(first.refreshId))._tag).toBe("Reused")
        expect(told).toBe(1)
        expect(yield* sessions.find(second.ids.accessId)).toBeUndefined()
        expect((yield* sessions.refresh(second.ids.refreshId))._tag).toBe("Unknown")
      })
    )
  )

  it.effect("is read once a second and written once a minute", () =>
    scenario((sessions, { reads, sessions: stored }) =>
      Effect.gen(function* () {
        const { accessId: id } = yield* sessions.open(device)
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
        const { accessId: id } = yield* sessions.open(device)
        const found = yield* sessions.find(id)
        let told = 0
        sessions.watch(found?.sessionKey ?? "", () => told++)
        expect(yield* sessions.end(found?.sessionKey ?? "", "somebody else")).toBe(false)
        expect(told).toBe(0)
        expect(yield* sessions.end(found?.sessionKey ?? "", "u1")).toBe(true)
        expect(yield* sessions.find(id)).toBeUndefined()
        expect(told).toBe(1)
      })
    )
  )

  it.effect("that is ended elsewhere is refused within a second, and its streams are told", () =>
    scenario((sessions, { sessions: stored }) =>
      Effect.gen(function* () {
        const { accessId: id } = yield* sessions.open(device)
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
