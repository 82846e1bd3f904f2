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
  /** Undefined while the address is not confirmed. */
  readonly emailVerifiedAt: number | undefined
  /** Undefined while the user is not blocked. */
  readonly blockedAt: number | undefined
  /** Two-factor sign-in is on. */
  readonly twoFactor: boolean
}
export type NewUser = Omit<UserRecord, "failedLogins" | "lastFailedAt" | "blockedAt" | "twoFactor">

/** Rows before `cursor`, newest first. */
export interface UserQuery {
  readonly limit: number
  readonly cursor: number | undefined
  /** Part of an address. */
  readonly email: string | undefined
}
export interface UserPage {
  readonly rows: ReadonlyArray<UserRecord>
  readonly cursor: number | undefined
}

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
  readonly email_verified_at: bigint | null
  readonly blocked_at: bigint | null
  readonly two_factor: boolean
  readonly number: bigint
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
  createdAt: Number(row.created_at),
  emailVerifiedAt: row.email_verified_at === null ? undefined : Number(row.email_verified_at),
  blockedAt: row.blocked_at === null ? undefined : Number(row.blocked_at),
  twoFactor: row.two_factor
})

/** Of LIKE: a part of an address stands for itself. */
const escapedLike = (text: string): string => text.replace(/[\\%_]/gu, "\\$&")

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
    readonly page: (query: UserQuery) => Identity<UserPage>
    /** The address is the user's own; another user may have taken it meanwhile. */
    readonly setVerifiedEmail: (userId: string, email: string, at: number) => Identity<void, EmailTaken>
    /** Undefined unblocks. Answers whether anything changed. */
    readonly setBlocked: (userId: string, at: number | undefined) => Identity<boolean>
    readonly setRole: (userId: string, role: UserRole) => Identity<void>
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
      const columns = sql`app_user.*, EXISTS (SELECT FROM two_factor t WHERE t.user_id = app_user.user_id AND confirmed_at IS NOT NULL) AS two_factor`
      const one = (rows: Effect.Effect<ReadonlyArray<UserRow>, SqlError.SqlError>) =>
        run(Effect.map(rows, ([row]) => row && userRecord(row)))

      return Users.of({
        insert: (user) =>
          withDeadline(
            sql`INSERT INTO app_user (user_id, email, email_key, name, role, password_hash, first_account_id, created_at, email_verified_at)
              VALUES (${user.userId}, ${user.email}, ${emailKey(user.email)}, ${user.name ?? null}, ${user.role}, ${user.passwordHash},
                ${user.firstAccountId ?? null}, ${user.createdAt}, ${user.emailVerifiedAt ?? null})`,
            DEADLINE,
            (cause) => (isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause))
          ).pipe(Effect.asVoid),
        byEmail: (email) => one(sql<UserRow>`SELECT ${columns} FROM app_user WHERE email_key = ${emailKey(email)}`),
        byId: (userId) => one(sql<UserRow>`SELECT ${columns} FROM app_user WHERE user_id = ${userId}`),
        loginFailed: (userId, at) =>
          run(sql`UPDATE app_user SET failed_logins = failed_logins + 1, last_failed_at = ${at} WHERE user_id = ${userId}`).pipe(
            Effect.asVoid
          ),
        loginSucceeded: (userId) =>
          run(sql`UPDATE app_user SET failed_logins = 0 WHERE user_id = ${userId} AND failed_logins > 0`).pipe(Effect.asVoid),
        setPasswordHash: (userId, passwordHash) =>
          run(sql`UPDATE app_user SET password_hash = ${passwordHash} WHERE user_id = ${userId}`).pipe(Effect.asVoid),
        page: ({ cursor, email, limit }) =>
          run(
            Effect.map(
              sql<UserRow>`SELECT ${columns} FROM app_user
                WHERE number < ${cursor ?? Number.MAX_SAFE_INTEGER} AND email_key LIKE ${`%${escapedLike(emailKey(email ?? ""))}%`}
                ORDER BY number DESC LIMIT ${limit + 1}`,
              (rows) => ({
                rows: rows.slice(0, limit).map(userRecord),
                cursor: rows.length > limit ? Number(rows[limit - 1]?.number) : undefined
              })
            )
          ),
        setVerifiedEmail: (userId, email, at) =>
          withDeadline(
            sql`UPDATE app_user SET email = ${email}, email_key = ${emailKey(email)}, email_verified_at = ${at} WHERE user_id = ${userId}`,
            DEADLINE,
            (cause) => (isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause))
          ).pipe(Effect.asVoid),
        setBlocked: (userId, at) =>
          run(
            Effect.map(
              sql`UPDATE app_user SET blocked_at = ${at ?? null} WHERE user_id = ${userId} AND (blocked_at IS NULL) = ${at !== undefined}
                RETURNING user_id`,
              (rows) => rows.length > 0
            )
          ),
        setRole: (userId, role) => run(sql`UPDATE app_user SET role = ${role} WHERE user_id = ${userId}`).pipe(Effect.asVoid),
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
