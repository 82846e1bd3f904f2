/** PgAccountReads: lists from the read tables. */
import { decodeAccountEvent } from "#actors/account/AccountEventCodec.ts"
import { AccountReads, PAGE_ROWS_MAX, ReadsUnavailable, type AccountRecord, type Page, type PageRequest } from "#db/AccountReads.ts"
import { numberOf } from "#db/projections/project.ts"
import { decodeOrderRecord, decodePositionRecord } from "#db/projections/records.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { decimal } from "#domain/Decimal.ts"
import { LedgerEntry } from "#domain/LedgerEntry.ts"
import { Trade } from "#domain/Trade.ts"
import { Effect, Layer, Schema } from "effect"
import { SqlClient, type Statement } from "effect/sql"

const DEADLINE = "5 seconds"
const decodeTrade = Schema.decodeUnknownSync(Trade)
const decodeLedgerEntry = Schema.decodeUnknownSync(LedgerEntry)

interface AccountRow {
  readonly account_id: string
  readonly client_id: string
  readonly currency: string
  readonly mode: AccountRecord["mode"]
  readonly group_name: string
  readonly leverage: number
  readonly version: bigint
  readonly balance: string
  readonly credit: string
  readonly exposed: boolean
  readonly opened_at: bigint
}
interface NumberedRow {
  readonly number: bigint
  readonly data: unknown
}
interface PositionRow extends NumberedRow {
  readonly status: "open" | "closed"
  readonly realized_profit: string
}

const accountRecord = (row: AccountRow): AccountRecord => ({
  accountId: row.account_id,
  clientId: row.client_id,
  currency: row.currency,
  mode: row.mode,
  group: row.group_name,
  leverage: row.leverage,
  version: Number(row.version),
  balance: decimal(row.balance),
  credit: decimal(row.credit),
  exposed: row.exposed,
  openedAt: Number(row.opened_at)
})

const positionRecord = (row: PositionRow) => decodePositionRecord(row.data, row.status, decimal(row.realized_profit))

/** One row more than the page is read, to know whether there is a next one. */
const page = <Row, Record>(
  request: PageRequest,
  rows: ReadonlyArray<Row>,
  decode: (row: Row) => Record,
  numberOfRow: (row: Row) => number
): Page<Record> => {
  const last = rows.length > request.limit ? rows[request.limit - 1] : undefined
  return { rows: rows.slice(0, request.limit).map(decode), cursor: last === undefined ? undefined : numberOfRow(last) }
}

const limitOf = (request: PageRequest): number => Math.min(request.limit, PAGE_ROWS_MAX) + 1

