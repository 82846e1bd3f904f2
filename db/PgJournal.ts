/**
 * PgJournal: the journal in PostgreSQL.
 *
 * A batch of appends is one statement: it moves the owner rows that it may move, and writes events, receipts, read tables and outbox only
 * for those. So an append under a stale epoch, after a wrong sequence or with a used command id writes nothing, and its neighbours in the
 * batch commit.
 */
import { chainHash, decodeAccountEvent, encodeAccountEvent, EVENT_SCHEMA_VERSION } from "#actors/account/AccountEventCodec.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { Rejection } from "#actors/account/Rejection.ts"
import {
  Journal,
  JournalCorrupt,
  JournalUnavailable,
  READ_EVENTS_MAX,
  type Append,
  type AppendResult,
  type JournaledEvent,
  type Receipt
} from "#actors/Journal.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { webhookType } from "#db/projections/outbox.ts"
import { project } from "#db/projections/project.ts"
import { decimalsAsText } from "#domain/Decimal.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

/** After this an append's fate is unknown and the account rereads its journal. */
const APPEND_DEADLINE = "5 seconds"

/** An append, encoded: text that goes into the statement as it is. */
interface EncodedAppend {
  readonly accountId: string
  readonly hash: string
  readonly owner: string
  readonly events: ReadonlyArray<string>
  readonly outbox: ReadonlyArray<string>
  readonly account: string
  readonly orders: ReadonlyArray<string>
  readonly positions: ReadonlyArray<string>
  readonly trades: ReadonlyArray<string>
  readonly ledgerEntries: ReadonlyArray<string>
}

const encodeAppend = (append: Append): EncodedAppend => {
  const { accountId, epoch, events, expectedSequence, receipt } = append
  const origin = JSON.stringify(append.origin)
  const account = JSON.stringify(accountId)
  const commandId = JSON.stringify(receipt?.commandId ?? null)
  const lastSequence = expectedSequence + events.length
  const eventRows: Array<string> = []
  const outboxRows: Array<string> = []
  let hash = append.previousHash
  for (const [index, event] of events.entries()) {
    const sequence = expectedSequence + 1 + index
    const data = encodeAccountEvent(event)
    hash = chainHash(hash, sequence, data)
    // data stands in the row as it was hashed, not encoded a second time
    eventRows.push(
      `{"account_id":${account},"sequence":${sequence},"epoch":${epoch},"type":"${event._tag}","data":${data},"hash":"${hash}","command_id":${commandId},"origin":${origin}}`
    )
    const type = webhookType(event)
    if (type !== undefined) outboxRows.push(`{"account_id":${account},"sequence":${sequence},"type":"${type}"}`)
  }
  const rows = project(append)
  return {
    accountId,
    hash,
    owner: JSON.stringify({
      account_id: accountId,
      epoch,
      expected_sequence: expectedSequence,
      last_sequence: lastSequence,
      command_id: receipt?.commandId ?? null,
      body_hash: receipt?.bodyHash ?? null,
      rejection: receipt?.rejection ?? null
    }),
    events: eventRows,
    outbox: outboxRows,
    account: asJson(rows.account),
    orders: rows.orders.map(asJson),
    positions: rows.positions.map(asJson),
    trades: rows.trades.map(asJson),
    ledgerEntries: rows.ledgerEntries.map(asJson)
  }
}

const asJson = (row: object): string => JSON.stringify(row, decimalsAsText)

const jsonArray = (rows: ReadonlyArray<string>): string => `[${rows.join(",")}]`

const decodeRejection = Schema.decodeUnknownSync(Schema.NullOr(Rejection))

