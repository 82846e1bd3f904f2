/** Users: the people who can sign in. What changes about a client is written into the outbox in the same transaction. */
import { writeEvents, type NewEvent } from "#db/Outbox.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlError } from "effect/sql"

/** The database did not answer; nothing is known to have changed. */
export class IdentityUnavailable extends Schema.TaggedError<IdentityUnavailable>()("IdentityUnavailable", { cause: Schema.String }) {}
export class EmailTaken extends Schema.TaggedError<EmailTaken>()("EmailTaken", {}) {}
export class ExternalIdTaken extends Schema.TaggedError<ExternalIdTaken>()("ExternalIdTaken", {}) {}

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
  /** Their id in the CRM. */
  readonly externalId: string | undefined
  readonly createdAt: number
  /** Undefined while the address is not confirmed. */
  readonly emailVerifiedAt: number | undefined
  /** Undefined while the user is not blocked. */
  readonly blockedAt: number | undefined
  /** Two-factor sign-in is on. */
  readonly twoFactor: boolean
  /** How often all sessions of the user were ended at once. */
  readonly sessionsEnded: number
}
export type NewUser = Omit<UserRecord, "externalId" | "failedLogins" | "lastFailedAt" | "blockedAt" | "twoFactor" | "sessionsEnded">
/** An absent field stays as it is, undefined empties it. */
export interface UserChange {
  readonly email?: string
  readonly name?: string | undefined
  readonly externalId?: string | undefined
  readonly emailVerifiedAt?: number | undefined
  readonly blockedAt?: number | undefined
  /** Limits of the user's accounts were changed: told together with the rest. */
  readonly limits?: boolean
}

/** Rows before `cursor`, newest first. */
export interface UserQuery {
  readonly limit: number
  readonly cursor: number | undefined
  /** Part of an address. */
  readonly email: string | undefined
  readonly externalId?: string | undefined
  readonly role?: UserRole | undefined
  readonly blocked?: boolean | undefined
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
  readonly external_id: string | null
  readonly created_at: bigint
  readonly email_verified_at: bigint | null
  readonly blocked_at: bigint | null
  readonly two_factor: boolean
  readonly sessions_ended: bigint
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
  externalId: row.external_id ?? undefined,
  createdAt: Number(row.created_at),
  emailVerifiedAt: row.email_verified_at === null ? undefined : Number(row.email_verified_at),
  blockedAt: row.blocked_at === null ? undefined : Number(row.blocked_at),
  twoFactor: row.two_factor,
  sessionsEnded: Number(row.sessions_ended)
})

/** Of LIKE: a part of an address stands for itself. */
const escapedLike = (text: string): string => text.replace(/[\\%_]/gu, "\\$&")

const isUniqueViolation = (error: unknown): boolean => SqlError.isSqlError(error) && error.reason._tag === "UniqueViolation"

/** As the CRM is told of them. */
const toldUser = (user: UserRecord) => ({
  userId: user.userId,
  externalId: user.externalId ?? null,
  email: user.email,
  name: user.name ?? null,
  emailVerified: user.emailVerifiedAt !== undefined,
  blocked: user.blockedAt !== undefined,
  createdAt: user.createdAt
})

/** What the CRM is told of a change; nothing about staff. */
const eventsOf = (before: UserRecord, after: UserRecord, limits: boolean): ReadonlyArray<NewEvent> => {
  if (after.role !== "client") return []
  const { userId } = after
  const data = { user: toldUser(after) }
  const changed = [
    ...(before.email === after.email ? [] : (["email"] as const)),
    ...(before.name === after.name ? [] : (["name"] as const)),
    ...(before.externalId === after.externalId ? [] : (["externalId"] as const)),
    ...((before.blockedAt === undefined) === (after.blockedAt === undefined) ? [] : (["blocked"] as const)),
    ...(limits ? (["limits"] as const) : [])
  ]
  const isVerified = after.emailVerifiedAt !== undefined && (before.emailVerifiedAt === undefined || before.email !== after.email)
  return [
    ...(changed.length === 0 ? [] : [{ type: "user.updated", userId, data: { ...data, changed } } as const]),
    ...(isVerified ? [{ type: "email.verified", userId, data } as const] : [])
  ]
}

type Identity<A, E = never> = Effect.Effect<A, E | IdentityUnavailable>

