/**
 * PgJournal: the journal in PostgreSQL.
 *
 * Appends of many accounts share a transaction (see GroupCommit) that is one statement (see journalStatement). An append is encoded before
 * it waits, while the transaction before it is in flight; whatever stands in an event and in a read table is encoded once.
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
import { jsonText, JsonTexts } from "#actors/account/jsonText.ts"
import { executeOnce } from "#db/executeOnce.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { journalParameters, journalStatement, type AppendRows } from "#db/journalStatement.ts"
import { webhookType } from "#db/projections/outbox.ts"
import { project } from "#db/projections/project.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { EXTERNAL_KINDS } from "#domain/LedgerEntry.ts"
import { Effect, Layer, Schema } from "effect"
import { SqlClient, type SqlError } from "effect/sql"

/** After this an append's fate is unknown and the account rereads its journal. */
const APPEND_DEADLINE = "5 seconds"

export interface EncodedAppend {
  readonly hash: string
  readonly rows: AppendRows
}

export const encodeAppend = (append: Append): EncodedAppend => {
  const { accountId, epoch, expectedSequence, receipt } = append
  const texts = new JsonTexts()
  const { events, hash, messages } = encodeEvents(append, texts)
  const rows = project(append)
  const { account } = rows
  return {
    hash,
    rows: {
      owners: [
        {
          account_id: accountId,
          epoch: BigInt(epoch),
          expected_sequence: BigInt(expectedSequence),
          last_sequence: BigInt(expectedSequence + events.length),
          command_id: receipt?.commandId ?? null,
          body_hash: receipt?.bodyHash ?? null,
          rejection: receipt?.rejection === undefined ? null : jsonText(receipt.rejection),
          origin: jsonText(append.origin)
        }
      ],
      events,
      messages,
      accounts: [{ ...account, opened_at: BigInt(account.opened_at) }],
      orders: rows.orders.map((row) => ({ ...row, number: BigInt(row.number), data: texts.of(row.data) })),
      positions: rows.positions.map((row) => ({ ...row, number: BigInt(row.number), data: texts.of(row.data) })),
      trades: rows.trades.map((row) => ({ ...row, number: BigInt(row.number), data: texts.of(row.data) })),
      ledgerEntries: rows.ledgerEntries.map((row) => ({ ...row, number: BigInt(row.number), data: texts.of(row.data) }))
    }
  }
}

/** The events as they are kept, chained to what came before, and those that the outside is told of. */
const encodeEvents = ({ events, expectedSequence, previousHash }: Append, texts: JsonTexts) => {
  const rows: Array<AppendRows["events"][number]> = []
  const messages: Array<AppendRows["messages"][number]> = []
  let hash = previousHash
  for (const [index, event] of events.entries()) {
    const number = expectedSequence + 1 + index
    const sequence = BigInt(number)
    const data = encodeAccountEvent(event, texts.of)
    hash = chainHash(hash, number, data)
    rows.push({ sequence, type: event._tag, data, hash })
    const type = webhookType(event)
    if (type !== undefined) messages.push({ sequence, type })
  }
  return { events: rows, messages, hash }
}

const decodeRejection = Schema.decodeUnknownSync(Schema.NullOr(Rejection))

/** Writes a batch as one statement; answers for each whether it was written. */
export const makeWrite = (sql: SqlClient.SqlClient) => (batch: ReadonlyArray<EncodedAppend>) =>
  executeOnce<{ n: number }>(sql, journalStatement, journalParameters(batch.map(({ rows }) => rows))).pipe(
    Effect.map((rows) => {
      const written = new Set(rows.map(({ n }) => n))
      return batch.map(({ hash }, item): AppendResult => (written.has(item) ? { _tag: "Committed", hash } : { _tag: "Refused" }))
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
      isBooked: (accountId, reference) =>
        query(sql`
          SELECT 1 FROM account_ledger_entry
          WHERE account_id = ${accountId} AND reference = ${reference} AND kind IN ${sql.in(EXTERNAL_KINDS)} LIMIT 1`).pipe(
          Effect.map((rows) => rows.length > 0)
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
