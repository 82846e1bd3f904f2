/**
 * Outbox: where an event waits to be told to the CRM. It is written in the transaction of what it tells of: both are there, or neither.
 *
 * Events of accounts come from their journal (`#db/projections/outbox.ts` says which); all others are written with `writeEvents`.
 */
import { hash, randomBytes } from "node:crypto"
import { Clock, Effect, Schema } from "effect"
import type { SqlClient, SqlError } from "effect/sql"
import { WebhookEvent } from "#contract/WebhookEvents.ts"

/** 128 bits. */
const ID_BYTES = 16
/** Bodies are read by others with limits of their own. */
const DATA_BYTES_MAX = 64 * 1024

/** Types that come from the journals of accounts. */
type JournalType = "order.placed" | "order.rejected" | "position.closed" | "balance.updated" | "margin.call" | "stop.out"

type Distribute<Event> = Event extends { readonly type: infer Type; readonly data: infer Data }
  ? { readonly type: Type; readonly data: Data }
  : never

/** An event to be told, and about whom: events about one account, or else about one user, are delivered in the order they were written. */
export type NewEvent = Distribute<Exclude<WebhookEvent, { readonly type: JournalType | "test" }>> & {
  /** What happens only once, such as `deposit req_1 approved`: written twice under one key, it is told once. */
  readonly key?: string
} & ({ readonly accountId: string; readonly userId?: string } | { readonly userId: string; readonly accountId?: never })

const encode = Schema.encodeSync(WebhookEvent)

const idOf = (event: NewEvent): string =>
  `evt_${event.key === undefined ? randomBytes(ID_BYTES).toString("hex") : hash("sha256", `${event.type} ${event.key}`, "hex").slice(0, ID_BYTES * 2)}`

/**
 * Writes events by the connection of the transaction around it (`sql.withTransaction`); in the order given. A mistake in an event's shape is
 * a defect, and undoes the transaction.
 */
export const writeEvents = (
  sql: SqlClient.SqlClient,
  events: readonly [NewEvent, ...ReadonlyArray<NewEvent>]
): Effect.Effect<void, SqlError.SqlError> =>
  Effect.gen(function* () {
    const at = yield* Clock.currentTimeMillis
    for (const event of events) {
      const id = idOf(event)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a NewEvent has the type and data of one member; encoding checks it
      const { data, type } = encode({ id, type: event.type, timestamp: at, data: event.data } as WebhookEvent)
      const text = JSON.stringify(data)
      if (Buffer.byteLength(text) > DATA_BYTES_MAX) return yield* Effect.die(new Error(`The data of ${id} (${type}) is too long`))
      yield* sql`INSERT INTO outbox (own_id, account_id, user_id, type, occurred_at, data)
        VALUES (${id}, ${event.accountId ?? null}, ${event.userId ?? null}, ${type}, ${new Date(at)}, ${text}::json)
        ON CONFLICT (own_id) DO NOTHING`
    }
  })
