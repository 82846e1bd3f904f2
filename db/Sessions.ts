/**
 * Sessions: who is signed in, by the hashes of the ids in their cookies.
 *
 * Every end of a session is announced by NOTIFY in the transaction that ends it, with its reason, so that all nodes hear of it when it is true.
 * Ends of all of a user's sessions are counted: a sign-in under way meanwhile opens none.
 */
import { IdentityUnavailable, type UserRole } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, Queue, Schedule, Schema, type Scope } from "effect"
import { SqlClient } from "effect/sql"

/** Unused for this long, a session is over. */
export const SESSION_IDLE_MILLIS = 2 * 60 * 60 * 1000
/** However busy it is, a session is over after this long. */
export const SESSION_LIFETIME_MILLIS = 24 * 60 * 60 * 1000
/** An access id is good for this long; a refresh brings the next. */
export const ACCESS_MILLIS = 15 * 60 * 1000
/** After a refresh the ids of before are good for this long: for requests under way, and for a client that lost the answer. */
export const REFRESH_GRACE_MILLIS = 10 * 1000
/** Sessions of one user; the oldest goes when there would be more. */
export const SESSIONS_PER_USER_MAX = 20
/** Use is written down at most this often, so that reading costs no write. */
export const SESSION_TOUCH_MILLIS = 60 * 1000

/** Why a session is over. */
export type SessionEnd =
  | "signedOut"
  | "forcedLogout"
  | "blocked"
  | "credentialsChanged"
  | "roleChanged"
  | "replaced"
  | "refreshReused"
  | "expired"

/** Who looks on as the user, as the CRM names them, and why. */
export interface Impersonation {
  readonly adminId: string
  readonly reason: string
}

export interface NewSession {
  readonly sessionKey: string
  readonly userId: string
  readonly createdAt: number
  readonly ip: string
  readonly userAgent: string
  readonly accessHash: string
  readonly refreshHash: string
  /** However busy it is. */
  readonly expiresAt: number
  /** Undefined for the user themselves. */
  readonly impersonation: Impersonation | undefined
  /** `UserRecord.sessionsEnded` when it was judged that they may sign in; undefined when nothing was judged before. */
  readonly sessionsEnded: number | undefined
}
/** All sessions of the user were ended, or the user was blocked, after it was judged that they may sign in. */
export class SignInOver extends Schema.TaggedError<SignInOver>()("SignInOver", {}) {}
/** A session that holds, with its user as they are now. */
export interface SessionRecord {
  readonly sessionKey: string
  readonly userId: string
  readonly email: string
  readonly role: UserRole
  readonly lastUsedAt: number
  readonly expiresAt: number
  /** Until when the id that found it is good. */
  readonly accessUntil: number
  readonly impersonation: Impersonation | undefined
}
/** As its user sees it in a list. */
export interface SessionListing {
  readonly sessionKey: string
  readonly createdAt: number
  readonly lastUsedAt: number
  readonly expiresAt: number
  readonly ip: string
  readonly userAgent: string
  /** Somebody of the broker's looks on as the user. */
  readonly impersonated: boolean
}
/** How many sessions a user had, and how often all of theirs were ended by now. */
export interface AllEnded {
  readonly removed: number
  readonly sessionsEnded: number
}
/** The hashes that an exchange brings. */
export interface NextIds {
  readonly accessHash: string
  readonly refreshHash: string
}
/**
 * Rotated: the session goes on under the next ids; also when the exchange is repeated within the grace. Reused: an id came back that was
 * exchanged before; the session is ended. Unknown: no session that holds.
 */
export type Exchange =
  | { readonly _tag: "Rotated"; readonly session: SessionRecord }
  | { readonly _tag: "Reused"; readonly userId: string }
  | { readonly _tag: "Unknown" }

interface SessionRow {
  readonly session_key: string
  readonly user_id: string
  readonly email: string
  readonly role: UserRole
  readonly last_used_at: bigint
  readonly expires_at: bigint
  readonly good_until: bigint
  readonly impersonated_by: string | null
  readonly impersonation_reason: string | null
}

const CHANNEL = "keel_session_ended"
const DEADLINE = "5 seconds"
/** After the announcements broke off. */
const LISTEN_AGAIN_INTERVAL = "1 second"

type Identity<A, E = never> = Effect.Effect<A, E | IdentityUnavailable>

const sessionRecord = (row: SessionRow): SessionRecord => ({
  sessionKey: row.session_key,
  userId: row.user_id,
  email: row.email,
  role: row.role,
  lastUsedAt: Number(row.last_used_at),
  expiresAt: Number(row.expires_at),
  accessUntil: Math.min(Number(row.good_until), Number(row.expires_at)),
  impersonation: row.impersonated_by === null ? undefined : { adminId: row.impersonated_by, reason: row.impersonation_reason ?? "" }
})

