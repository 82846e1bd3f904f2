/** StoredAccounts: everything that the database holds about an account, as it stands in one moment; for verification. */
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { Effect } from "effect"
import { SqlClient } from "effect/sql"

/** As `project` writes rows: numbers for int8, the shortest digits for numeric. */
const asProjected = (row: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (typeof value === "bigint") return [column, Number(value)]
      const isAmount = column === "balance" || column === "credit" || column === "amount" || column === "realized_profit"
      return [column, isAmount && typeof value === "string" ? formatDecimal(decimal(value)) : value]
    })
  )

/** All account ids, oldest first. */
export const storedAccountIds = Effect.flatMap(SqlClient.SqlClient, (sql) =>
  sql<{ account_id: string }>`SELECT account_id FROM account_owner ORDER BY account_id`.pipe(
    Effect.map((rows) => rows.map((row) => row.account_id))
  )
)

/** Reads under one snapshot of the database, so that commits in between do not look like damage. */
export const storedAccount = Effect.fnUntraced(
  function* (accountId: string) {
    const sql = yield* SqlClient.SqlClient
    yield* sql`SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY`
    const rowsOf = (table: string) =>
      sql<object>`SELECT * FROM ${sql(table)} WHERE account_id = ${accountId} ORDER BY number`.pipe(
        Effect.map((rows) => rows.map(asProjected))
      )
    const [owner] = yield* sql<{ last_sequence: bigint }>`SELECT last_sequence FROM account_owner WHERE account_id = ${accountId}`
    const journal = yield* sql<{ sequence: bigint; epoch: bigint; command_id: string | null; data: string; hash: string }>`
    SELECT sequence, epoch, command_id, data::text AS data, hash FROM journal WHERE account_id = ${accountId} ORDER BY sequence`
    const receipts = yield* sql<{ command_id: string; body_hash: string; first_sequence: bigint; last_sequence: bigint }>`
    SELECT command_id, body_hash, first_sequence, last_sequence FROM receipt WHERE account_id = ${accountId}`
    const outbox = yield* sql<{ sequence: bigint; type: string }>`
    SELECT sequence, type FROM outbox WHERE account_id = ${accountId} AND sequence IS NOT NULL ORDER BY sequence`
    const [account] = yield* sql<object>`SELECT * FROM account WHERE account_id = ${accountId}`
    return {
      accountId,
      lastSequence: Number(owner?.last_sequence ?? 0),
      journal: journal.map((row) => ({
        sequence: Number(row.sequence),
        epoch: Number(row.epoch),
        commandId: row.command_id ?? undefined,
        data: row.data,
        hash: row.hash
      })),
      receipts: receipts.map((row) => ({
        commandId: row.command_id,
        firstSequence: Number(row.first_sequence),
        lastSequence: Number(row.last_sequence)
      })),
      outbox: outbox.map(({ sequence, type }) => ({ sequence: Number(sequence), type })),
      rows: account && {
        account: asProjected(account),
        orders: yield* rowsOf("account_order"),
        positions: yield* rowsOf("account_position"),
        trades: yield* rowsOf("account_trade"),
        ledgerEntries: yield* rowsOf("account_ledger_entry")
      }
    }
  },
  (read, _accountId) => Effect.flatMap(SqlClient.SqlClient, (sql) => sql.withTransaction(read))
)

export type StoredAccount = Effect.Success<ReturnType<typeof storedAccount>>
