/**
 * WebhookQueue: what is still to be sent, to whom, and what became of it.
 *
 * `dispatch` makes a delivery of each event for each endpoint that wants it. Deliveries about one account or one user are a stream: only its
 * first pending one may be sent, so a stream that waits for a retry holds back nobody but itself. `webhook_stream` counts what is pending of
 * each, so that finding work costs nothing but the work.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { withDeadline } from "#db/withDeadline.ts"

export class WebhooksUnavailable extends Schema.TaggedError<WebhooksUnavailable>()("WebhooksUnavailable", { cause: Schema.String }) {}

/** Events that become deliveries in one transaction. */
export const DISPATCH_EVENTS_MAX = 2_000
/** Deliveries of one stream that are fetched together. */
export const STREAM_DELIVERIES_MAX = 16
/** Rows that one pass of the clean-up removes. */
const CLEAN_UP_ROWS_MAX = 5_000
const DEADLINE = "10 seconds"

export interface TargetEndpoint {
  readonly endpointId: string
  readonly url: string
  /** By staff or the CRM. */
  readonly updatedAt: number
  readonly sealedSecrets: ReadonlyArray<{ readonly secretId: string; readonly sealed: string; readonly expiresAt: number | undefined }>
  readonly failuresInARow: number
  readonly failingSince: number | undefined
  readonly pausedUntil: number | undefined
}

interface Queued {
  readonly deliveryId: number
  readonly stream: string
  /** So far. */
  readonly attempts: number
  readonly type: string
}
/** An event of an account's journal, with what its body needs beside. */
export interface JournalDelivery extends Queued {
  readonly source: "journal"
  readonly accountId: string
  readonly sequence: number
  readonly clientId: string
  readonly currencyDigits: number
  readonly event: string
  /** The order that was refused, or the position that was closed, as the read tables have it for good. */
  readonly order: unknown
  readonly position: { readonly data: unknown; readonly realizedProfit: string } | undefined
}
/** An event that was written with its body. */
export interface OwnDelivery extends Queued {
  readonly source: "own"
  readonly eventId: string
  readonly occurredAt: number
  /** JSON. */
  readonly data: string
}
export type QueuedDelivery = JournalDelivery | OwnDelivery

export interface Attempt {
  readonly endpointId: string
  readonly deliveryId: number
  readonly stream: string
  readonly at: number
  readonly durationMillis: number
  readonly status: number | undefined
  readonly failure: string | undefined
  readonly answer: string
  /** What the delivery is now. */
  readonly outcome: "delivered" | "pending" | "dead"
  /** When the stream goes on. */
  readonly dueAt: number
}

export interface EndpointHealth {
  readonly failuresInARow: number
  readonly failingSince: number | undefined
  readonly pausedUntil: number | undefined
  readonly lastSuccessAt: number | undefined
}

export interface DueRow {
  readonly delivery_id: bigint
  readonly stream: string
  readonly attempts: number
  readonly type: string
  readonly own_id: string | null
  readonly account_id: string | null
  readonly sequence: bigint | null
  readonly occurred_at: Date | null
  readonly own_data: string | null
  readonly event: string | null
  readonly client_id: string | null
  readonly currency_digits: number | null
  readonly order_data: unknown
  readonly position_data: unknown
  readonly realized_profit: string | null
}
interface EndpointRow {
  readonly endpoint_id: string
  readonly url: string
  readonly updated_at: bigint
  readonly failures_in_a_row: number
  readonly failing_since: bigint | null
  readonly paused_until: bigint | null
  readonly secrets: ReadonlyArray<{ readonly secret_id: string; readonly sealed: string; readonly expires_at: number | null }> | null
}

const millis = (value: bigint | number | null): number | undefined => (value === null ? undefined : Number(value))

export const queuedDelivery = (row: DueRow): QueuedDelivery => {
  const queued = { deliveryId: Number(row.delivery_id), stream: row.stream, attempts: row.attempts, type: row.type }
  if (row.own_id !== null && row.own_data !== null && row.occurred_at !== null) {
    return { ...queued, source: "own", eventId: row.own_id, occurredAt: row.occurred_at.getTime(), data: row.own_data }
  }
  if (row.account_id === null || row.event === null || row.client_id === null) {
    throw new Error(`Delivery ${row.delivery_id} has neither a journal's event nor a body`)
  }
  return {
    ...queued,
    source: "journal",
    accountId: row.account_id,
    sequence: Number(row.sequence),
    clientId: row.client_id,
    currencyDigits: row.currency_digits ?? 2,
    event: row.event,
    order: row.order_data,
    position: row.position_data === null ? undefined : { data: row.position_data, realizedProfit: row.realized_profit ?? "0" }
  }
}

