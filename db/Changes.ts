/**
 * Changes: everything in the outbox in one order, for programs that reconcile.
 *
 * A transaction takes its outbox ids before it ends, so an event may appear below one that was read already. Places among the changes are
 * therefore given after the commit, by one at a time: below the last of them nothing appears any more.
 */
import { queuedDelivery, type DueRow, type QueuedDelivery } from "#db/WebhookQueue.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

export class ChangesUnavailable extends Schema.TaggedError<ChangesUnavailable>()("ChangesUnavailable", { cause: Schema.String }) {}

/** Events that are given their places in one transaction. */
const NUMBERED_MAX = 5_000
const DEADLINE = "10 seconds"

export interface Change {
  readonly number: number
  readonly event: QueuedDelivery
}

export class Changes extends Context.Service<
  Changes,
  {
    /** After `since`, oldest first. */
    readonly after: (since: number, limit: number) => Effect.Effect<ReadonlyArray<Change>, ChangesUnavailable>
  }
>()("db/Changes") {
  static readonly layer = Layer.effect(
    Changes,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new ChangesUnavailable({ cause: String(cause) }))

      const number = Effect.gen(function* () {
        // held until the commit: whoever comes next sees the places that were given
        yield* sql`SELECT pg_advisory_xact_lock(hashtext('outbox change_number'))`
        yield* sql`
          WITH next AS (
            SELECT id FROM outbox WHERE change_number IS NULL ORDER BY id LIMIT ${NUMBERED_MAX} FOR UPDATE
          ), placed AS (
            SELECT id, (SELECT COALESCE(max(change_number), 0) FROM outbox) + row_number() OVER (ORDER BY id) AS place FROM next
          )
          UPDATE outbox o SET change_number = placed.place FROM placed WHERE o.id = placed.id`
      }).pipe(sql.withTransaction)

      const numbered = (since: number, limit: number) =>
        sql<DueRow & { change_number: bigint }>`
          SELECT o.change_number, o.id AS delivery_id, '' AS stream, 0 AS attempts, o.type, o.own_id, o.account_id, o.sequence, o.occurred_at,
            o.data::text AS own_data, j.data::text AS event, a.client_id, (opened.data ->> 'currencyDigits')::integer AS currency_digits,
            r.data AS order_data, p.data AS position_data, p.realized_profit
          FROM outbox o
          LEFT JOIN journal j ON j.account_id = o.account_id AND j.sequence = o.sequence
          LEFT JOIN journal opened ON j.account_id = opened.account_id AND opened.sequence = 1
          LEFT JOIN account a ON a.account_id = j.account_id
          LEFT JOIN account_order r ON o.type = 'order.rejected' AND r.account_id = j.account_id
            AND r.number = substr(j.data ->> 'orderId', 2)::bigint
          LEFT JOIN account_position p ON o.type = 'position.closed' AND p.account_id = j.account_id
            AND p.number = substr(j.data ->> 'positionId', 2)::bigint
          WHERE o.change_number > ${since} ORDER BY o.change_number LIMIT ${limit}`

      const after = Effect.fnUntraced(function* (since: number, limit: number) {
        const known = yield* numbered(since, limit)
        if (known.length >= limit) return known
        yield* number
        return yield* numbered(since, limit)
      })

      return Changes.of({
        after: (since, limit) =>
          run(
            Effect.map(after(since, limit), (rows) =>
              rows.map((row) => ({ number: Number(row.change_number), event: queuedDelivery(row) }))
            )
          )
      })
    })
  )
}
