/** PgSnapshots: the newest snapshot of each account in PostgreSQL. */
import type { Arming } from "#actors/account/Arming.ts"
import { encodeArming } from "#actors/account/ArmingCodec.ts"
import { decodeAccountState, encodeAccountState, STATE_LAYOUT_VERSION } from "#actors/account/AccountStateCodec.ts"
import { Snapshots, type Snapshot } from "#actors/Snapshots.ts"
import { executeOnce } from "#db/executeOnce.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { makeRowColumns, type RowOf } from "#db/rowColumns.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Effect, Layer, Metric } from "effect"
import { SqlClient } from "effect/sql"
import { hash as digest } from "node:crypto"

/** Raised whenever AccountState, its layout or evolve changes its meaning. */
export const SNAPSHOT_SCHEMA_VERSION = STATE_LAYOUT_VERSION
/** Older snapshots that still mean the same; others are ignored and the journal replayed. */
const READABLE_VERSION_MIN = 1
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
  if (row.schema_version < READABLE_VERSION_MIN || row.schema_version > SNAPSHOT_SCHEMA_VERSION) return undefined
  if (checksum(row.state) !== row.checksum) throw new Error("checksum does not match")
  return { accountId, sequence: Number(row.sequence), hash: row.hash, state: decodeAccountState(row.state, row.schema_version) }
}

const columns = makeRowColumns({
  account_id: "text",
  sequence: "int8",
  hash: "text",
  state: "bytea",
  checksum: "text",
  arming: "bytea",
  configuration_version: "int8"
})

type SnapshotColumns = RowOf<typeof columns>

const encodeRow = ({ accountId, hash, sequence, state }: Snapshot, arming: Arming | undefined): SnapshotColumns => {
  const bytes = encodeAccountState(state)
  return {
    account_id: accountId,
    sequence: BigInt(sequence),
    hash,
    state: bytes,
    checksum: checksum(bytes),
    arming: arming === undefined ? null : encodeArming(arming),
    configuration_version: arming === undefined ? null : BigInt(arming.configurationVersion)
  }
}

/** The same account twice in a batch would be one row changed twice: only the newer one is written. */
const newestOfEach = (rows: ReadonlyArray<SnapshotColumns>): ReadonlyArray<SnapshotColumns> => [
  ...new Map(rows.map((row) => [row.account_id, row])).values()
]

const SAVE = `
  INSERT INTO snapshot (account_id, sequence, schema_version, hash, state, checksum, arming, configuration_version)
  SELECT s.account_id, s.sequence, ${SNAPSHOT_SCHEMA_VERSION}::smallint, s.hash, s.state, s.checksum, s.arming, s.configuration_version
  FROM ${columns.source("s", 1)}
  ON CONFLICT (account_id) DO UPDATE SET sequence = excluded.sequence, schema_version = excluded.schema_version, hash = excluded.hash,
    state = excluded.state, checksum = excluded.checksum, arming = excluded.arming, configuration_version = excluded.configuration_version
  WHERE snapshot.sequence <= excluded.sequence OR snapshot.schema_version <> excluded.schema_version`

export const PgSnapshots = Layer.effect(
  Snapshots,
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const query = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, (cause) => cause)
    /** Many accounts fall asleep at once when a node stops: their snapshots share statements, as appends do. */
    const commit = yield* makeGroupCommit({
      write: (rows: ReadonlyArray<SnapshotColumns>) =>
        Effect.as(
          executeOnce(sql, SAVE, columns.parameters([newestOfEach(rows)])),
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
      save: (snapshot, arming) =>
        Effect.suspend(() => commit(encodeRow(snapshot, arming))).pipe(
          Effect.catch((cause) => Effect.logDebug("Snapshot not saved", { accountId: snapshot.accountId, cause })),
          Effect.asVoid
        )
    })
  })
)