export class Sessions extends Context.Service<
  Sessions,
  {
    readonly insert: (session: NewSession) => Identity<void, SignInOver>
    /** Undefined when there is none, or when it is over, or when the id is no longer good. */
    readonly find: (accessHash: string, now: number) => Identity<SessionRecord | undefined>
    readonly touch: (sessionKey: string, now: number) => Identity<void>
    readonly exchange: (refreshHash: string, next: NextIds, now: number) => Identity<Exchange>
    readonly listOf: (userId: string, now: number) => Identity<ReadonlyArray<SessionListing>>
    /** Answers whether there was one. */
    readonly remove: (sessionKey: string, userId: string) => Identity<boolean>
    /** All of the user's. */
    readonly removeAllOf: (userId: string, why: SessionEnd) => Identity<AllEnded>
    /** Sets it, removes all of the user's, and every link that was mailed under the old one: all of it or nothing. */
    readonly replacePassword: (userId: string, passwordHash: string) => Identity<AllEnded>
    /** Those of `sessionKeys` that still hold. */
    readonly holding: (sessionKeys: ReadonlyArray<string>, now: number) => Identity<ReadonlySet<string>>
    readonly removeExpired: (now: number) => Identity<void>
    /** Tells of every session that is ended from now on, on whichever node. */
    readonly onEnded: (listener: (sessionKey: string, why: string) => void) => Effect.Effect<void, never, Scope.Scope>
  }