const targetEndpoint = (row: EndpointRow): TargetEndpoint => ({
  endpointId: row.endpoint_id,
  url: row.url,
  updatedAt: Number(row.updated_at),
  sealedSecrets: (row.secrets ?? []).map(({ expires_at, sealed, secret_id }) => ({
    secretId: secret_id,
    sealed,
    expiresAt: millis(expires_at)
  })),
  failuresInARow: row.failures_in_a_row,
  failingSince: millis(row.failing_since),
  pausedUntil: millis(row.paused_until)
})

type Queue<A> = Effect.Effect<A, WebhooksUnavailable>

export class WebhookQueue extends Context.Service<
  WebhookQueue,
  {
    /** Answers how many events became deliveries. */
    readonly dispatch: (now: number) => Queue<number>
    /** Enabled ones, with the secrets that sign now, the newest first. */
    readonly endpoints: (now: number) => Queue<ReadonlyArray<TargetEndpoint>>
    /** The first deliveries of at most `streamsMax` streams that are due, those that have waited longest first. */
    readonly due: (endpointId: string, now: number, streamsMax: number, excluded: Iterable<string>) => Queue<ReadonlyArray<QueuedDelivery>>
    /** One transaction for many attempts; a delivery that is not pending any more stays as it is. */
    readonly settle: (attempts: ReadonlyArray<Attempt>) => Queue<void>
    readonly setHealth: (endpointId: string, health: EndpointHealth) => Queue<void>
    readonly disable: (endpointId: string, reason: "gone" | "failing", now: number) => Queue<void>
    /** Removes delivered ones and attempts from before `before`; answers how many rows. */
    readonly cleanUp: (before: number) => Queue<number>
    readonly pending: Queue<number>
  }
