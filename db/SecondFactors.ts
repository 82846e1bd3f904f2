/** SecondFactors: secrets, accepted steps, backup codes, and sign-ins that wait for a code. Each check is one statement: of two at once, one wins. */
import { IdentityUnavailable } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

export interface SecondFactorRecord {
  /** Sealed. */
  readonly secret: string
  readonly isConfirmed: boolean
  readonly lastStep: number
  readonly backupCodesLeft: number
}

const DEADLINE = "5 seconds"

type Identity<A> = Effect.Effect<A, IdentityUnavailable>

export class SecondFactors extends Context.Service<
  SecondFactors,
  {
    readonly find: (userId: string) => Identity<SecondFactorRecord | undefined>
    /** Replaces a secret that was not confirmed; answers false when there is a confirmed one. */
    readonly setUp: (userId: string, secret: string) => Identity<boolean>
    /** Answers false when it was confirmed already, or replaced by another secret. */
    readonly confirm: (userId: string, secret: string, step: number, now: number, codeHashes: ReadonlyArray<string>) => Identity<boolean>
    /** Answers whether the step was new: a code is good once. */
    readonly acceptStep: (userId: string, step: number) => Identity<boolean>
    readonly takeBackupCode: (userId: string, codeHash: string) => Identity<boolean>
    readonly replaceBackupCodes: (userId: string, codeHashes: ReadonlyArray<string>) => Identity<void>
    readonly remove: (userId: string) => Identity<void>
    readonly openChallenge: (challenge: {
      readonly challengeHash: string
      readonly userId: string
      readonly sessionsEnded: number
      readonly expiresAt: number
    }) => Identity<void>
    /** Counts an attempt; undefined when the challenge is over: also when all sessions of the user were ended since. */
    readonly attempt: (challengeHash: string, attemptsMax: number, now: number) => Identity<{ readonly userId: string } | undefined>
    /** Answers `sessionsEnded` as it was when the challenge was opened; undefined when it is no longer there: one sign-in per challenge. */
    readonly closeChallenge: (challengeHash: string) => Identity<number | undefined>
    readonly removeExpired: (now: number) => Identity<void>
  }
>()("db/SecondFactors") {
  static readonly layer = Layer.effect(
    SecondFactors,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))
      const any = (rows: ReadonlyArray<unknown>): boolean => rows.length > 0
      const insertCodes = (userId: string, codeHashes: ReadonlyArray<string>) =>
        sql`INSERT INTO backup_code (user_id, code_hash) SELECT ${userId}, json_array_elements_text(${JSON.stringify(codeHashes)}::json)`

      return SecondFactors.of({
        find: (userId) =>
          run(
            Effect.map(
              sql<{ secret: string; confirmed_at: bigint | null; last_step: bigint; codes: bigint }>`
                SELECT secret, confirmed_at, last_step, (SELECT count(*) FROM backup_code WHERE user_id = ${userId}) AS codes
                FROM two_factor WHERE user_id = ${userId}`,
              ([row]) =>
                row && {
                  secret: row.secret,
                  isConfirmed: row.confirmed_at !== null,
                  lastStep: Number(row.last_step),
                  backupCodesLeft: Number(row.codes)
                }
            )
          ),
        setUp: (userId, secret) =>
          run(
            Effect.map(
              sql`INSERT INTO two_factor (user_id, secret) VALUES (${userId}, ${secret})
                ON CONFLICT (user_id) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE two_factor.confirmed_at IS NULL
                RETURNING user_id`,
              any
            )
          ),
        confirm: (userId, secret, step, now, codeHashes) =>
          run(
            Effect.gen(function* () {
              const confirmed = yield* sql`UPDATE two_factor SET confirmed_at = ${now}, last_step = ${step}
                WHERE user_id = ${userId} AND secret = ${secret} AND confirmed_at IS NULL RETURNING user_id`
              if (!any(confirmed)) return false
              yield* insertCodes(userId, codeHashes)
              return true
            }).pipe(sql.withTransaction)
          ),
        acceptStep: (userId, step) =>
          run(
            Effect.map(
              sql`UPDATE two_factor SET last_step = ${step} WHERE user_id = ${userId} AND last_step < ${step} RETURNING user_id`,
              any
            )
          ),
        takeBackupCode: (userId, codeHash) =>
          run(Effect.map(sql`DELETE FROM backup_code WHERE user_id = ${userId} AND code_hash = ${codeHash} RETURNING user_id`, any)),
        replaceBackupCodes: (userId, codeHashes) =>
          run(
            sql`DELETE FROM backup_code WHERE user_id = ${userId}`.pipe(
              Effect.andThen(insertCodes(userId, codeHashes)),
              sql.withTransaction,
              Effect.asVoid
            )
          ),
        remove: (userId) => run(sql`DELETE FROM two_factor WHERE user_id = ${userId}`).pipe(Effect.asVoid),
        openChallenge: ({ challengeHash, expiresAt, sessionsEnded, userId }) =>
          run(
            sql`INSERT INTO login_challenge (challenge_hash, user_id, sessions_ended, expires_at)
              VALUES (${challengeHash}, ${userId}, ${sessionsEnded}, ${expiresAt})`
          ).pipe(Effect.asVoid),
        attempt: (challengeHash, attemptsMax, now) =>
          run(
            Effect.map(
              sql<{ user_id: string }>`UPDATE login_challenge c SET attempts = attempts + 1 FROM app_user u
                WHERE challenge_hash = ${challengeHash} AND attempts < ${attemptsMax} AND expires_at > ${now}
                  AND u.user_id = c.user_id AND u.sessions_ended = c.sessions_ended
                RETURNING c.user_id`,
              ([row]) => row && { userId: row.user_id }
            )
          ),
        closeChallenge: (challengeHash) =>
          run(
            Effect.map(
              sql<{ sessions_ended: bigint }>`DELETE FROM login_challenge WHERE challenge_hash = ${challengeHash} RETURNING sessions_ended`,
              ([row]) => row && Number(row.sessions_ended)
            )
          ),
        removeExpired: (now) => run(sql`DELETE FROM login_challenge WHERE expires_at <= ${now}`).pipe(Effect.asVoid)
      })
    })
  )
}
