/** PgSnapshots: the newest snapshot of each account in PostgreSQL. */
import { decodeAccountState, encodeAccountState } from "#actors/account/AccountStateCodec.ts"
import { Snapshots, type Snapshot } from "#actors/Snapshots.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer, Metric } from "effect"
import { SqlClient } from "effect/sql"
import { hash as digest } from "node:crypto"

/** Raised whenever AccountState or evolve changes its meaning: older snapshots are then ignored and the journal replayed. */
export const SNAPSHOT_SCHEMA_VERSION = 1
const DEADLINE = "5 seconds"

const unusable = Metric.counter("keel_snapshots_unusable_total", { description: "Snapshots ignored because damaged", incremental: true })

export interface SnapshotRow {
  readonly sequence: bigint
  readonly schema_version: number
  readonly hash: string
  readonly state: Uint8Array
  readonly checksum: string
}

export const checksum = (state: Uint8Array): string => digest("sha256", state, "hex")

/** The row's snapshot; undefined for another version's; throws on damage. */
export const decodeSnapshotRow = (accountId: string, row: SnapshotRow): Snapshot | undefined => {
  if (row.schema_version !== SNAPSHOT_SCHEMA_VERSION) return undefined
  if (checksum(row.state) !== row.checksum) throw new Error("checksum does not match")
  return { accountId, sequence: Number(row.sequence), hash: row.hash, state: decodeAccountState(row.state) }
}

/** Snapshots as rows; the bytes in hexadecimal, because JSON carries them. */
const encodeRow = ({ accountId, hash, sequence, state }: Snapshot): string => {
  const bytes = encodeAccountState(state)
  return JSON.stringify({
    account_id: accountId,
    sequence,
    schema_version: SNAPSHOT_SCHEMA_VERSION,
    hash,
    state: `\\x${Buffer.from(bytes).toString("hex")}`,
    checksum: checksum(bytes)
  })
}

export const PgSnapshots = Layer.effect(
  Snapshots,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const query = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, (cause) => cause)
    /** Many accounts fall asleep at once when a node stops: their snapshots share statements, as appends do. */
    const commit = yield* makeGroupCommit({
      write: (rows: ReadonlyArray<string>) =>
        Effect.as(
          sql`
            INSERT INTO snapshot SELECT * FROM json_populate_recordset(NULL::snapshot, ${`[${rows.join(",")}]`}::json)
            ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, schema_version = excluded.schema_version,
              hash = excluded.hash, state = excluded.state, checksum = excluded.checksum
            WHERE snapshot.sequence < excluded.sequence OR snapshot.schema_version <> excluded.schema_version`,
          rows.map(() => true)
        ),
      isRefusal: () => false,
      deadline: DEADLINE,
      onFailure: String
    })
    return Snapshots.of({
      newest: (accountId) =>
        query(sql<SnapshotRow>`SELECT sequence, schema_version, hash, state, checksum FROM snapshot WHERE account_id = ${accountId}`).pipe(
          Effect.flatMap(([row]) => Effect.try({ try: () => row && decodeSnapshotRow(accountId, row), catch: (cause) => cause })),
          Effect.catch((cause) =>
            Metric.update(unusable, 1).pipe(
              Effect.andThen(Effect.logError("Snapshot unusable, the journal is replayed instead", { accountId, cause: String(cause) })),
              Effect.as(undefined)
            )
          )
        ),
      save: (snapshot) =>
        Effect.suspend(() => commit(encodeRow(snapshot))).pipe(
          Effect.catch((cause) => Effect.logDebug("Snapshot not saved", { accountId: snapshot.accountId, cause })),
          Effect.asVoid
        )
    })
  })
)
