/** PgExposedAccounts: the exposed accounts from the accounts' read table, rebuilt many at a time. */
import { decodeArming } from "#actors/account/ArmingCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { ExposedAccounts, ExposedAccountsUnavailable, type RebuiltAccount } from "#actors/ExposedAccounts.ts"
import { checkedEvents, type JournalRow } from "#db/PgJournal.ts"
import { decodeSnapshotRow, type SnapshotRow } from "#db/PgSnapshots.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "10 seconds"
const COUNTS = "coalesce(s.sequence = o.last_sequence AND s.configuration_version = $2::bigint AND s.arming IS NOT NULL, false)"

interface OwnedSnapshotRow extends Omit<SnapshotRow, "sequence" | "state"> {
  readonly account_id: string
  /** null: no snapshot yet. */
  readonly sequence: bigint | null
  /** null: none, or the arming counts. */
  readonly state: Uint8Array | null
  /** null: none that counts now. */
  readonly arming: Uint8Array | null
  /** Where the journal ends. */
  readonly last_sequence: bigint
}
interface OwnedJournalRow extends JournalRow {
  readonly account_id: string
}

/** The state after the snapshot and its tail; throws when anything is in doubt. */
const rebuilt = (row: OwnedSnapshotRow, tail: ReadonlyArray<JournalRow>): AccountState => {
  const { sequence, state } = row
  const snapshot = sequence === null || state === null ? undefined : decodeSnapshotRow(row.account_id, { ...row, sequence, state })
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

    /** An arming counts when its snapshot is the journal's end and was made under the configuration; then the state stays where it is. */
    const readSnapshots = (accountIds: ReadonlyArray<string>, configurationVersion: number | undefined) =>
      sql.unsafe<OwnedSnapshotRow>(
        `SELECT o.account_id, o.last_sequence, s.sequence, s.schema_version, s.hash, s.checksum,
          CASE WHEN ${COUNTS} THEN s.arming END AS arming, CASE WHEN ${COUNTS} THEN NULL ELSE s.state END AS state
        FROM unnest($1::text[]) AS i(account_id) JOIN account_owner o USING (account_id) LEFT JOIN snapshot s USING (account_id)`,
        [accountIds, configurationVersion ?? null]
      )
    const readTails = (accountIds: ReadonlyArray<string>) =>
      sql.unsafe<OwnedJournalRow>(
        `SELECT j.account_id, j.sequence, j.data::text AS data, j.hash, j.schema_version
        FROM unnest($1::text[]) AS i(account_id) LEFT JOIN snapshot s USING (account_id)
        CROSS JOIN LATERAL (SELECT * FROM journal WHERE account_id = i.account_id AND sequence > coalesce(s.sequence, 0) ORDER BY sequence) j`,
        [accountIds]
      )

    return ExposedAccounts.of({
      list: read(sql<{ account_id: string }>`SELECT account_id FROM account WHERE exposed`).pipe(
        Effect.map((rows) => rows.map((row) => row.account_id))
      ),
      rebuild: Effect.fnUntraced(function* (accountIds, configurationVersion) {
        const rows = yield* read(readSnapshots(accountIds, configurationVersion))
        const rebuiltAccounts: Array<RebuiltAccount> = []
        const others: Array<string> = []
        for (const { account_id: accountId, arming: bytes } of rows) {
          const arming = bytes === null ? undefined : decodeArming(bytes)
          if (arming === undefined) others.push(accountId)
          else rebuiltAccounts.push({ accountId, arming })
        }
        if (others.length === 0) return rebuiltAccounts
        const states = yield* read(readSnapshots(others, undefined))
        const tailOf = Map.groupBy(yield* read(readTails(others)), (row) => row.account_id)
        for (const row of states) {
          try {
            rebuiltAccounts.push({ accountId: row.account_id, state: rebuilt(row, tailOf.get(row.account_id) ?? []) })
          } catch {
            // appended in between, or damaged: its actor will tell which
          }
        }
        return rebuiltAccounts
      })
    })
  })
)
