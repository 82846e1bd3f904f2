/** PgExposedAccounts: the exposed accounts from the accounts' read table, rebuilt many at a time. */
import { decodeArming } from "#actors/account/ArmingCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { ExposedAccounts, ExposedAccountsUnavailable, type RebuiltAccount } from "#actors/ExposedAccounts.ts"
import { checkedEvents, type JournalRow } from "#db/PgJournal.ts"
import { decodeSnapshotRow, type SnapshotRow } from "#db/PgSnapshots.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { type Duration, Effect, Layer, Stream } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "10 seconds"
/** For all accounts together: some ten seconds a million, which is longer than a statement may usually take. */
const ARMINGS_DEADLINE_MILLIS = 60_000

interface ArmingRow {
  readonly account_id: string
  readonly arming: Uint8Array
}
interface OwnedSnapshotRow extends Omit<SnapshotRow, "sequence" | "state"> {
  readonly account_id: string
  /** null: no snapshot yet. */
  readonly sequence: bigint | null
  readonly state: Uint8Array | null
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
    const read = <A, E>(effect: Effect.Effect<A, E>, deadline: Duration.Input = DEADLINE) =>
      withDeadline(effect, deadline, (cause) => new ExposedAccountsUnavailable({ cause: String(cause) }))

    /** All in one query: a look-up for each account would take PostgreSQL five times as long. */
    const storedArmings = (configurationVersion: number) =>
      sql.unsafe<ArmingRow>(
        `SELECT account_id, s.arming FROM account a JOIN account_owner o USING (account_id) JOIN snapshot s USING (account_id)
        WHERE a.exposed AND s.sequence = o.last_sequence AND s.configuration_version = $1::bigint AND s.arming IS NOT NULL`,
        [configurationVersion]
      ).stream

    // `LIMIT 1` asks for one look-up an account: joined freely, each part of the accounts would read all owners and snapshots

    const readSnapshots = (accountIds: ReadonlyArray<string>) =>
      sql.unsafe<OwnedSnapshotRow>(
        `SELECT i.account_id, o.last_sequence, s.sequence, s.schema_version, s.hash, s.checksum, s.state FROM unnest($1::text[]) AS i(account_id)
        CROSS JOIN LATERAL (SELECT last_sequence FROM account_owner WHERE account_id = i.account_id LIMIT 1) o
        LEFT JOIN LATERAL (SELECT * FROM snapshot WHERE account_id = i.account_id LIMIT 1) s ON true`,
        [accountIds]
      )
    const readTails = (accountIds: ReadonlyArray<string>) =>
      sql.unsafe<OwnedJournalRow>(
        `SELECT j.account_id, j.sequence, j.data::text AS data, j.hash, j.schema_version FROM unnest($1::text[]) AS i(account_id)
        LEFT JOIN LATERAL (SELECT sequence FROM snapshot WHERE account_id = i.account_id LIMIT 1) s ON true
        CROSS JOIN LATERAL (SELECT * FROM journal WHERE account_id = i.account_id AND sequence > coalesce(s.sequence, 0) ORDER BY sequence) j`,
        [accountIds]
      )

    return ExposedAccounts.of({
      list: read(sql<{ account_id: string }>`SELECT account_id FROM account WHERE exposed`).pipe(
        Effect.map((rows) => rows.map((row) => row.account_id))
      ),
      eachArming: ({ configurationVersion, isWanted, take }) => {
        const takeRow = ({ account_id: accountId, arming: bytes }: ArmingRow): void => {
          const arming = isWanted(accountId) ? decodeArming(bytes) : undefined
          if (arming !== undefined) take(accountId, arming)
        }
        const takeRows = (rows: ReadonlyArray<ArmingRow>) => Effect.sync(() => rows.forEach(takeRow))
        const takeAll = sql.withTransaction(
          Effect.andThen(
            sql.unsafe(`SET LOCAL statement_timeout = ${ARMINGS_DEADLINE_MILLIS}`),
            Stream.runForEachArray(storedArmings(configurationVersion), takeRows)
          )
        )
        return read(takeAll, ARMINGS_DEADLINE_MILLIS)
      },
      rebuild: Effect.fnUntraced(function* (accountIds) {
        const states = yield* read(readSnapshots(accountIds))
        const tailOf = Map.groupBy(yield* read(readTails(accountIds)), (row) => row.account_id)
        const rebuiltAccounts: Array<RebuiltAccount> = []
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