>()("db/Sessions") {
  static readonly layer = Layer.effect(
    Sessions,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const pg = yield* PgClient.PgClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))
      const holds = (now: number) => sql`expires_at > ${now} AND last_used_at > ${now - SESSION_IDLE_MILLIS}`
      /** Ends what `condition` names and announces it. */
      const end = (condition: ReturnType<typeof holds>, why: SessionEnd) =>
        sql<{ session_key: string }>`WITH gone AS (DELETE FROM session WHERE ${condition} RETURNING session_key)
          SELECT session_key, pg_notify(${CHANNEL}, session_key || ${` ${why}`}) FROM gone`

      const exchange = Effect.fnUntraced(function* (refreshHash: string, next: NextIds, now: number) {
        // the session's row is locked: of two exchanges at once, one is the second
        const [found] = yield* sql<SessionRow & { exchanged_at: bigint | null; access_hash: string }>`
          SELECT session_key, user_id, email, role, last_used_at, expires_at, access_until AS good_until, exchanged_at, access_hash,
            impersonated_by, impersonation_reason
          FROM refresh_id JOIN session USING (session_key) JOIN app_user USING (user_id)
          WHERE refresh_hash = ${refreshHash} AND ${holds(now)} AND blocked_at IS NULL FOR UPDATE OF session, refresh_id`
        if (found === undefined) return { _tag: "Unknown" } satisfies Exchange
        const exchangedAt = found.exchanged_at === null ? undefined : Number(found.exchanged_at)
        if (exchangedAt !== undefined && now - exchangedAt < REFRESH_GRACE_MILLIS) {
          return { _tag: "Rotated", session: sessionRecord(found) } satisfies Exchange
        }
        if (exchangedAt !== undefined) {
          yield* end(sql`session_key = ${found.session_key}`, "refreshReused")
          return { _tag: "Reused", userId: found.user_id } satisfies Exchange
        }
        const until = now + ACCESS_MILLIS
        yield* sql`UPDATE refresh_id SET exchanged_at = ${now} WHERE refresh_hash = ${refreshHash}`
        yield* sql`INSERT INTO refresh_id (refresh_hash, session_key) VALUES (${next.refreshHash}, ${found.session_key})`
        yield* sql`UPDATE session SET previous_hash = access_hash, previous_until = least(access_until, ${now + REFRESH_GRACE_MILLIS}),
            access_hash = ${next.accessHash}, access_until = ${until}, last_used_at = ${now}
          WHERE session_key = ${found.session_key}`
        return { _tag: "Rotated", session: { ...sessionRecord(found), accessUntil: until } } satisfies Exchange
      }, sql.withTransaction)

      const insert = Effect.fnUntraced(function* (session: NewSession) {
        const { impersonation, sessionsEnded, userId } = session
        // the user's row is locked: who ends all their sessions does so before, and this is refused, or after, and ends this one too
        const opened =
          yield* sql`INSERT INTO session (session_key, user_id, created_at, last_used_at, expires_at, ip, user_agent, access_hash,
            access_until, impersonated_by, impersonation_reason)
          SELECT ${session.sessionKey}, user_id, ${session.createdAt}::bigint, ${session.createdAt}::bigint, ${session.expiresAt}::bigint,
            ${session.ip}, ${session.userAgent}, ${session.accessHash}, ${session.createdAt + ACCESS_MILLIS}::bigint,
            ${impersonation?.adminId ?? null}, ${impersonation?.reason ?? null}
          FROM app_user WHERE user_id = ${userId} AND blocked_at IS NULL
            AND ${sessionsEnded === undefined ? sql`TRUE` : sql`sessions_ended = ${sessionsEnded}`}
          FOR SHARE RETURNING session_key`
        if (opened.length === 0) return yield* new SignInOver()
        yield* sql`INSERT INTO refresh_id (refresh_hash, session_key) VALUES (${session.refreshHash}, ${session.sessionKey})`
        // who looks on as the user takes no session from them
        yield* end(
          sql`session_key IN (SELECT session_key FROM session
            WHERE user_id = ${userId} AND (impersonated_by IS NOT NULL) = ${impersonation !== undefined}
            ORDER BY session_key = ${session.sessionKey} DESC, created_at DESC OFFSET ${SESSIONS_PER_USER_MAX})`,
          "replaced"
        )
      }, sql.withTransaction)
      const refusalOf = (cause: unknown) => (cause instanceof SignInOver ? cause : new IdentityUnavailable({ cause: String(cause) }))

      const removeAllOf = Effect.fnUntraced(function* (userId: string, why: SessionEnd) {
        const [counted] = yield* sql<{ sessions_ended: bigint }>`UPDATE app_user SET sessions_ended = sessions_ended + 1
          WHERE user_id = ${userId} RETURNING sessions_ended`
        const gone = yield* end(sql`user_id = ${userId}`, why)
        return { removed: gone.length, sessionsEnded: Number(counted?.sessions_ended ?? 0) }
      }, sql.withTransaction)

      const replacePassword = Effect.fnUntraced(function* (userId: string, passwordHash: string) {
        yield* sql`UPDATE app_user SET password_hash = ${passwordHash} WHERE user_id = ${userId}`
        yield* sql`DELETE FROM email_link WHERE user_id = ${userId}`
        return yield* removeAllOf(userId, "credentialsChanged")
      }, sql.withTransaction)

      return Sessions.of({
        insert: (session) => withDeadline(insert(session), DEADLINE, refusalOf),
        find: (accessHash, now) =>
          run(
            Effect.map(
              sql<SessionRow>`SELECT session_key, user_id, email, role, last_used_at, expires_at, impersonated_by, impersonation_reason,
                  CASE WHEN access_hash = ${accessHash} THEN access_until ELSE previous_until END AS good_until
                FROM session JOIN app_user USING (user_id)
                WHERE ((access_hash = ${accessHash} AND access_until > ${now}) OR (previous_hash = ${accessHash} AND previous_until > ${now}))
                  AND ${holds(now)} AND blocked_at IS NULL`,
              ([row]) => row && sessionRecord(row)
            )
          ),
        touch: (sessionKey, now) =>
          run(sql`UPDATE session SET last_used_at = ${now} WHERE session_key = ${sessionKey}`).pipe(Effect.asVoid),
        exchange: (refreshHash, next, now) => run(exchange(refreshHash, next, now)),
        listOf: (userId, now) =>
          run(
            Effect.map(
              sql<SessionRow & { created_at: bigint; ip: string; user_agent: string }>`
                SELECT session_key, created_at, last_used_at, expires_at, ip, user_agent, impersonated_by FROM session
                WHERE user_id = ${userId} AND ${holds(now)} ORDER BY last_used_at DESC, session_key LIMIT ${2 * SESSIONS_PER_USER_MAX}`,
              (rows) =>
                rows.map((row) => ({
                  sessionKey: row.session_key,
                  createdAt: Number(row.created_at),
                  lastUsedAt: Number(row.last_used_at),
                  expiresAt: Number(row.expires_at),
                  ip: row.ip,
                  userAgent: row.user_agent,
                  impersonated: row.impersonated_by !== null
                }))
            )
          ),
        remove: (sessionKey, userId) =>
          run(Effect.map(end(sql`session_key = ${sessionKey} AND user_id = ${userId}`, "signedOut"), (gone) => gone.length > 0)),
        removeAllOf: (userId, why) => run(removeAllOf(userId, why)),
        replacePassword: (userId, passwordHash) => run(replacePassword(userId, passwordHash)),
        holding: (sessionKeys, now) =>
          sessionKeys.length === 0
            ? Effect.succeed(new Set())
            : run(
                Effect.map(
                  sql<{
                    session_key: string
                  }>`SELECT session_key FROM session JOIN app_user USING (user_id)
                    WHERE ${sql.in("session_key", sessionKeys)} AND ${holds(now)} AND blocked_at IS NULL`,
                  (rows) => new Set(rows.map((row) => row.session_key))
                )
              ),
        removeExpired: (now) => run(end(sql`NOT (${holds(now)})`, "expired")).pipe(Effect.asVoid),
        onEnded: (listener) =>
          Effect.gen(function* () {
            const announcements = yield* pg.listen(CHANNEL)
            yield* Effect.forever(
              Effect.map(Queue.take(announcements), ({ payload }) => {
                const [sessionKey = "", why = ""] = payload.split(" ")
                listener(sessionKey, why)
              })
            )
          }).pipe(
            Effect.scoped,
            Effect.tapError((cause) => Effect.logWarning("Ends of sessions are polled until the database announces them again", { cause })),
            Effect.retry(Schedule.spaced(LISTEN_AGAIN_INTERVAL)),
            Effect.forkScoped,
            Effect.asVoid
          )
      })
    })
  )
}
