/** WebhookEndpoints: where webhooks go, the keys that sign them, and what staff and the CRM ask about deliveries. */
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { withDeadline } from "#db/withDeadline.ts"
import { WebhooksUnavailable } from "#db/WebhookQueue.ts"

/** Each of them is told of everything that it wants. */
export const ENDPOINTS_MAX = 16
/** Events that one replay sends again; a longer range is asked for in parts. */
export const REPLAY_EVENTS_MAX = 100_000
/** Between the clock that says when an event was recorded and the one that says when it was taken up. */
const CLOCK_TOLERANCE_MILLIS = 10 * 60 * 1000
/** Of a delivery, the newest. */
export const ATTEMPTS_LISTED_MAX = 50
const DEADLINE = "10 seconds"

export class TooManyEndpoints extends Schema.TaggedError<TooManyEndpoints>()("TooManyEndpoints", {}) {}

export interface EndpointRecord {
  readonly endpointId: string
  readonly url: string
  readonly description: string
  readonly types: ReadonlyArray<string>
  readonly enabled: boolean
  readonly disabledReason: string | undefined
  readonly createdAt: number
  readonly createdBy: string
  readonly updatedAt: number
  readonly failuresInARow: number
  readonly failingSince: number | undefined
  readonly pausedUntil: number | undefined
  readonly lastSuccessAt: number | undefined
  readonly pending: number
  readonly dead: number
}
export type EndpointChange = Partial<Pick<EndpointRecord, "url" | "description" | "types" | "enabled">>

export interface SecretRecord {
  readonly secretId: string
  readonly sealed: string
  readonly createdAt: number
}

export interface DeliveryRecord {
  readonly deliveryId: number
  readonly endpointId: string
  readonly eventId: string
  readonly type: string
  readonly stream: string
  readonly status: "pending" | "delivered" | "dead"
  readonly attempts: number
  readonly createdAt: number
  readonly finishedAt: number | undefined
  readonly dueAt: number | undefined
  readonly lastStatus: number | undefined
  readonly lastFailure: string | undefined
}
export interface AttemptRecord {
  readonly at: number
  readonly durationMillis: number
  readonly status: number | undefined
  readonly failure: string | undefined
  readonly answer: string
}
/** A test event belongs to no delivery. */
export type NewAttempt = AttemptRecord & { readonly endpointId: string }

export interface DeliveryQuery {
  readonly limit: number
  readonly cursor: number | undefined
  readonly status: DeliveryRecord["status"] | undefined
  readonly type: string | undefined
}

/** Events of the outbox: by time, epoch milliseconds, both ends included. */
export interface ReplayRange {
  readonly from: number
  readonly to: number
  readonly types: ReadonlyArray<string>
  readonly accountId: string | undefined
}

interface EndpointRow {
  readonly endpoint_id: string
  readonly url: string
  readonly description: string
  readonly types: ReadonlyArray<string>
  readonly enabled: boolean
  readonly disabled_reason: string | null
  readonly created_at: bigint
  readonly created_by: string
  readonly updated_at: bigint
  readonly failures_in_a_row: number
  readonly failing_since: bigint | null
  readonly paused_until: bigint | null
  readonly last_success_at: bigint | null
  readonly pending: bigint
  readonly dead: bigint
}
interface DeliveryRow {
  readonly delivery_id: bigint
  readonly endpoint_id: string
  readonly event_id: string
  readonly type: string
  readonly stream: string
  readonly status: DeliveryRecord["status"]
  readonly attempts: number
  readonly created_at: bigint
  readonly finished_at: bigint | null
  readonly due_at: bigint | null
  readonly last_status: number | null
  readonly last_failure: string | null
}
interface AttemptRow {
  readonly at: bigint
  readonly duration_millis: number
  readonly status: number | null
  readonly failure: string | null
  readonly answer: string
}

const millis = (value: bigint | null): number | undefined => (value === null ? undefined : Number(value))

const endpointRecord = (row: EndpointRow): EndpointRecord => ({
  endpointId: row.endpoint_id,
  url: row.url,
  description: row.description,
  types: row.types,
  enabled: row.enabled,
  disabledReason: row.disabled_reason ?? undefined,
  createdAt: Number(row.created_at),
  createdBy: row.created_by,
  updatedAt: Number(row.updated_at),
  failuresInARow: row.failures_in_a_row,
  failingSince: millis(row.failing_since),
  pausedUntil: millis(row.paused_until),
  lastSuccessAt: millis(row.last_success_at),
  pending: Number(row.pending),
  dead: Number(row.dead)
})

