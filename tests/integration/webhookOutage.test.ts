/** A CRM that is away for three hours while 100,000 events happen, in virtual time on a real PostgreSQL. */
import { Clock, Effect, Fiber } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { afterAll, beforeAll, expect, it } from "vitest"
import { type EmbeddedPostgres, startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import { WebhookQueue } from "#db/WebhookQueue.ts"
import { deliverWebhooks } from "#server/webhooks/WebhookDelivery.ts"
import { WebhookDesk } from "#server/webhooks/WebhookDesk.ts"
import { answer, Arrivals, book, makeWorld, openAccounts, type Receiver } from "./webhookWorld.ts"

const ACCOUNTS = 1_000
const FIRST_ACCOUNT = 200_001
/** Events of each account. */
const ROUNDS = 100
const HOUR_MILLIS = 60 * 60 * 1000
const OUTAGE_MILLIS = 3 * HOUR_MILLIS
/** The breaker's longest pause, and time to send. */
const RECOVERY_MILLIS_MAX = 10 * 60 * 1000

const receiver: { current: Receiver } = { current: () => Effect.succeed(answer(204)) }
let postgres: EmbeddedPostgres
let world: ReturnType<typeof makeWorld>
beforeAll(async () => {
  postgres = await startEphemeralPostgres()
  world = makeWorld(postgres, receiver)
})
afterAll(async () => {
  await world.runtime.dispose()
  await postgres.stop()
})

it("drains 100,000 events in order per account after three hours, none lost, none under a second id", async () => {
  const arrivals = new Arrivals()
  let attemptsDuringOutage = 0
  receiver.current = (request) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      if (now < OUTAGE_MILLIS) {
        attemptsDuringOutage += 1
        return { failure: "connection", answer: "ECONNREFUSED" }
      }
      arrivals.take(request)
      return answer(204)
    })

  const program = Effect.gen(function* () {
    yield* (yield* WebhookDesk).make({ url: "https://crm.example.com/hooks", description: "", types: [] }, "test")
    yield* openAccounts(FIRST_ACCOUNT, ACCOUNTS)
    const delivery = yield* Effect.forkChild(deliverWebhooks)
    const rounds = 20
    for (let round = 0; round < rounds; round += 1) {
      yield* book(FIRST_ACCOUNT, ACCOUNTS, 2 + (round * ROUNDS) / rounds, ROUNDS / rounds)
      for (let step = 0; step < 9; step += 1) {
        yield* world.activity.ceased
        yield* TestClock.adjust(OUTAGE_MILLIS / rounds / 9)
      }
    }
    expect(arrivals.ids.size).toBe(0)
    const backAt = yield* Clock.currentTimeMillis
    expect(backAt).toBe(OUTAGE_MILLIS)
    const queue = yield* WebhookQueue
    while ((yield* queue.pending) > 0) {
      yield* world.activity.ceased
      yield* TestClock.adjust("250 millis")
      if ((yield* Clock.currentTimeMillis) > backAt + RECOVERY_MILLIS_MAX) break
    }
    yield* Fiber.interrupt(delivery)
    const sql = yield* SqlClient.SqlClient
    const [left] = yield* sql`SELECT count(*)::int AS count FROM webhook_delivery WHERE status <> 'delivered'`
    expect(left).toEqual({ count: 0 })
  })
  await world.runtime.runPromise(Effect.scoped(Effect.provide(program, TestClock.layer())))

  expect(arrivals.outOfOrder).toEqual([])
  expect(arrivals.ids.size).toBe(ACCOUNTS * ROUNDS)
  expect([...arrivals.ids.values()].every((times) => times === 1)).toBe(true)
  expect([...arrivals.lastSequences.values()].every((sequence) => sequence === ROUNDS + 1)).toBe(true)
  // the breaker leaves a broken CRM alone: one try at a time, minutes apart
  expect(attemptsDuringOutage).toBeLessThan(200)
}, 300_000)