>()("db/WebhookQueue") {
  static readonly layer = Layer.effect(
    WebhookQueue,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new WebhooksUnavailable({ cause: String(cause) }))

      const dispatch = (now: number) => sql<{ count: bigint }>`
        WITH batch AS (
          SELECT id, account_id, user_id, type FROM outbox WHERE dispatched_at IS NULL ORDER BY id LIMIT ${DISPATCH_EVENTS_MAX} FOR UPDATE
        ), marked AS (
          UPDATE outbox o SET dispatched_at = ${new Date(now)} FROM batch WHERE o.id = batch.id
        ), made AS (
          INSERT INTO webhook_delivery (endpoint_id, outbox_id, stream, type, created_at)
          SELECT e.endpoint_id, b.id, COALESCE('account:' || b.account_id, 'user:' || b.user_id), b.type, ${now}::bigint
          FROM batch b JOIN webhook_endpoint e ON e.enabled AND (e.types = '[]' OR e.types @> to_jsonb(b.type))
          ORDER BY b.id
          RETURNING endpoint_id, stream
        ), streams AS (
          INSERT INTO webhook_stream (endpoint_id, stream, pending, due_at)
          SELECT endpoint_id, stream, count(*), ${now}::bigint FROM made GROUP BY endpoint_id, stream
          ON CONFLICT (endpoint_id, stream) DO UPDATE SET pending = webhook_stream.pending + excluded.pending,
            due_at = CASE WHEN webhook_stream.pending = 0 THEN excluded.due_at ELSE webhook_stream.due_at END
        )
        SELECT count(*) AS count FROM batch`

      const due = (endpointId: string, now: number, streamsMax: number, excluded: Iterable<string>) => sql<DueRow>`
        WITH chosen AS (
          SELECT stream, due_at FROM webhook_stream
          WHERE endpoint_id = ${endpointId} AND pending > 0 AND due_at <= ${now}
            AND NOT (stream IN (SELECT json_array_elements_text(${JSON.stringify([...excluded])}::json)))
          ORDER BY due_at LIMIT ${streamsMax}
        )
        SELECT d.delivery_id, d.stream, d.attempts, d.type, o.own_id, o.account_id, o.sequence, o.occurred_at, o.data::text AS own_data,
          j.data::text AS event, a.client_id, (opened.data ->> 'currencyDigits')::integer AS currency_digits,
          r.data AS order_data, p.data AS position_data, p.realized_profit
        FROM chosen c
        CROSS JOIN LATERAL (
          SELECT * FROM webhook_delivery d WHERE d.endpoint_id = ${endpointId} AND d.stream = c.stream AND d.status = 'pending'
          ORDER BY d.delivery_id LIMIT ${STREAM_DELIVERIES_MAX}
        ) d
        JOIN outbox o ON o.id = d.outbox_id
        LEFT JOIN journal j ON j.account_id = o.account_id AND j.sequence = o.sequence
        LEFT JOIN journal opened ON j.account_id = opened.account_id AND opened.sequence = 1
        LEFT JOIN account a ON a.account_id = j.account_id
        LEFT JOIN account_order r ON d.type = 'order.rejected' AND r.account_id = j.account_id
          AND r.number = substr(j.data ->> 'orderId', 2)::bigint
        LEFT JOIN account_position p ON d.type = 'position.closed' AND p.account_id = j.account_id
          AND p.number = substr(j.data ->> 'positionId', 2)::bigint
        ORDER BY c.due_at, d.stream, d.delivery_id`

      const settle = (attempts: ReadonlyArray<Attempt>) => sql`
        WITH input AS (
          SELECT row_number() OVER () AS number, * FROM json_to_recordset(${JSON.stringify(attempts)}::json) AS r(
            "endpointId" text, "deliveryId" bigint, stream text, at bigint, "durationMillis" integer, status integer, failure text,
            answer text, outcome text, "dueAt" bigint)
        ), settled AS (
          UPDATE webhook_delivery d SET status = i.outcome, attempts = d.attempts + 1,
            finished_at = CASE WHEN i.outcome = 'pending' THEN NULL ELSE i.at END
          FROM input i WHERE d.delivery_id = i."deliveryId" AND d.status = 'pending'
          RETURNING d.endpoint_id, d.stream, d.status, i.number, i."dueAt" AS due_at
        ), streams AS (
          UPDATE webhook_stream s SET pending = s.pending - t.finished, due_at = t.due_at
          FROM (
            SELECT endpoint_id, stream, count(*) FILTER (WHERE status <> 'pending') AS finished,
              (array_agg(due_at ORDER BY number DESC))[1] AS due_at
            FROM settled GROUP BY endpoint_id, stream
          ) t WHERE s.endpoint_id = t.endpoint_id AND s.stream = t.stream
        )
        INSERT INTO webhook_attempt (endpoint_id, delivery_id, at, duration_millis, status, failure, answer)
        SELECT i."endpointId", i."deliveryId", i.at, i."durationMillis", i.status, i.failure, i.answer
        FROM input i JOIN webhook_delivery d ON d.delivery_id = i."deliveryId" ORDER BY i.number`

      const cleanUp = (before: number) =>
        Effect.gen(function* () {
          const deliveries = yield* sql`DELETE FROM webhook_delivery WHERE delivery_id IN (
            SELECT delivery_id FROM webhook_delivery WHERE status = 'delivered' AND finished_at < ${before} LIMIT ${CLEAN_UP_ROWS_MAX})
            RETURNING delivery_id`
          const attempts = yield* sql`DELETE FROM webhook_attempt WHERE attempt_id IN (
            SELECT attempt_id FROM webhook_attempt WHERE at < ${before} LIMIT ${CLEAN_UP_ROWS_MAX}) RETURNING attempt_id`
          yield* sql`DELETE FROM webhook_stream WHERE pending = 0 AND due_at < ${before}`
          return deliveries.length + attempts.length
        })

      return WebhookQueue.of({
        dispatch: (now) => run(Effect.map(dispatch(now), ([row]) => Number(row?.count ?? 0))),
        endpoints: (now) =>
          run(
            Effect.map(
              sql<EndpointRow>`
                SELECT e.endpoint_id, e.url, e.updated_at, e.failures_in_a_row, e.failing_since, e.paused_until, (
                  SELECT json_agg(json_build_object('secret_id', s.secret_id, 'sealed', s.sealed, 'expires_at', s.expires_at)
                    ORDER BY s.expires_at DESC NULLS FIRST, s.created_at DESC)
                  FROM webhook_secret s WHERE s.endpoint_id = e.endpoint_id AND (s.expires_at IS NULL OR s.expires_at > ${now})
                ) AS secrets
                FROM webhook_endpoint e WHERE e.enabled ORDER BY e.endpoint_id`,
              (rows) => rows.map(targetEndpoint)
            )
          ),
        due: (endpointId, now, streamsMax, excluded) =>
          run(Effect.map(due(endpointId, now, streamsMax, excluded), (rows) => rows.map(queuedDelivery))),
        settle: (attempts) => run(settle(attempts)).pipe(Effect.asVoid),
        setHealth: (endpointId, health) =>
          run(sql`UPDATE webhook_endpoint SET failures_in_a_row = ${health.failuresInARow}, failing_since = ${health.failingSince ?? null},
            paused_until = ${health.pausedUntil ?? null}, last_success_at = COALESCE(${health.lastSuccessAt ?? null}::bigint, last_success_at)
            WHERE endpoint_id = ${endpointId}`).pipe(Effect.asVoid),
        disable: (endpointId, reason, now) =>
          run(sql`UPDATE webhook_endpoint SET enabled = false, disabled_reason = ${reason}, updated_at = ${now}
            WHERE endpoint_id = ${endpointId} AND enabled`).pipe(Effect.asVoid),
        cleanUp: (before) => run(cleanUp(before)),
        pending: run(
          Effect.map(sql<{ count: bigint }>`SELECT COALESCE(sum(pending), 0)::bigint AS count FROM webhook_stream`, ([row]) =>
            Number(row?.count ?? 0)
          )
        )
      })
    })
  )
}
