/** Users: the people who can sign in. */
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"

/** The database did not answer; nothing is known to have changed. */
export class IdentityUnavailable extends Schema.TaggedError<IdentityUnavailable>()("IdentityUnavailable", { cause: Schema.String }) {}
export class EmailTaken extends Schema.TaggedError<EmailTaken>()("EmailTaken", {}) {}

export type UserRole = "client" | "support" | "risk" | "operator" | "admin"

export interface UserRecord {
  readonly userId: string
  readonly email: string
  readonly name: string | undefined
  readonly role: UserRole
  readonly passwordHash: string
  readonly failedLogins: number
  readonly lastFailedAt: number
  readonly firstAccountId: string | undefined
  readonly createdAt: number
}
export type NewUser = Omit<UserRecord, "failedLogins" | "lastFailedAt">

interface UserRow {
  readonly user_id: string
  readonly email: string
  readonly name: string | null
  readonly role: UserRole
  readonly password_hash: string
  readonly failed_logins: number
  readonly last_failed_at: bigint
  readonly first_account_id: string | null
  readonly created_at: bigint
}

const DEADLINE = "5 seconds"

/** How an address is looked up: two spellings that differ in case or in Unicode form are one person. */
export const emailKey = (email: string): string => email.normalize("NFKC").toLowerCase()

const userRecord = (row: UserRow): UserRecord => ({
  userId: row.user_id,
  email: row.email,
  name: row.name ?? undefined,
  role: row.role,
  passwordHash: row.password_hash,
  failedLogins: row.failed_logins,
  lastFailedAt: Number(row.last_failed_at),
  firstAccountId: row.first_account_id ?? undefined,
  createdAt: Number(row.created_at)
})

const isUniqueViolation = (error: unknown): boolean => SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation"

type Identity<A, E = never> = Effect.Effect<A, E | IdentityUnavailable>

export class Users extends Context.Service<
  Users,
  {
    readonly insert: (user: NewUser) => Identity<void, EmailTaken>
    readonly byEmail: (email: string) => Identity<UserRecord | undefined>
    readonly byId: (userId: string) => Identity<UserRecord | undefined>
    /** Adds to the wrong passwords in a row. */
    readonly loginFailed: (userId: string, at: number) => Identity<void>
    readonly loginSucceeded: (userId: string) => Identity<void>
    readonly setPasswordHash: (userId: string, passwordHash: string) => Identity<void>
    /** The account of an opening under this key: `accountId` unless the key was used before. */
    readonly accountForRequest: (requestKey: string, accountId: string) => Identity<string>
    readonly emailsOf: (userIds: ReadonlyArray<string>) => Identity<ReadonlyMap<string, string>>
  }
>()("db/Users") {
  static readonly layer = Layer.effect(
    Users,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const unavailable = (cause: unknown) => new IdentityUnavailable({ cause: String(cause) })
      const run = <A, E>(effect: Effect.Effect<A, E>) => withDeadline(effect, DEADLINE, unavailable)
      const one = (rows: Effect.Effect<ReadonlyArray<UserRow>, SqlError.SqlError>) =>
        run(Effect.map(rows, ([row]) => row && userRecord(row)))

      return Users.of({
        insert: (user) =>
          withDeadline(
            sql`INSERT INTO app_user (user_id, email, email_key, name, role, password_hash, first_account_id, created_at)
              VALUES (${user.userId}, ${user.email}, ${emailKey(user.email)}, ${user.name ?? null}, ${user.role}, ${user.passwordHash},
                ${user.firstAccountId ?? null}, ${user.createdAt})`,
            DEADLINE,
            (cause) => (isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause))
          ).pipe(Effect.asVoid),
        byEmail: (email) => one(sql<UserRow>`SELECT * FROM app_user WHERE email_key = ${emailKey(email)}`),
        byId: (userId) => one(sql<UserRow>`SELECT * FROM app_user WHERE user_id = ${userId}`),
        loginFailed: (userId, at) =>
          run(sql`UPDATE app_user SET failed_logins = failed_logins + 1, last_failed_at = ${at} WHERE user_id = ${userId}`).pipe(
            Effect.asVoid
          ),
        loginSucceeded: (userId) =>
          run(sql`UPDATE app_user SET failed_logins = 0 WHERE user_id = ${userId} AND failed_logins > 0`).pipe(Effect.asVoid),
        setPasswordHash: (userId, passwordHash) =>
          run(sql`UPDATE app_user SET password_hash = ${passwordHash} WHERE user_id = ${userId}`).pipe(Effect.asVoid),
        accountForRequest: (requestKey, accountId) =>
          run(
            Effect.gen(function* () {
              yield* sql`INSERT INTO account_opening (request_key, account_id) VALUES (${requestKey}, ${accountId}) ON CONFLICT DO NOTHING`
              const [row] = yield* sql<{ account_id: string }>`SELECT account_id FROM account_opening WHERE request_key = ${requestKey}`
              return row?.account_id ?? accountId
            })
          ),
        emailsOf: (userIds) =>
          userIds.length === 0
            ? Effect.succeed(new Map())
            : run(
                Effect.map(
                  sql<{
                    user_id: string
                    email: string
                  }>`SELECT user_id, email FROM app_user WHERE ${sql.in("user_id", [...new Set(userIds)])}`,
                  (rows) => new Map(rows.map((row) => [row.user_id, row.email]))
                )
              )
      })
    })
  )
}
