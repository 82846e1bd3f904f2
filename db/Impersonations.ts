/** Impersonations: tokens that open a session as a client, each once. */
import { writeEvents } from "#db/Outbox.ts"
import { IdentityUnavailable } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Clock, Context, Effect, Layer, Schedule } from "effect"
import { SqlClient } from "effect/sql"

/** Tokens that are over are kept this long; the audit trail keeps what was done with them. */
const KEPT_MILLIS = 24 * 60 * 60 * 1000
const DEADLINE = "5 seconds"

export interface IssuedToken {
  readonly jti: string
  readonly userId: string
  readonly adminId: string
  readonly reason: string
  readonly issuedBy: string
  readonly expiresAt: number
}
/** A session that was opened with a token. */
interface Opened {
  readonly expiresAt: number
}

type Identity<A> = Effect.Effect<A, IdentityUnavailable>

export class Impersonations extends Context.Service<
  Impersonations,
  {
    readonly issue: (token: IssuedToken) => Identity<void>
    /**
     * Opens the session, tells the CRM of it and takes the token away, all or nothing. Undefined when the token is unknown, over or taken, or
     * the client blocked.
     */
    readonly consume: <A extends Opened>(
      jti: string,
      now: number,
      open: (token: Pick<IssuedToken, "userId" | "adminId" | "reason">) => Identity<A>
    ) => Identity<A | undefined>
  }
>()("db/Impersonations") {
  static readonly layer = Layer.effect(
    Impersonations,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))

      const consume = <A extends Opened>(
        jti: string,
        now: number,
        open: (token: Pick<IssuedToken, "userId" | "adminId" | "reason">) => Identity<A>
      ) =>
        Effect.gen(function* () {
          // of many at once, one sees it untaken
          const [taken] = yield* sql<{ user_id: string; admin_id: string; reason: string }>`
            UPDATE sso_token t SET consumed_at = ${now} FROM app_user u
            WHERE t.jti = ${jti} AND t.consumed_at IS NULL AND t.expires_at > ${now}
              AND u.user_id = t.user_id AND u.role = 'client' AND u.blocked_at IS NULL
            RETURNING t.user_id, t.admin_id, t.reason`
          if (taken === undefined) return undefined
          const { admin_id: adminId, reason, user_id: userId } = taken
          const opened = yield* open({ userId, adminId, reason })
          const data = { userId, adminId, reason, expiresAt: opened.expiresAt }
          yield* writeEvents(sql, [{ type: "session.impersonated", key: jti, userId, data }])
          return opened
        }).pipe(sql.withTransaction)

      const cleanUp = Effect.flatMap(Clock.currentTimeMillis, (now) =>
        run(sql`DELETE FROM sso_token WHERE expires_at < ${now - KEPT_MILLIS}`)
      ).pipe(Effect.catch((error) => Effect.logWarning("Old impersonation tokens not removed", { cause: error.cause })))
      yield* cleanUp.pipe(Effect.repeat(Schedule.spaced("1 hour")), Effect.forkScoped)

      return Impersonations.of({
        issue: (token) =>
          run(sql`INSERT INTO sso_token (jti, user_id, admin_id, reason, issued_by, expires_at)
            VALUES (${token.jti}, ${token.userId}, ${token.adminId}, ${token.reason}, ${token.issuedBy}, ${token.expiresAt})`).pipe(
            Effect.asVoid
          ),
        consume: (jti, now, open) => run(consume(jti, now, open))
      })
    })
  )
}