const makeWrite = (sql: SqlClient.SqlClient) => (batch: ReadonlyArray<EncodedAppend>) =>
  sql<{ account_id: string }>`
    WITH input AS (
      SELECT * FROM json_to_recordset(${jsonArray(batch.map((append) => append.owner))}::json) AS r(
        account_id text, epoch bigint, expected_sequence bigint, last_sequence bigint, command_id text, body_hash text, rejection json)
    ), owned AS (
      UPDATE account_owner o SET last_sequence = i.last_sequence
      FROM input i
      WHERE o.account_id = i.account_id AND o.epoch = i.epoch AND o.last_sequence = i.expected_sequence
        AND NOT EXISTS (SELECT 1 FROM receipt r WHERE r.account_id = i.account_id AND r.command_id = i.command_id)
      RETURNING i.*
    ), events AS (
      INSERT INTO journal (account_id, sequence, epoch, type, schema_version, data, hash, command_id, origin)
      SELECT e.account_id, e.sequence, e.epoch, e.type, ${EVENT_SCHEMA_VERSION}::smallint, e.data, e.hash, e.command_id, e.origin
      FROM json_to_recordset(${jsonArray(batch.flatMap((append) => append.events))}::json) AS e(
        account_id text, sequence bigint, epoch bigint, type text, data json, hash text, command_id text, origin json)
      JOIN owned USING (account_id)
    ), receipts AS (
      INSERT INTO receipt (account_id, command_id, body_hash, first_sequence, last_sequence, rejection)
      SELECT account_id, command_id, body_hash, expected_sequence + 1, last_sequence, rejection FROM owned WHERE command_id IS NOT NULL
    ), messages AS (
      INSERT INTO outbox (account_id, sequence, type)
      SELECT m.account_id, m.sequence, m.type
      FROM json_to_recordset(${jsonArray(batch.flatMap((append) => append.outbox))}::json) AS m(account_id text, sequence bigint, type text)
      JOIN owned USING (account_id) ORDER BY m.account_id, m.sequence
    ), accounts AS (
      INSERT INTO account
      SELECT a.* FROM json_populate_recordset(NULL::account, ${jsonArray(batch.map((append) => append.account))}::json) a
      JOIN owned o USING (account_id) WHERE o.last_sequence > o.expected_sequence
      ON CONFLICT (account_id) DO UPDATE SET group_name = excluded.group_name, leverage = excluded.leverage, version = excluded.version,
        balance = excluded.balance, credit = excluded.credit, exposed = excluded.exposed
    ), orders AS (
      INSERT INTO account_order
      SELECT r.* FROM json_populate_recordset(NULL::account_order, ${jsonArray(batch.flatMap((append) => append.orders))}::json) r
      JOIN owned USING (account_id)
      ON CONFLICT (account_id, number) DO UPDATE SET status = excluded.status, data = excluded.data
    ), positions AS (
      INSERT INTO account_position
      SELECT r.* FROM json_populate_recordset(NULL::account_position, ${jsonArray(batch.flatMap((append) => append.positions))}::json) r
      JOIN owned USING (account_id)
      ON CONFLICT (account_id, number) DO UPDATE SET status = excluded.status, data = excluded.data,
        realized_profit = account_position.realized_profit + excluded.realized_profit
    ), trades AS (
      INSERT INTO account_trade
      SELECT r.* FROM json_populate_recordset(NULL::account_trade, ${jsonArray(batch.flatMap((append) => append.trades))}::json) r
      JOIN owned USING (account_id)
    ), ledger_entries AS (
      INSERT INTO account_ledger_entry
      SELECT r.* FROM json_populate_recordset(NULL::account_ledger_entry, ${jsonArray(batch.flatMap((append) => append.ledgerEntries))}::json) r
      JOIN owned USING (account_id)
    )
    SELECT account_id FROM owned`.pipe(
    Effect.map((rows) => {
      const owned = new Set(rows.map((row) => row.account_id))
      return batch.map(({ accountId, hash }): AppendResult => (owned.has(accountId) ? { _tag: "Committed", hash } : { _tag: "Refused" }))
    })
  )

/** PostgreSQL answered, and refused. Should it have written all the same, the fence refuses the second attempt. */
const isRefusal = (error: SqlError.SqlError): boolean => error.reason._tag !== "ConnectionError"

export interface JournalRow {
  readonly sequence: bigint
  readonly data: string
  readonly hash: string
  readonly schema_version: number
}