export const PgAccountReads = Layer.effect(
  AccountReads,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const read = <A, E>(effect: Effect.Effect<A, E>) =>
      withDeadline(effect, DEADLINE, (cause) => new ReadsUnavailable({ cause: String(cause) }))

    /** Column filters whose value is undefined do not filter. */
    const where = (accountId: string, request: PageRequest, filters: { readonly [column: string]: string | undefined }) => {
      const clauses: Array<Statement.Fragment> = [sql`account_id = ${accountId}`]
      if (request.cursor !== undefined) clauses.push(sql`number < ${request.cursor}`)
      for (const [column, value] of Object.entries(filters)) if (value !== undefined) clauses.push(sql`${sql(column)} = ${value}`)
      return sql.and(clauses)
    }
    const numbered = <Row extends NumberedRow, Record>(
      request: PageRequest,
      rows: Effect.Effect<ReadonlyArray<Row>, unknown>,
      decode: (row: Row) => Record
    ) => read(Effect.map(rows, (found) => page(request, found, decode, (row) => Number(row.number))))

    return AccountReads.of({
      account: (accountId) =>
        read(Effect.map(sql<AccountRow>`SELECT * FROM account WHERE account_id = ${accountId}`, ([row]) => row && accountRecord(row))),
      accountsOfClient: (clientId) =>
        read(
          Effect.map(sql<AccountRow>`SELECT * FROM account WHERE client_id = ${clientId} ORDER BY account_id`, (rows) =>
            rows.map(accountRecord)
          )
        ),
      accounts: (request) =>
        read(
          Effect.map(
            sql<AccountRow>`SELECT * FROM account WHERE account_id::bigint > ${request.cursor ?? 0}
              ORDER BY account_id::bigint LIMIT ${limitOf(request)}`,
            (rows) => page(request, rows, accountRecord, (row) => Number(row.account_id))
          )
        ),
      orders: (accountId, { status, symbol, ...request }) =>
        numbered(
          request,
          sql<NumberedRow>`SELECT number, data FROM account_order WHERE ${where(accountId, request, { status, symbol })}
            ORDER BY number DESC LIMIT ${limitOf(request)}`,
          (row) => decodeOrderRecord(row.data)
        ),
      order: (accountId, orderId) =>
        read(
          Effect.map(
            sql<NumberedRow>`SELECT number, data FROM account_order WHERE account_id = ${accountId} AND number = ${numberOf(orderId)}`,
            ([row]) => row && decodeOrderRecord(row.data)
          )
        ),
      positions: (accountId, { side, status, symbol, ...request }) =>
        numbered(
          request,
          sql<PositionRow>`SELECT number, status, realized_profit, data FROM account_position
            WHERE ${where(accountId, request, { side, status, symbol })} ORDER BY number DESC LIMIT ${limitOf(request)}`,
          positionRecord
        ),
      position: (accountId, positionId) =>
        read(
          Effect.map(
            sql<PositionRow>`SELECT number, status, realized_profit, data FROM account_position
              WHERE account_id = ${accountId} AND number = ${numberOf(positionId)}`,
            ([row]) => row && positionRecord(row)
          )
        ),
      trades: (accountId, { positionId, symbol, ...request }) =>
        numbered(
          request,
          sql<NumberedRow>`SELECT number, data FROM account_trade WHERE ${where(accountId, request, { symbol, position_id: positionId })}
            ORDER BY number DESC LIMIT ${limitOf(request)}`,
          (row) => decodeTrade(row.data)
        ),
      ledger: (accountId, { kind, ...request }) =>
        numbered(
          request,
          sql<NumberedRow>`SELECT number, data FROM account_ledger_entry WHERE ${where(accountId, request, { kind })}
            ORDER BY number DESC LIMIT ${limitOf(request)}`,
          (row) => decodeLedgerEntry(row.data)
        ),
      bookedUnder: (accountId, reference) =>
        read(
          Effect.map(
            sql<NumberedRow>`SELECT number, data FROM account_ledger_entry
              WHERE account_id = ${accountId} AND reference = ${reference}
                AND kind IN ('deposit', 'withdrawal', 'creditIn', 'creditOut', 'correction')`,
            ([row]) => row && decodeLedgerEntry(row.data)
          )
        ),
      accountIdsOfClients: (clientIds) =>
        clientIds.length === 0
          ? Effect.succeed(new Map())
          : read(
              Effect.map(
                sql<{ client_id: string; account_id: string }>`
                  SELECT client_id, account_id FROM account WHERE ${sql.in("client_id", [...new Set(clientIds)])} ORDER BY account_id`,
                (rows) => {
                  const ids = new Map<string, Array<string>>(clientIds.map((clientId) => [clientId, []]))
                  for (const row of rows) ids.get(row.client_id)?.push(row.account_id)
                  return ids
                }
              )
            ),
      changes: (accountId, since, limit) =>
        read(
          Effect.map(
            sql<{ sequence: bigint; data: string }>`SELECT sequence, data::text AS data FROM journal
              WHERE account_id = ${accountId} AND sequence > ${since} ORDER BY sequence LIMIT ${limit}`,
            (rows) => rows.map((row) => ({ sequence: Number(row.sequence), event: decodeAccountEvent(row.data) }))
          )
        ),
      nextAccountId: read(Effect.map(sql<{ id: string }>`SELECT nextval('account_number')::text AS id`, ([row]) => row?.id ?? ""))
    })
  })
)