const deliveryRecord = (row: DeliveryRow): DeliveryRecord => ({
  deliveryId: Number(row.delivery_id),
  endpointId: row.endpoint_id,
  eventId: row.event_id,
  type: row.type,
  stream: row.stream,
  status: row.status,
  attempts: row.attempts,
  createdAt: Number(row.created_at),
  finishedAt: millis(row.finished_at),
  dueAt: row.status === "pending" ? millis(row.due_at) : undefined,
  lastStatus: row.last_status ?? undefined,
  lastFailure: row.last_failure ?? undefined
})

const attemptRecord = (row: AttemptRow): AttemptRecord => ({
  at: Number(row.at),
  durationMillis: row.duration_millis,
  status: row.status ?? undefined,
  failure: row.failure ?? undefined,
  answer: row.answer
})

type Endpoints<A, E = never> = Effect.Effect<A, E | WebhooksUnavailable>

export class WebhookEndpoints extends Context.Service<
  WebhookEndpoints,
  {
    readonly list: Endpoints<ReadonlyArray<EndpointRecord>>
    readonly find: (endpointId: string) => Endpoints<EndpointRecord | undefined>
    readonly insert: (
      endpoint: Pick<EndpointRecord, "endpointId" | "url" | "description" | "types" | "createdAt" | "createdBy">,
      secret: SecretRecord
    ) => Endpoints<void, TooManyEndpoints>
    /** Also starts anew with an endpoint that failed. */
    readonly change: (endpointId: string, change: EndpointChange, at: number) => Endpoints<boolean>
    /** With its deliveries. */
    readonly remove: (endpointId: string) => Endpoints<boolean>
    /** The new secret signs from now on, the ones before until `oldUntil`. */
    readonly addSecret: (endpointId: string, secret: SecretRecord, oldUntil: number) => Endpoints<boolean>
    /** Those that sign now, the newest first. */
    readonly secrets: (endpointId: string, now: number) => Endpoints<ReadonlyArray<SecretRecord>>
    /** Newest first. */
    readonly deliveries: (
      endpointId: string,
      query: DeliveryQuery
    ) => Endpoints<{ readonly rows: ReadonlyArray<DeliveryRecord>; readonly cursor: number | undefined }>
    /** The newest first. */
    readonly attempts: (endpointId: string, deliveryId: number) => Endpoints<ReadonlyArray<AttemptRecord> | undefined>
    readonly noteAttempt: (attempt: NewAttempt) => Endpoints<void>
    /** Dead ones, or one of them, are pending again; answers how many. */
    readonly retryDead: (endpointId: string, deliveryId: number | undefined, now: number) => Endpoints<number>
    /** Sends events again that are not pending, in their old order and after what is pending; answers how many. */
    readonly replay: (endpointId: string, range: ReplayRange, now: number) => Endpoints<number>
  }
