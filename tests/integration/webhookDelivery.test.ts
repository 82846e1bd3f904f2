/** What becomes of events when an endpoint is unwell, choosy, or gone; in virtual time on a real PostgreSQL. */
import { Clock, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { Webhook } from "standardwebhooks"
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest"
import { type EmbeddedPostgres, startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import { writeEvents } from "#db/Outbox.ts"
import { WebhookEndpoints } from "#db/WebhookEndpoints.ts"
import { deliverWebhooks } from "#server/webhooks/WebhookDelivery.ts"
import { WebhookDesk } from "#server/webhooks/WebhookDesk.ts"
import type { WebhookRequest } from "#server/webhooks/WebhookSender.ts"
import { ATTEMPTS_MAX, BREAKER_FAILURES } from "#server/webhooks/webhookRetry.ts"
import { answer, book, clear, makeWorld, openAccounts, type Receiver } from "./webhookWorld.ts"

const HOUR_MILLIS = 60 * 60 * 1000
const A = "300001"
const B = "300002"

const receiver: { current: Receiver } = { current: () => Effect.succeed(answer(204)) }
let postgres: EmbeddedPostgres
let world: ReturnType<typeof makeWorld>
type Services = Parameters<typeof world.runtime.runPromise>[0] extends Effect.Effect<unknown, unknown, infer R> ? R : never

beforeAll(async () => {
  postgres = await startEphemeralPostgres()
  world = makeWorld(postgres, receiver)
  await world.runtime.runPromise(openAccounts(300_001, 10))
})
afterAll(async () => {
  await world.runtime.dispose()
  await postgres.stop()
})
beforeEach(() => world.runtime.runPromise(clear))

/** What arrived, as the receiver saw it. */
interface Arrival {
  readonly id: string
  readonly url: string
  readonly type: string
  readonly accountId: string
  readonly sequence: number
  readonly at: number
  readonly request: WebhookRequest
}

/** Answers as `answers` says, and keeps what came. */
const receive = (answers: (arrival: Arrival) => ReturnType<typeof answer>) => {
  const arrivals: Array<Arrival> = []
  receiver.current = (request) =>
    Effect.map(Clock.currentTimeMillis, (at) => {
      const { data, type } = JSON.parse(request.body)
      const arrival = {
        id: request.headers["webhook-id"],
        url: request.url,
        type,
        accountId: data.accountId,
        sequence: data.sequence,
        at,
        request
      }
      arrivals.push(arrival)
      return answers(arrival)
    })
  return arrivals
}

/** Lets time pass in steps, with all that it brings about. */
const pass = Effect.fnUntraced(function* (millis: number, stepMillis = 250) {
  for (let passed = 0; passed < millis; passed += stepMillis) {
    yield* world.activity.ceased
    yield* TestClock.adjust(stepMillis)
  }
  yield* world.activity.ceased
})

const delivering = <A, E, R extends Services>(test: Effect.Effect<A, E, R>) =>
  world.runtime.runPromise(
    Effect.gen(function* () {
      const delivery = yield* Effect.forkChild(deliverWebhooks)
      const result = yield* test
      yield* Fiber.interrupt(delivery)
      return result
    }).pipe(Effect.scoped, Effect.provide(TestClock.layer()))
  )

const endpoint = (url = "https://crm.example.com/hooks", types: Parameters<WebhookDesk["Service"]["make"]>[0]["types"] = []) =>
  WebhookDesk.use((desk) => desk.make({ url, description: "", types }, "test"))
const stateOf = (endpointId: string) => WebhookEndpoints.use((endpoints) => endpoints.find(endpointId))
const sequencesOf = (arrivals: ReadonlyArray<Arrival>, accountId: string) =>
  arrivals.filter((one) => one.accountId === accountId).map(({ sequence }) => sequence)

let nextSequence = 2
/** So many bookings of both accounts; answers the first one's sequence. */
const bookBoth = Effect.fnUntraced(function* (count: number) {
  const first = nextSequence
  nextSequence += count
  yield* book(300_001, 2, first, count)
  return first
})

it("a failing account waits, in order, and the others go on", () =>
  delivering(
    Effect.gen(function* () {
      let isRefusing = true
      const arrivals = receive(({ accountId }) => answer(accountId === A && isRefusing ? 500 : 204))
      yield* endpoint()
      const first = yield* bookBoth(5)
      const all = [0, 1, 2, 3, 4].map((index) => first + index)
      yield* pass(1_000)
      expect(sequencesOf(arrivals, B)).toEqual(all)
      expect(new Set(sequencesOf(arrivals, A))).toEqual(new Set([first]))
      isRefusing = false
      const refused = sequencesOf(arrivals, A).length
      yield* pass(10_000)
      expect(sequencesOf(arrivals, A).slice(refused)).toEqual(all)
      const ids = arrivals.filter(({ accountId, sequence }) => accountId === A && sequence === first).map(({ id }) => id)
      expect(new Set(ids)).toEqual(new Set([`evt_${A}_${first}`]))
    })
  ))

it("an endpoint that fails everybody is left alone, tried by one event, and told everything when it is back", () =>
  delivering(
    Effect.gen(function* () {
      let isDown = true
      const arrivals = receive(() => answer(isDown ? 502 : 204))
      const { endpoint: made } = yield* endpoint()
      yield* book(300_001, 10, nextSequence, 4)
      const first = nextSequence
      nextSequence += 4
      yield* pass(60_000)
      const tries = arrivals.length
      expect(tries).toBeGreaterThanOrEqual(BREAKER_FAILURES)
      expect(tries).toBeLessThan(BREAKER_FAILURES + 12)
      expect((yield* stateOf(made.endpointId))?.pausedUntil).toBeGreaterThan(0)
      isDown = false
      yield* pass(5 * 60_000, 5_000)
      const told = arrivals.slice(tries)
      for (let account = 300_001; account <= 300_010; account += 1) {
        expect(sequencesOf(told, String(account))).toEqual([0, 1, 2, 3].map((index) => first + index))
      }
      expect(yield* stateOf(made.endpointId)).toMatchObject({ pausedUntil: undefined, failuresInARow: 0, pending: 0, dead: 0 })
    })
  ))

it("Retry-After is kept", () =>
  delivering(
    Effect.gen(function* () {
      let isBusy = true
      const arrivals = receive(() => (isBusy ? answer(429, "120") : answer(204)))
      yield* endpoint()
      yield* bookBoth(1)
      yield* pass(500)
      const before = arrivals.length
      const busyUntil = (arrivals.at(-1)?.at ?? 0) + 120_000
      isBusy = false
      yield* pass(180_000, 1_000)
      expect(before).toBeLessThanOrEqual(2)
      expect(arrivals.length).toBe(before + 2)
      expect(arrivals[before]?.at).toBeGreaterThanOrEqual(busyUntil)
    })
  ))

it("410 turns an endpoint off; turned on again it goes on with what waited, and a replay brings what it missed", () =>
  delivering(
    Effect.gen(function* () {
      let isGone = true
      const arrivals = receive(() => answer(isGone ? 410 : 204))
      const { endpoint: made } = yield* endpoint()
      const first = yield* bookBoth(1)
      yield* pass(1_000)
      expect(yield* stateOf(made.endpointId)).toMatchObject({ enabled: false, disabledReason: "gone" })
      const before = arrivals.length
      yield* bookBoth(1)
      yield* pass(60_000, 1_000)
      expect(arrivals.length).toBe(before)

      isGone = false
      yield* WebhookDesk.use((desk) => desk.change(made.endpointId, { enabled: true }))
      yield* pass(10_000)
      expect(sequencesOf(arrivals.slice(before), A)).toEqual([first])
      const replayed = yield* WebhookEndpoints.use((endpoints) =>
        endpoints.replay(made.endpointId, { from: 0, to: Date.now() + HOUR_MILLIS, types: ["balance.updated"], accountId: A }, 0)
      )
      expect(replayed).toBe(2)
      yield* pass(2_000)
      const told = arrivals.slice(before).filter(({ accountId }) => accountId === A)
      expect(told.map(({ id }) => id)).toEqual([`evt_${A}_${first}`, `evt_${A}_${first}`, `evt_${A}_${first + 1}`])
    })
  ))

it("an event that nobody takes is given up after days, holds nobody back, and is sent again when somebody asks", () =>
  delivering(
    Effect.gen(function* () {
      let isPoison = true
      const first = nextSequence
      const arrivals = receive(({ accountId, sequence }) => answer(isPoison && accountId === A && sequence === first ? 422 : 204))
      const { endpoint: made } = yield* endpoint()
      yield* bookBoth(2)
      let waited = 0
      // something must arrive now and then: an endpoint without any success for days is turned off
      while ((yield* stateOf(made.endpointId))?.dead === 0 && waited < 120) {
        waited += 1
        yield* book(300_003, 1, nextSequence++, 1)
        yield* pass(HOUR_MILLIS, HOUR_MILLIS / 4)
      }
      expect(sequencesOf(arrivals, A).filter((sequence) => sequence === first).length).toBeGreaterThanOrEqual(ATTEMPTS_MAX)
      yield* pass(1_000)
      expect(sequencesOf(arrivals, A).at(-1)).toBe(first + 1)
      const dead = yield* WebhookEndpoints.use((endpoints) =>
        endpoints.deliveries(made.endpointId, { limit: 10, cursor: undefined, status: "dead", type: undefined })
      )
      expect(dead.rows).toMatchObject([{ eventId: `evt_${A}_${first}`, lastStatus: 422 }])
      isPoison = false
      expect(yield* WebhookEndpoints.use((endpoints) => endpoints.retryDead(made.endpointId, undefined, 0))).toBe(1)
      yield* pass(1_000)
      expect(sequencesOf(arrivals, A).at(-1)).toBe(first)
      expect((yield* stateOf(made.endpointId))?.dead).toBe(0)
    })
  ))

it("each endpoint gets the types that it wants, signed with its own secret", () =>
  delivering(
    Effect.gen(function* () {
      const arrivals = receive(() => answer(204))
      const all = yield* endpoint("https://crm.example.com/all")
      const some = yield* endpoint("https://crm.example.com/some", ["email.verified"])
      yield* bookBoth(1)
      const user = {
        userId: "u1",
        externalId: null,
        email: "ada@example.com",
        name: null,
        emailVerified: true,
        blocked: false,
        createdAt: 0
      }
      const sql = yield* SqlClient.SqlClient
      yield* writeEvents(sql, [{ type: "email.verified", userId: "u1", data: { user } }])
      yield* pass(1_000)
      const typesAt = (url: string) => arrivals.filter((one) => one.url === url).map(({ type }) => type)
      expect(typesAt("https://crm.example.com/some")).toEqual(["email.verified"])
      expect(typesAt("https://crm.example.com/all").toSorted()).toEqual(["balance.updated", "balance.updated", "email.verified"])
      const ids = arrivals.filter(({ type }) => type === "email.verified").map(({ id }) => id)
      expect(ids).toHaveLength(2)
      expect(new Set(ids).size).toBe(1)
      // virtual time is 1970: the reference implementation would call it too old
      const signedBy = (secret: string, { request: { body, headers } }: Arrival) =>
        headers["webhook-signature"] ===
        new Webhook(secret).sign(headers["webhook-id"], new Date(Number(headers["webhook-timestamp"]) * 1000), body)
      for (const arrival of arrivals) {
        const isAll = arrival.url.endsWith("/all")
        expect([signedBy(all.secret, arrival), signedBy(some.secret, arrival)]).toEqual([isAll, !isAll])
      }
    })
  ))

it("a new secret signs beside the old one until that ends", () =>
  delivering(
    Effect.gen(function* () {
      const arrivals = receive(() => answer(204))
      const { endpoint: made, secret } = yield* endpoint()
      const rotated = yield* WebhookDesk.use((desk) => desk.rotateSecret(made.endpointId, 1))
      const sign = (key: string, { request: { body, headers } }: Arrival) =>
        new Webhook(key).sign(headers["webhook-id"], new Date(Number(headers["webhook-timestamp"]) * 1000), body)
      yield* bookBoth(1)
      yield* pass(1_000)
      for (const arrival of arrivals) {
        expect(arrival.request.headers["webhook-signature"]).toBe(`${sign(rotated.secret, arrival)} ${sign(secret, arrival)}`)
      }
      yield* pass(HOUR_MILLIS, HOUR_MILLIS / 4)
      const before = arrivals.length
      yield* bookBoth(1)
      yield* pass(1_000)
      expect(arrivals.length).toBe(before + 2)
      for (const arrival of arrivals.slice(before)) {
        expect(arrival.request.headers["webhook-signature"]).toBe(sign(rotated.secret, arrival))
      }
    })
  ))

it("what was delivered is forgotten after a month, what waits is not", () =>
  delivering(
    Effect.gen(function* () {
      receive(({ accountId }) => answer(accountId === A ? 500 : 204))
      yield* endpoint()
      yield* bookBoth(1)
      yield* pass(1_000)
      yield* pass(31 * 24 * HOUR_MILLIS, 31 * 24 * HOUR_MILLIS)
      yield* pass(20 * 60_000, 10 * 60_000)
      const sql = yield* SqlClient.SqlClient
      const rows = yield* sql<{ stream: string; status: string }>`SELECT stream, status FROM webhook_delivery ORDER BY stream`
      expect(rows).toEqual([{ stream: `account:${A}`, status: "pending" }])
      const [events] = yield* sql`SELECT count(*)::int AS count FROM outbox`
      expect(events).toEqual({ count: 2 })
    })
  ))
