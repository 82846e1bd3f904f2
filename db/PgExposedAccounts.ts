/** PgExposedAccounts: the exposed accounts from the accounts' read table. */
import { ExposedAccounts, ExposedAccountsUnavailable } from "#actors/ExposedAccounts.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "10 seconds"

export const PgExposedAccounts = Layer.effect(
  ExposedAccounts,
  Effect.map(SqlClient.SqlClient, (sql) =>
    ExposedAccounts.of({
      list: withDeadline(
        sql<{ account_id: string }>`SELECT account_id FROM account WHERE exposed`,
        DEADLINE,
        (cause) => new ExposedAccountsUnavailable({ cause: String(cause) })
      ).pipe(Effect.map((rows) => rows.map((row) => row.account_id)))
    })
  )
)
