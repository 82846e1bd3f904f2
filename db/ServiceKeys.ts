/** ServiceKeys: keys of programs, by their hashes. A key that was revoked stays listed; it is never good again. */
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

export class ServiceKeysUnavailable extends Schema.TaggedError<ServiceKeysUnavailable>()("ServiceKeysUnavailable", {
  cause: Schema.String
}) {}
/** The service has as many keys that hold as it may have. */
export class TooManyKeys extends Schema.TaggedError<TooManyKeys>()("TooManyKeys", {}) {}

/** Keys of one service that hold at the same time: the old one and the next. */
export const ACTIVE_KEYS_PER_SERVICE_MAX = 2
/** Use is written down at most this often, so that a request costs no write. */
export const KEY_TOUCH_MILLIS = 60 * 1000
/** Of a list; the oldest that were revoked are left out. */
export const KEYS_LISTED_MAX = 500

export interface ServiceKeyRecord {
  readonly keyId: string
  readonly service: string
  readonly keyHash: string
  readonly scopes: ReadonlyArray<string>
  /** Addresses and networks that it may be used from; empty for all. */
  readonly networks: ReadonlyArray<string>
  readonly createdAt: number
  readonly createdBy: string
  readonly expiresAt: number | undefined
  readonly lastUsedAt: number | undefined
  readonly revokedAt: number | undefined
  readonly revokedBy: string | undefined
}
export type NewServiceKey = Omit<ServiceKeyRecord, "lastUsedAt" | "revokedAt" | "revokedBy">

interface ServiceKeyRow {
  readonly key_id: string
  readonly service: string
  readonly key_hash: string
  readonly scopes: ReadonlyArray<string>
  readonly networks: ReadonlyArray<string>
  readonly created_at: bigint
  readonly created_by: string
  readonly expires_at: bigint | null
  readonly last_used_at: bigint | null
  readonly revoked_at: bigint | null
  readonly revoked_by: string | null
}

const DEADLINE = "5 seconds"

const millis = (value: bigint | null): number | undefined => (value === null ? undefined : Number(value))

const serviceKeyRecord = (row: ServiceKeyRow): ServiceKeyRecord => ({
  keyId: row.key_id,
  service: row.service,
  keyHash: row.key_hash,
  scopes: row.scopes,
  networks: row.networks,
  createdAt: Number(row.created_at),
  createdBy: row.created_by,
  expiresAt: millis(row.expires_at),
  lastUsedAt: millis(row.last_used_at),
  revokedAt: millis(row.revoked_at),
  revokedBy: row.revoked_by ?? undefined
})

type Keys<A, E = never> = Effect.Effect<A, E | ServiceKeysUnavailable>

export class ServiceKeys extends Context.Service<
  ServiceKeys,
  {
    readonly insert: (key: NewServiceKey) => Keys<void, TooManyKeys>
    /** Leaves a key of the same id as it is. */
    readonly seed: (key: NewServiceKey) => Keys<void>
    /** Whatever became of it. */
    readonly find: (keyId: string) => Keys<ServiceKeyRecord | undefined>
    readonly touch: (keyId: string, now: number) => Keys<void>
    /** Newest first. */
    readonly list: Keys<ReadonlyArray<ServiceKeyRecord>>
    /** Answers whether there was one that was not revoked yet. */
    readonly revoke: (keyId: string, at: number, by: string) => Keys<boolean>
  }
>()("db/ServiceKeys") {
  static readonly layer = Layer.effect(
    ServiceKeys,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const unavailable = (cause: unknown) => new ServiceKeysUnavailable({ cause: String(cause) })
      const run = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, unavailable)

      const insertRow = (key: NewServiceKey) =>
        sql`INSERT INTO service_key (key_id, service, key_hash, scopes, networks, created_at, created_by, expires_at)
          VALUES (${key.keyId}, ${key.service}, ${key.keyHash}, ${JSON.stringify(key.scopes)}::json, ${JSON.stringify(key.networks)}::json,
            ${key.createdAt}, ${key.createdBy}, ${key.expiresAt ?? null})
          ON CONFLICT (key_id) DO NOTHING`

      /** Of two at once for one service, one waits for the other. */
      const insert = Effect.fnUntraced(function* (key: NewServiceKey) {
        yield* sql`SELECT pg_advisory_xact_lock(hashtext('service_key'), hashtext(${key.service}))`
        const [active] = yield* sql<{ count: bigint }>`SELECT count(*) AS count FROM service_key
          WHERE service = ${key.service} AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ${key.createdAt})`
        if (Number(active?.count ?? 0) >= ACTIVE_KEYS_PER_SERVICE_MAX) return yield* new TooManyKeys()
        yield* insertRow(key)
      }, sql.withTransaction)

      return ServiceKeys.of({
        insert: (key) => withDeadline(insert(key), DEADLINE, (cause) => (cause instanceof TooManyKeys ? cause : unavailable(cause))),
        seed: (key) => run(insertRow(key)).pipe(Effect.asVoid),
        find: (keyId) =>
          run(Effect.map(sql<ServiceKeyRow>`SELECT * FROM service_key WHERE key_id = ${keyId}`, ([row]) => row && serviceKeyRecord(row))),
        touch: (keyId, now) => run(sql`UPDATE service_key SET last_used_at = ${now} WHERE key_id = ${keyId}`).pipe(Effect.asVoid),
        list: run(
          Effect.map(
            sql<ServiceKeyRow>`SELECT * FROM service_key ORDER BY revoked_at IS NOT NULL, created_at DESC, key_id LIMIT ${KEYS_LISTED_MAX}`,
            (rows) => rows.map(serviceKeyRecord)
          )
        ),
        revoke: (keyId, at, by) =>
          run(
            Effect.map(
              sql`UPDATE service_key SET revoked_at = ${at}, revoked_by = ${by} WHERE key_id = ${keyId} AND revoked_at IS NULL RETURNING key_id`,
              (rows) => rows.length > 0
            )
          )
      })
    })
  )
}
