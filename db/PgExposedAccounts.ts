/** PgExposedAccounts: the exposed accounts from the accounts' read table, rebuilt many at a time. */
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { ExposedAccounts, ExposedAccountsUnavailable, type RebuiltAccount } from "#actors/ExposedAccounts.ts"
import { checkedEvents, type JournalRow } from "#db/PgJournal.ts"
import { decodeSnapshotRow, type SnapshotRow } from "#db/PgSnapshots.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "10 seconds"

interface OwnedSnapshotRow extends Omit<SnapshotRow, "sequence"> {
  readonly account_id: string
  /** null: no snapshot yet. */
  readonly sequence: bigint | null
  /** Where the journal ends. */
  readonly last_sequence: bigint
}
interface OwnedJournalRow extends JournalRow {
  readonly account_id: string
}

/** The state after the snapshot and its tail; throws when anything is in doubt. */
const rebuilt = (row: OwnedSnapshotRow, tail: ReadonlyArray<JournalRow>): AccountState => {
  const { sequence } = row
  const snapshot = sequence === null ? undefined : decodeSnapshotRow(row.account_id, { ...row, sequence })
  const after = snapshot ?? { sequence: 0, hash: "", state: initialAccountState }
  const events = checkedEvents(row.account_id, after, tail)
  if (after.sequence + events.length !== Number(row.last_sequence)) throw new Error("the journal does not end where its owner says")
  return events.reduce((state, { event }) => evolve(state, event), after.state)
}

export const PgExposedAccounts = Layer.effect(
  ExposedAccounts,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const read = <A, E>(effect: Effect.Effect<A, E>) =>
      withDeadline(effect, DEADLINE, (cause) => new ExposedAccountsUnavailable({ cause: String(cause) }))

    return ExposedAccounts.of({
      list: read(sql<{ account_id: string }>`SELECT account_id FROM account WHERE exposed`).pipe(
        Effect.map((rows) => rows.map((row) => row.account_id))
      ),
      rebuild: Effect.fnUntraced(function* (accountIds) {
        const ids = JSON.stringify(accountIds)
        const snapshots = yield* read(sql<OwnedSnapshotRow>`
          SELECT o.account_id, o.last_sequence, s.sequence, s.schema_version, s.hash, s.state, s.checksum
          FROM json_array_elements_text(${ids}::json) AS i(account_id)
          JOIN account_owner o USING (account_id) LEFT JOIN snapshot s USING (account_id)`)
        const tails = yield* read(sql<OwnedJournalRow>`
          SELECT j.account_id, j.sequence, j.data::text AS data, j.hash, j.schema_version
          FROM json_array_elements_text(${ids}::json) AS i(account_id) LEFT JOIN snapshot s USING (account_id)
          CROSS JOIN LATERAL (SELECT * FROM journal WHERE account_id = i.account_id AND sequence > coalesce(s.sequence, 0) ORDER BY sequence) j`)
        const tailOf = Map.groupBy(tails, (row) => row.account_id)
        return snapshots.flatMap((row): ReadonlyArray<RebuiltAccount> => {
          try {
            return [{ accountId: row.account_id, state: rebuilt(row, tailOf.get(row.account_id) ?? []) }]
          } catch {
            // appended in between, or damaged: its actor will tell which
            return []
          }
        })
      })
    })
  })
)