/** The rows' events; throws JournalCorrupt on a gap, a row whose text does not give its hash, and an event of a newer program. */
export const checkedEvents = (
  accountId: string,
  after: { readonly sequence: number; readonly hash: string | undefined },
  rows: ReadonlyArray<JournalRow>
): ReadonlyArray<JournaledEvent> => {
  let previous = after.hash
  return rows.map((row, index) => {
    const sequence = after.sequence + 1 + index
    const corrupt = (cause: string) => new JournalCorrupt({ accountId, sequence, cause })
    if (Number(row.sequence) !== sequence) throw corrupt(`sequence ${row.sequence} stands where ${sequence} was expected`)
    if (row.schema_version > EVENT_SCHEMA_VERSION) throw corrupt(`schema version ${row.schema_version} is newer than this program`)
    if (previous !== undefined && chainHash(previous, sequence, row.data) !== row.hash) throw corrupt("the row was altered")
    previous = row.hash
    try {
      return { sequence, event: decodeAccountEvent(row.data), hash: row.hash }
    } catch (error) {
      throw corrupt(String(error))
    }
  })
}

const checkChain = (
  accountId: string,
  after: { readonly sequence: number; readonly hash: string | undefined },
  rows: ReadonlyArray<JournalRow>
): Effect.Effect<ReadonlyArray<JournaledEvent>, JournalCorrupt> =>
  Effect.try({
    try: () => checkedEvents(accountId, after, rows),
    catch: (error) =>
      error instanceof JournalCorrupt ? error : new JournalCorrupt({ accountId, sequence: after.sequence, cause: String(error) })
  })

export const PgJournal = Layer.effect(
  Journal,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const unavailable = (cause: unknown) => new JournalUnavailable({ cause: String(cause) })
    const query = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, APPEND_DEADLINE, unavailable)
    const commit = yield* makeGroupCommit({ write: makeWrite(sql), isRefusal, deadline: APPEND_DEADLINE, onFailure: unavailable })

    const rows = (accountId: string, first: number, last: number) =>
      query(sql<JournalRow>`
        SELECT sequence, data::text AS data, hash, schema_version FROM journal
        WHERE account_id = ${accountId} AND sequence BETWEEN ${first} AND ${last} ORDER BY sequence`)

    return Journal.of({
      open: (accountId) =>
        query(sql<{ epoch: bigint; last_sequence: bigint }>`
          UPDATE account_owner SET epoch = epoch + 1 WHERE account_id = ${accountId} RETURNING epoch, last_sequence`).pipe(
          Effect.map(([row]) => row && { epoch: Number(row.epoch), lastSequence: Number(row.last_sequence) })
        ),
      create: (accountId) =>
        query(sql<{ epoch: bigint; last_sequence: bigint }>`
          INSERT INTO account_owner AS o VALUES (${accountId}, 1, 0)
          ON CONFLICT (account_id) DO UPDATE SET epoch = o.epoch + 1 RETURNING epoch, last_sequence`).pipe(
          Effect.map(([row]) => ({ epoch: Number(row?.epoch), lastSequence: Number(row?.last_sequence) }))
        ),
      read: (accountId, after) =>
        rows(accountId, after.sequence + 1, after.sequence + READ_EVENTS_MAX).pipe(
          Effect.flatMap((found) => checkChain(accountId, after, found))
        ),
      append: (append) =>
        Effect.flatMap(
          Effect.sync(() => encodeAppend(append)),
          commit
        ),
      receipt: (accountId, commandId) =>
        query(sql<{ body_hash: string; first_sequence: bigint; last_sequence: bigint; rejection: unknown }>`
          SELECT body_hash, first_sequence, last_sequence, rejection FROM receipt
          WHERE account_id = ${accountId} AND command_id = ${commandId}`).pipe(
          Effect.map(
            ([row]): Receipt | undefined =>
              row && {
                commandId,
                bodyHash: row.body_hash,
                firstSequence: Number(row.first_sequence),
                lastSequence: Number(row.last_sequence),
                rejection: decodeRejection(row.rejection) ?? undefined
              }
          )
        ),
      events: (accountId, firstSequence, lastSequence): Effect.Effect<ReadonlyArray<AccountEvent>, JournalUnavailable | JournalCorrupt> =>
        rows(accountId, firstSequence, lastSequence).pipe(
          Effect.flatMap((found) => checkChain(accountId, { sequence: firstSequence - 1, hash: undefined }, found)),
          Effect.map((journaled) => journaled.map(({ event }) => event))
        )
    })
  })
)
