/** Webhooks on a real PostgreSQL with a receiver in memory: what the tests of their delivery have in common. */
import { Clock, Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { Configurations } from "#actors/Configurations.ts"
import { makeDatabase } from "#db/Database.ts"
import type { EmbeddedPostgres } from "#db/EmbeddedPostgres.ts"
import { WebhookEndpoints } from "#db/WebhookEndpoints.ts"
import { WebhookQueue } from "#db/WebhookQueue.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { WebhookDesk } from "#server/webhooks/WebhookDesk.ts"
import { type WebhookRequest, WebhookSender } from "#server/webhooks/WebhookSender.ts"
import type { WebhookAnswer } from "#server/webhooks/webhookRetry.ts"
import { testConfiguration } from "../InMemoryIdentity.ts"

export type Receiver = (request: WebhookRequest) => Effect.Effect<WebhookAnswer>

export const answer = (status: number, retryAfter?: string): WebhookAnswer => ({ status, retryAfter, answer: "" })

/** Queries of the queue that are under way; their deadlines run by the clock of the wall, because the database does. */
export class Activity {
  running = 0
  readonly #wall: Clock.Clock
  constructor(wall: Clock.Clock) {
    this.#wall = wall
  }
  /** Waits until nothing more happens without the clock: no query runs, and none began over several turns of the event loop. */
  readonly ceased = Effect.promise(async () => {
    for (let quiet = 0; quiet < 40; quiet += 1) {
      await new Promise((resolve) => setImmediate(resolve))
      if (this.running > 0) quiet = -1
    }
  })
  watched<A extends object>(service: A): A {
    const count = <B, E, R>(effect: Effect.Effect<B, E, R>) =>
      Effect.suspend(() => {
        this.running += 1
        return Effect.ensuring(
          Effect.provideService(effect, Clock.Clock, this.#wall),
          Effect.sync(() => (this.running -= 1))
        )
      })
    return new Proxy(service, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name)
        if (Effect.isEffect(value)) return count(value)
        return typeof value === "function"
          ? (...parameters: ReadonlyArray<unknown>) => count(Reflect.apply(value, target, parameters))
          : value
      }
    })
  }
}

export const makeWorld = (postgres: EmbeddedPostgres, receiver: { current: Receiver }) => {
  const activity = new Activity(Effect.runSync(Effect.clockWith(Effect.succeed)))
  const configurations = Layer.succeed(Configurations, {
    current: () => defaultConfiguration,
    change: () => Effect.die("the configuration stays as it is"),
    subscribe: () => () => undefined
  })
  const sender = Layer.succeed(WebhookSender, { send: (request) => Effect.suspend(() => receiver.current(request)) })
  const queue = Layer.effect(
    WebhookQueue,
    Effect.map(WebhookQueue, (inner) => activity.watched(inner))
  ).pipe(Layer.provide(WebhookQueue.layer))
  const layer = WebhookDesk.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(queue, WebhookEndpoints.layer, ServerKeys.layer, sender, configurations)),
    Layer.provideMerge(testConfiguration),
    Layer.provideMerge(makeDatabase(Redacted.make(postgres.url)))
  )
  return { activity, runtime: ManagedRuntime.make(layer) }
}

/** Removes all events and deliveries. */
export const clear = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`TRUNCATE webhook_endpoint, webhook_secret, webhook_stream, webhook_attempt, webhook_delivery, outbox`
})

/** Accounts `firstAccount` … with an opening event each, so that their amounts have digits. */
export const openAccounts = Effect.fnUntraced(function* (firstAccount: number, accounts: number) {
  const sql = yield* SqlClient.SqlClient
  const last = firstAccount + accounts - 1
  yield* sql`INSERT INTO journal (account_id, sequence, epoch, type, schema_version, data, hash, origin)
    SELECT n::text, 1, 1, 'AccountOpened', 1, json_build_object('_tag', 'AccountOpened', 'currencyDigits', 2), '', '{}'
    FROM generate_series(${firstAccount}::int, ${last}::int) AS n`
  yield* sql`INSERT INTO account
    SELECT n::text, 'client-' || n, 'USD', 'hedging', 'professional', 100, 1, 0, 0, false, 0
    FROM generate_series(${firstAccount}::int, ${last}::int) AS n`
})

/** One booking for each account and sequence, as an append of the journal leaves them. */
export const book = Effect.fnUntraced(function* (firstAccount: number, accounts: number, firstSequence: number, sequences: number) {
  const sql = yield* SqlClient.SqlClient
  const ranges = sql`generate_series(${firstSequence}::int, ${firstSequence + sequences - 1}::int) AS s,
    generate_series(${firstAccount}::int, ${firstAccount + accounts - 1}::int) AS n`
  yield* sql`INSERT INTO journal (account_id, sequence, epoch, type, schema_version, data, hash, origin)
    SELECT n::text, s, 1, 'LedgerEntryBooked', 1, json_build_object('_tag', 'LedgerEntryBooked', 'at', 1000, 'entry', json_build_object(
      'entryId', 'L' || s, 'kind', 'deposit', 'amount', '10', 'balanceAfter', (s * 10)::text, 'creditAfter', '0', 'bookedAt', 1000)), '', '{}'
    FROM ${ranges}`
  yield* sql`INSERT INTO outbox (account_id, sequence, type) SELECT n::text, s, 'balance.updated' FROM ${ranges} ORDER BY s, n`
})

/** What arrived, by account. */
export class Arrivals {
  readonly ids = new Map<string, number>()
  readonly lastSequences = new Map<string, number>()
  /** An event that came although the one before had not. */
  readonly outOfOrder: Array<string> = []

  take({ body, headers }: WebhookRequest): void {
    const { data }: { data: { accountId: string; sequence: number } } = JSON.parse(body)
    const id = headers["webhook-id"]
    const last = this.lastSequences.get(data.accountId) ?? 1
    if (data.sequence > last + 1) this.outOfOrder.push(`${id} after ${last}`)
    if (data.sequence === last + 1) this.lastSequences.set(data.accountId, data.sequence)
    this.ids.set(id, (this.ids.get(id) ?? 0) + 1)
  }
}