export class Users extends Context.Service<
  Users,
  {
    readonly insert: (user: NewUser) => Identity<void, EmailTaken>
    /** Somebody whom the CRM knows. */
    readonly insertKnown: (user: NewUser, externalId: string) => Identity<void, EmailTaken | ExternalIdTaken>
    readonly byExternalId: (externalId: string) => Identity<UserRecord | undefined>
    /** Answers the user as they are then; undefined when there is none. */
    readonly update: (userId: string, change: UserChange) => Identity<UserRecord | undefined, EmailTaken | ExternalIdTaken>
    readonly byEmail: (email: string) => Identity<UserRecord | undefined>
    readonly byId: (userId: string) => Identity<UserRecord | undefined>
    /** Adds to the wrong passwords in a row. */
    readonly loginFailed: (userId: string, at: number) => Identity<void>
    readonly loginSucceeded: (userId: string) => Identity<void>
    /** The same password in another hash, unless it was changed meanwhile. */
    readonly renewPasswordHash: (userId: string, before: string, passwordHash: string) => Identity<void>
    readonly page: (query: UserQuery) => Identity<UserPage>
    /** The address is the user's own; another user may have taken it meanwhile. */
    readonly setVerifiedEmail: (userId: string, email: string, at: number) => Identity<void, EmailTaken>
    /** Undefined unblocks. */
    readonly setBlocked: (userId: string, at: number | undefined) => Identity<void>
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

      /** A name that somebody else has, or the database. */
      const refusalOf = (cause: unknown): EmailTaken | ExternalIdTaken | IdentityUnavailable => {
        if (cause instanceof EmailTaken || cause instanceof ExternalIdTaken) return cause
        return isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause)
      }

      const requireFreeExternalId = Effect.fnUntraced(function* (externalId: string, userId: string) {
        const [holder] = yield* sql`SELECT 1 FROM app_user WHERE external_id = ${externalId} AND user_id <> ${userId}`
        if (holder !== undefined) return yield* new ExternalIdTaken()
      })

      const tell = ([first, ...rest]: ReadonlyArray<NewEvent>) => (first === undefined ? Effect.void : writeEvents(sql, [first, ...rest]))

      const insert = Effect.fnUntraced(function* (user: NewUser, externalId: string | undefined) {
        const { userId } = user
        if (externalId !== undefined) yield* requireFreeExternalId(externalId, userId)
        yield* sql`INSERT INTO app_user (user_id, email, email_key, name, role, password_hash, first_account_id, external_id, created_at,
            email_verified_at)
          VALUES (${userId}, ${user.email}, ${emailKey(user.email)}, ${user.name ?? null}, ${user.role}, ${user.passwordHash},
            ${user.firstAccountId ?? null}, ${externalId ?? null}, ${user.createdAt}, ${user.emailVerifiedAt ?? null})`
        if (user.role !== "client") return
        const made = { ...user, externalId, failedLogins: 0, lastFailedAt: 0, blockedAt: undefined, twoFactor: false, sessionsEnded: 0 }
        yield* tell([{ type: "user.created", key: userId, userId, data: { user: toldUser(made) } }])
      }, sql.withTransaction)

      const update = Effect.fnUntraced(function* (userId: string, { limits = false, ...change }: UserChange) {
        const [row] = yield* sql<UserRow>`SELECT ${columns} FROM app_user WHERE user_id = ${userId} FOR UPDATE OF app_user`
        if (row === undefined) return undefined
        const before = userRecord(row)
        const after: UserRecord = { ...before, ...change }
        if (after.externalId !== undefined && after.externalId !== before.externalId) yield* requireFreeExternalId(after.externalId, userId)
        yield* sql`UPDATE app_user SET email = ${after.email}, email_key = ${emailKey(after.email)}, name = ${after.name ?? null},
            external_id = ${after.externalId ?? null}, email_verified_at = ${after.emailVerifiedAt ?? null}, blocked_at = ${after.blockedAt ?? null}
          WHERE user_id = ${userId}`
        yield* tell(eventsOf(before, after, limits))
        return after
      }, sql.withTransaction)

      return Users.of({
        insert: (user) =>
          withDeadline(insert(user, undefined), DEADLINE, (cause) => (isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause))),
        insertKnown: (user, externalId) => withDeadline(insert(user, externalId), DEADLINE, refusalOf),
        update: (userId, change) => withDeadline(update(userId, change), DEADLINE, refusalOf),
        byExternalId: (externalId) => one(sql<UserRow>`SELECT ${columns} FROM app_user WHERE external_id = ${externalId}`),
        byEmail: (email) => one(sql<UserRow>`SELECT ${columns} FROM app_user WHERE email_key = ${emailKey(email)}`),
        byId: (userId) => one(sql<UserRow>`SELECT ${columns} FROM app_user WHERE user_id = ${userId}`),
        loginFailed: (userId, at) =>
          run(sql`UPDATE app_user SET failed_logins = failed_logins + 1, last_failed_at = ${at} WHERE user_id = ${userId}`).pipe(
            Effect.asVoid
          ),
        loginSucceeded: (userId) =>
          run(sql`UPDATE app_user SET failed_logins = 0 WHERE user_id = ${userId} AND failed_logins > 0`).pipe(Effect.asVoid),
        renewPasswordHash: (userId, before, passwordHash) =>
          run(sql`UPDATE app_user SET password_hash = ${passwordHash} WHERE user_id = ${userId} AND password_hash = ${before}`).pipe(
            Effect.asVoid
          ),
        page: ({ blocked, cursor, email, externalId, limit, role }) =>
          run(
            Effect.map(
              sql<UserRow>`SELECT ${columns} FROM app_user
                WHERE number < ${cursor ?? Number.MAX_SAFE_INTEGER} AND email_key LIKE ${`%${escapedLike(emailKey(email ?? ""))}%`}
                  AND ${externalId === undefined ? sql`TRUE` : sql`external_id = ${externalId}`}
                  AND ${role === undefined ? sql`TRUE` : sql`role = ${role}`}
                  AND ${blocked === undefined ? sql`TRUE` : sql`(blocked_at IS NOT NULL) = ${blocked}`}
                ORDER BY number DESC LIMIT ${limit + 1}`,
              (rows) => ({
                rows: rows.slice(0, limit).map(userRecord),
                cursor: rows.length > limit ? Number(rows[limit - 1]?.number) : undefined
              })
            )
          ),
        setVerifiedEmail: (userId, email, at) =>
          withDeadline(update(userId, { email, emailVerifiedAt: at }), DEADLINE, (cause) =>
            isUniqueViolation(cause) ? new EmailTaken() : unavailable(cause)
          ).pipe(Effect.asVoid),
        setBlocked: (userId, at) => run(update(userId, { blockedAt: at })).pipe(Effect.asVoid),
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
