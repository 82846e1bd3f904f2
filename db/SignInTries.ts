/** SignInTries: how many tries at its password each e-mail address has left, over all nodes together. Taking one is one statement. */
import { IdentityUnavailable } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

export interface TryPolicy {
  /** What one try puts the return of the whole quota off by. */
  readonly tryMillis: number
  /** A try that would put it off further than this from now is refused. */
  readonly windowMillis: number
}
export interface Try {
  readonly allowed: boolean
  /** When the whole quota is back. */
  readonly fullAt: number
}

const DEADLINE = "5 seconds"

type Identity<A> = Effect.Effect<A, IdentityUnavailable>

export class SignInTries extends Context.Service<
  SignInTries,
  {
    /** Takes one when there is one: of many at the same moment, on however many nodes, as many as are left. */
    readonly take: (emailKey: string, policy: TryPolicy, now: number) => Identity<Try>
    readonly giveBack: (emailKey: string, policy: TryPolicy) => Identity<void>
    /** Forgets the addresses that have their whole quota. */
    readonly removeFull: (now: number) => Identity<void>
  }
>()("db/SignInTries") {
  static readonly layer = Layer.effect(
    SignInTries,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))

      return SignInTries.of({
        take: (emailKey, { tryMillis, windowMillis }, now) =>
          run(
            Effect.map(
              sql<{ full_at: bigint; allowed: boolean }>`
                WITH taken AS (
                  INSERT INTO sign_in_try AS known (email_key, full_at) VALUES (${emailKey}, ${now + tryMillis})
                  ON CONFLICT (email_key) DO UPDATE SET full_at = greatest(known.full_at, ${now}) + ${tryMillis}
                    WHERE greatest(known.full_at, ${now}) + ${tryMillis} <= ${now + windowMillis}
                  RETURNING full_at)
                SELECT full_at, TRUE AS allowed FROM taken
                UNION ALL
                SELECT full_at, FALSE FROM sign_in_try WHERE email_key = ${emailKey} AND NOT EXISTS (SELECT FROM taken)`,
              // neither row: it was made and used up by others after this statement had begun
              ([row]) =>
                row === undefined ? { allowed: false, fullAt: now + windowMillis } : { allowed: row.allowed, fullAt: Number(row.full_at) }
            )
          ),
        giveBack: (emailKey, { tryMillis }) =>
          run(sql`UPDATE sign_in_try SET full_at = full_at - ${tryMillis} WHERE email_key = ${emailKey}`).pipe(Effect.asVoid),
        removeFull: (now) => run(sql`DELETE FROM sign_in_try WHERE full_at <= ${now}`).pipe(Effect.asVoid)
      })
    })
  )
}