>()("db/WebhookEndpoints") {
  static readonly layer = Layer.effect(
    WebhookEndpoints,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const unavailable = (cause: unknown) => new WebhooksUnavailable({ cause: String(cause) })
      const run = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, unavailable)
      const columns = sql`e.*,
        COALESCE((SELECT sum(pending) FROM webhook_stream s WHERE s.endpoint_id = e.endpoint_id), 0)::bigint AS pending,
        (SELECT count(*) FROM webhook_delivery d WHERE d.endpoint_id = e.endpoint_id AND d.status = 'dead') AS dead`
      const insertSecret = (endpointId: string, { createdAt, sealed, secretId }: SecretRecord) =>
        sql`INSERT INTO webhook_secret (secret_id, endpoint_id, sealed, created_at) VALUES (${secretId}, ${endpointId}, ${sealed}, ${createdAt})`

      const insert = Effect.fnUntraced(function* (endpoint: Parameters<typeof WebhookEndpoints.Service.insert>[0], secret: SecretRecord) {
        yield* sql`LOCK TABLE webhook_endpoint IN SHARE ROW EXCLUSIVE MODE`
        const [count] = yield* sql<{ count: bigint }>`SELECT count(*) AS count FROM webhook_endpoint`
        if (Number(count?.count ?? 0) >= ENDPOINTS_MAX) return yield* new TooManyEndpoints()
        yield* sql`INSERT INTO webhook_endpoint (endpoint_id, url, description, types, enabled, created_at, created_by, updated_at)
          VALUES (${endpoint.endpointId}, ${endpoint.url}, ${endpoint.description}, ${JSON.stringify(endpoint.types)}::jsonb, true,
            ${endpoint.createdAt}, ${endpoint.createdBy}, ${endpoint.createdAt})`
        yield* insertSecret(endpoint.endpointId, secret)
      }, sql.withTransaction)

      const change = (endpointId: string, { description, enabled, types, url }: EndpointChange, at: number) => sql`
        UPDATE webhook_endpoint SET url = COALESCE(${url ?? null}, url), description = COALESCE(${description ?? null}, description),
          types = COALESCE(${types === undefined ? null : JSON.stringify(types)}::jsonb, types),
          enabled = COALESCE(${enabled ?? null}::boolean, enabled),
          disabled_reason = CASE COALESCE(${enabled ?? null}::boolean, enabled) WHEN true THEN NULL ELSE COALESCE(disabled_reason, 'staff') END,
          failures_in_a_row = 0, failing_since = NULL, paused_until = NULL, updated_at = ${at}
        WHERE endpoint_id = ${endpointId} RETURNING endpoint_id`

      const addSecret = Effect.fnUntraced(function* (endpointId: string, secret: SecretRecord, oldUntil: number) {
        const found = yield* sql`SELECT FROM webhook_endpoint WHERE endpoint_id = ${endpointId} FOR UPDATE`
        if (found.length === 0) return false
        // of three the oldest would never be needed: whoever rotates twice has the one before
        yield* sql`DELETE FROM webhook_secret WHERE endpoint_id = ${endpointId} AND expires_at IS NOT NULL`
        yield* sql`UPDATE webhook_secret SET expires_at = ${oldUntil} WHERE endpoint_id = ${endpointId}`
        yield* insertSecret(endpointId, secret)
        return true
      }, sql.withTransaction)

      const deliveries = (endpointId: string, { cursor, limit, status, type }: DeliveryQuery) => sql<DeliveryRow>`
        SELECT d.*, COALESCE(o.own_id, 'evt_' || o.account_id || '_' || o.sequence) AS event_id, s.due_at,
          last.status AS last_status, last.failure AS last_failure
        FROM webhook_delivery d JOIN outbox o ON o.id = d.outbox_id
        LEFT JOIN webhook_stream s ON s.endpoint_id = d.endpoint_id AND s.stream = d.stream
        LEFT JOIN LATERAL (
          SELECT status, failure FROM webhook_attempt a WHERE a.delivery_id = d.delivery_id ORDER BY attempt_id DESC LIMIT 1
        ) last ON true
        WHERE d.endpoint_id = ${endpointId} AND d.delivery_id < ${cursor ?? Number.MAX_SAFE_INTEGER}
          AND ${status === undefined ? sql`TRUE` : sql`d.status = ${status}`} AND ${type === undefined ? sql`TRUE` : sql`d.type = ${type}`}
        ORDER BY d.delivery_id DESC LIMIT ${limit + 1}`

      const retryDead = (endpointId: string, deliveryId: number | undefined, now: number) => sql<{ count: bigint }>`
        WITH revived AS (
          UPDATE webhook_delivery SET status = 'pending', attempts = 0, finished_at = NULL
          WHERE endpoint_id = ${endpointId} AND status = 'dead' AND ${deliveryId === undefined ? sql`TRUE` : sql`delivery_id = ${deliveryId}`}
          RETURNING stream
        ), ${streamsOf(endpointId, now, "revived")}
        SELECT count(*) AS count FROM revived`

      const replay = (endpointId: string, { accountId, from, to, types }: ReplayRange, now: number) => sql<{ count: bigint }>`
        WITH chosen AS (
          SELECT o.id, COALESCE('account:' || o.account_id, 'user:' || o.user_id) AS stream, o.type
          FROM outbox o LEFT JOIN journal j ON j.account_id = o.account_id AND j.sequence = o.sequence
          WHERE o.dispatched_at >= ${new Date(from - CLOCK_TOLERANCE_MILLIS)} AND COALESCE(o.occurred_at, j.recorded_at) BETWEEN ${new Date(from)} AND ${new Date(to)}
            AND ${types.length === 0 ? sql`TRUE` : sql.in("o.type", types)}
            AND ${accountId === undefined ? sql`TRUE` : sql`o.account_id = ${accountId}`}
            AND NOT EXISTS (SELECT FROM webhook_delivery d WHERE d.outbox_id = o.id AND d.endpoint_id = ${endpointId} AND d.status = 'pending')
          ORDER BY o.id LIMIT ${REPLAY_EVENTS_MAX}
        ), made AS (
          INSERT INTO webhook_delivery (endpoint_id, outbox_id, stream, type, created_at)
          SELECT ${endpointId}, id, stream, type, ${now}::bigint FROM chosen ORDER BY id
          RETURNING stream
        ), ${streamsOf(endpointId, now, "made")}
        SELECT count(*) AS count FROM made`

      /** Counts new pending rows of `source` into the endpoint's streams. */
      const streamsOf = (endpointId: string, now: number, source: string) => sql`streams AS (
          INSERT INTO webhook_stream (endpoint_id, stream, pending, due_at)
          SELECT ${endpointId}, stream, count(*), ${now}::bigint FROM ${sql(source)} GROUP BY stream
          ON CONFLICT (endpoint_id, stream) DO UPDATE SET pending = webhook_stream.pending + excluded.pending, due_at = excluded.due_at
        )`

      const count = (rows: Effect.Effect<ReadonlyArray<{ count: bigint }>, unknown>) =>
        run(Effect.map(rows, ([row]) => Number(row?.count ?? 0)))
      const didOne = (rows: Effect.Effect<ReadonlyArray<unknown>, unknown>) => run(Effect.map(rows, (found) => found.length > 0))

      return WebhookEndpoints.of({
        list: run(
          Effect.map(sql<EndpointRow>`SELECT ${columns} FROM webhook_endpoint e ORDER BY created_at, endpoint_id`, (rows) =>
            rows.map(endpointRecord)
          )
        ),
        find: (endpointId) =>
          run(
            Effect.map(
              sql<EndpointRow>`SELECT ${columns} FROM webhook_endpoint e WHERE endpoint_id = ${endpointId}`,
              ([row]) => row && endpointRecord(row)
            )
          ),
        insert: (endpoint, secret) =>
          withDeadline(insert(endpoint, secret), DEADLINE, (cause) => (cause instanceof TooManyEndpoints ? cause : unavailable(cause))),
        change: (endpointId, changed, at) => didOne(change(endpointId, changed, at)),
        remove: (endpointId) => didOne(sql`DELETE FROM webhook_endpoint WHERE endpoint_id = ${endpointId} RETURNING endpoint_id`),
        addSecret: (endpointId, secret, oldUntil) => run(addSecret(endpointId, secret, oldUntil)),
        secrets: (endpointId, now) =>
          run(
            Effect.map(
              sql<{ secret_id: string; sealed: string; created_at: bigint }>`SELECT secret_id, sealed, created_at FROM webhook_secret
                WHERE endpoint_id = ${endpointId} AND (expires_at IS NULL OR expires_at > ${now}) ORDER BY expires_at DESC NULLS FIRST, created_at DESC`,
              (rows) => rows.map((row) => ({ secretId: row.secret_id, sealed: row.sealed, createdAt: Number(row.created_at) }))
            )
          ),
        deliveries: (endpointId, query) =>
          run(
            Effect.map(deliveries(endpointId, query), (rows) => ({
              rows: rows.slice(0, query.limit).map(deliveryRecord),
              cursor: rows.length > query.limit ? Number(rows[query.limit - 1]?.delivery_id) : undefined
            }))
          ),
        attempts: (endpointId, deliveryId) =>
          run(
            Effect.gen(function* () {
              const found = yield* sql`SELECT FROM webhook_delivery WHERE endpoint_id = ${endpointId} AND delivery_id = ${deliveryId}`
              if (found.length === 0) return undefined
              const rows = yield* sql<AttemptRow>`SELECT at, duration_millis, status, failure, answer FROM webhook_attempt
                WHERE delivery_id = ${deliveryId} ORDER BY attempt_id DESC LIMIT ${ATTEMPTS_LISTED_MAX}`
              return rows.map(attemptRecord)
            })
          ),
        noteAttempt: ({ answer, at, durationMillis, endpointId, failure, status }) =>
          run(sql`INSERT INTO webhook_attempt (endpoint_id, at, duration_millis, status, failure, answer)
            VALUES (${endpointId}, ${at}, ${durationMillis}, ${status ?? null}, ${failure ?? null}, ${answer})`).pipe(Effect.asVoid),
        retryDead: (endpointId, deliveryId, now) => count(retryDead(endpointId, deliveryId, now)),
        replay: (endpointId, range, now) => count(replay(endpointId, range, now))
      })
    })
  )
}
