/** Sessions: who is signed in, by the hash of the id in their cookie. */
import { IdentityUnavailable, type UserRole } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

/** Unused for this long, a session is over. */
export const SESSION_IDLE_MILLIS = 2 * 60 * 60 * 1000
/** However busy it is, a session is over after this long. */
export const SESSION_LIFETIME_MILLIS = 24 * 60 * 60 * 1000
/** Sessions of one user; the oldest goes when there would be more. */
export const SESSIONS_PER_USER_MAX = 20
/** Use is written down at most this often, so that reading costs no write. */
export const SESSION_TOUCH_MILLIS = 60 * 1000

export interface NewSession {
  readonly sessionKey: string
  readonly userId: string
  readonly createdAt: number
  readonly ip: string
  readonly userAgent: string
}
/** A session that holds, with its user as they are now. */
export interface SessionRecord {
  readonly sessionKey: string
  readonly userId: string
  readonly email: string
  readonly role: UserRole
  readonly lastUsedAt: number
  readonly expiresAt: number
}

interface SessionRow {
  readonly session_key: string
  readonly user_id: string
  readonly email: string
  readonly role: UserRole
  readonly last_used_at: bigint
  readonly expires_at: bigint
}

const DEADLINE = "5 seconds"

type Identity<A> = Effect.Effect<A, IdentityUnavailable>

export class Sessions extends Context.Service<
  Sessions,
  {
    readonly insert: (session: NewSession) => Identity<void>
    /** Undefined when there is none, or when it is over. */
    readonly find: (sessionKey: string, now: number) => Identity<SessionRecord | undefined>
    readonly touch: (sessionKey: string, now: number) => Identity<void>
    readonly remove: (sessionKey: string) => Identity<void>
    /** Those of `sessionKeys` that still hold. */
    readonly holding: (sessionKeys: ReadonlyArray<string>, now: number) => Identity<ReadonlySet<string>>
    readonly removeExpired: (now: number) => Identity<void>
  }
>()("db/Sessions") {
  static readonly layer = Layer.effect(
    Sessions,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))
      const holds = (now: number) => sql`expires_at > ${now} AND last_used_at > ${now - SESSION_IDLE_MILLIS}`

      return Sessions.of({
        insert: (session) =>
          run(
            sql`WITH surplus AS (
                DELETE FROM session WHERE session_key IN (SELECT session_key FROM session WHERE user_id = ${session.userId}
                  ORDER BY created_at DESC OFFSET ${SESSIONS_PER_USER_MAX - 1}))
              INSERT INTO session (session_key, user_id, created_at, last_used_at, expires_at, ip, user_agent)
              VALUES (${session.sessionKey}, ${session.userId}, ${session.createdAt}, ${session.createdAt},
                ${session.createdAt + SESSION_LIFETIME_MILLIS}, ${session.ip}, ${session.userAgent})`
          ).pipe(Effect.asVoid),
        find: (sessionKey, now) =>
          run(
            Effect.map(
              sql<SessionRow>`SELECT session_key, user_id, email, role, last_used_at, expires_at FROM session JOIN app_user USING (user_id)
                WHERE session_key = ${sessionKey} AND ${holds(now)}`,
              ([row]) =>
                row && {
                  sessionKey: row.session_key,
                  userId: row.user_id,
                  email: row.email,
                  role: row.role,
                  lastUsedAt: Number(row.last_used_at),
                  expiresAt: Number(row.expires_at)
                }
            )
          ),
        touch: (sessionKey, now) =>
          run(sql`UPDATE session SET last_used_at = ${now} WHERE session_key = ${sessionKey}`).pipe(Effect.asVoid),
        remove: (sessionKey) => run(sql`DELETE FROM session WHERE session_key = ${sessionKey}`).pipe(Effect.asVoid),
        holding: (sessionKeys, now) =>
          sessionKeys.length === 0
            ? Effect.succeed(new Set())
            : run(
                Effect.map(
                  sql<{
                    session_key: string
                  }>`SELECT session_key FROM session WHERE ${sql.in("session_key", sessionKeys)} AND ${holds(now)}`,
                  (rows) => new Set(rows.map((row) => row.session_key))
                )
              ),
        removeExpired: (now) => run(sql`DELETE FROM session WHERE NOT (${holds(now)})`).pipe(Effect.asVoid)
      })
    })
  )
}
