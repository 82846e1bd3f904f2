/** InMemoryIdentity: users and sessions without a database, and a configuration to sign with. */
import { AppConfig, readConfiguration } from "#server/Config.ts"
import {
  ACCESS_MILLIS,
  REFRESH_GRACE_MILLIS,
  Sessions,
  SESSION_IDLE_MILLIS,
  SignInOver,
  type Exchange,
  type NewSession,
  type SessionEnd,
  type SessionRecord
} from "#db/Sessions.ts"
import { emailKey, EmailTaken, Users, type UserRecord } from "#db/Users.ts"
import { ConfigProvider, Effect, Layer } from "effect"

const environment = { DATABASE_URL: "postgres://localhost/none", TWELVEDATA_API_KEY: "demo", DEMO_ACCOUNTS: "true" }
export const testConfiguration = Layer.effect(AppConfig, readConfiguration).pipe(
  Layer.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: environment })))
)

export const makeInMemoryIdentity = () => {
  const users = new Map<string, UserRecord>()
  const sessions = new Map<string, NewSession & { lastUsedAt: number; accessHash: string; accessUntil: number }>()
  const refreshIds = new Map<string, { readonly sessionKey: string; exchangedAt: number | undefined }>()
  const listeners = new Set<(sessionKey: string, why: string) => void>()
  /** Reads of sessions, to see what is cached. */
  const reads = { count: 0 }

  const change = (userId: string, update: (user: UserRecord) => UserRecord): void => {
    const user = users.get(userId)
    if (user !== undefined) users.set(userId, update(user))
  }
  const byEmail = (email: string) => [...users.values()].find((user) => emailKey(user.email) === emailKey(email))
  const holds = (key: string, now: number): boolean => {
    const session = sessions.get(key)
    return session !== undefined && session.expiresAt > now && session.lastUsedAt > now - SESSION_IDLE_MILLIS
  }

  const recordOf = (key: string): SessionRecord | undefined => {
    const session = sessions.get(key)
    const user = session && users.get(session.userId)
    if (session === undefined || user === undefined) return undefined
    const { accessUntil, expiresAt, impersonation, lastUsedAt } = session
    const { email, role, userId } = user
    return { sessionKey: key, userId, email, role, lastUsedAt, expiresAt, accessUntil, impersonation }
  }
  const remove = (key: string, why: SessionEnd): boolean => {
    const existed = sessions.delete(key)
    for (const listener of listeners) if (existed) listener(key, why)
    return existed
  }

  const removeAllOf = (userId: string, why: SessionEnd) => {
    change(userId, (user) => ({ ...user, sessionsEnded: user.sessionsEnded + 1 }))
    const removed = [...sessions.values()].filter((one) => one.userId === userId && remove(one.sessionKey, why)).length
    return { removed, sessionsEnded: users.get(userId)?.sessionsEnded ?? 0 }
  }

  const layer = Layer.mergeAll(
    Layer.succeed(
      Users,
      Users.of({
        insert: (user) =>
          Effect.suspend(() => {
            if (byEmail(user.email) !== undefined) return Effect.fail(new EmailTaken())
            users.set(user.userId, {
              ...user,
              externalId: undefined,
              failedLogins: 0,
              lastFailedAt: 0,
              blockedAt: undefined,
              twoFactor: false,
              sessionsEnded: 0
            })
            return Effect.void
          }),
        byEmail: (email) => Effect.sync(() => byEmail(email)),
        byId: (userId) => Effect.sync(() => users.get(userId)),
        loginFailed: (userId, at) =>
          Effect.sync(() => change(userId, (user) => ({ ...user, failedLogins: user.failedLogins + 1, lastFailedAt: at }))),
        loginSucceeded: (userId) => Effect.sync(() => change(userId, (user) => ({ ...user, failedLogins: 0 }))),
        renewPasswordHash: (userId, before, passwordHash) =>
          Effect.sync(() => change(userId, (user) => (user.passwordHash === before ? { ...user, passwordHash } : user))),
        page: () => Effect.sync(() => ({ rows: [...users.values()], cursor: undefined })),
        setVerifiedEmail: (userId, email, at) =>
          Effect.suspend(() => {
            const holder = byEmail(email)
            if (holder !== undefined && holder.userId !== userId) return Effect.fail(new EmailTaken())
            change(userId, (user) => ({ ...user, email, emailVerifiedAt: at }))
            return Effect.void
          }),
        setBlocked: (userId, at) => Effect.sync(() => change(userId, (user) => ({ ...user, blockedAt: at }))),
        insertKnown: () => Effect.die("nobody of the CRM's here"),
        byExternalId: () => Effect.succeed(undefined),
        update: (userId, { limits: _limits, ...more }) =>
          Effect.sync(() => {
            change(userId, (user) => ({ ...user, ...more }))
            return users.get(userId)
          }),
        setRole: (userId, role) => Effect.sync(() => change(userId, (user) => ({ ...user, role }))),
        accountForRequest: (_key, accountId) => Effect.succeed(accountId),
        emailsOf: (userIds) =>
          Effect.sync(() => new Map(userIds.flatMap((id) => (users.has(id) ? [[id, users.get(id)?.email ?? ""]] : []))))
      })
    ),
    Layer.succeed(
      Sessions,
      Sessions.of({
        insert: (session) =>
          Effect.suspend(() => {
            const user = users.get(session.userId)
            if (user?.blockedAt !== undefined) return Effect.fail(new SignInOver())
            if (session.sessionsEnded !== undefined && session.sessionsEnded !== user?.sessionsEnded) return Effect.fail(new SignInOver())
            refreshIds.set(session.refreshHash, { sessionKey: session.sessionKey, exchangedAt: undefined })
            sessions.set(session.sessionKey, {
              ...session,
              lastUsedAt: session.createdAt,
              accessUntil: session.createdAt + ACCESS_MILLIS
            })
            return Effect.void
          }),
        find: (accessHash, now) =>
          Effect.sync(() => {
            reads.count++
            const session = [...sessions.values()].find((one) => one.accessHash === accessHash && one.accessUntil > now)
            return session === undefined || !holds(session.sessionKey, now) ? undefined : recordOf(session.sessionKey)
          }),
        exchange: (refreshHash, next, now) =>
          Effect.sync((): Exchange => {
            const refreshId = refreshIds.get(refreshHash)
            const session = sessions.get(refreshId?.sessionKey ?? "")
            const record = recordOf(refreshId?.sessionKey ?? "")
            if (refreshId === undefined || session === undefined || record === undefined || !holds(session.sessionKey, now))
              return { _tag: "Unknown" }
            if (refreshId.exchangedAt !== undefined && now - refreshId.exchangedAt < REFRESH_GRACE_MILLIS)
              return { _tag: "Rotated", session: record }
            if (refreshId.exchangedAt !== undefined) {
              remove(session.sessionKey, "refreshReused")
              return { _tag: "Reused", userId: session.userId }
            }
            refreshId.exchangedAt = now
            refreshIds.set(next.refreshHash, { sessionKey: session.sessionKey, exchangedAt: undefined })
            Object.assign(session, { accessHash: next.accessHash, accessUntil: now + ACCESS_MILLIS, lastUsedAt: now })
            return { _tag: "Rotated", session: recordOf(session.sessionKey) ?? record }
          }),
        listOf: (userId, now) =>
          Effect.sync(() =>
            [...sessions.values()]
              .filter((session) => session.userId === userId && holds(session.sessionKey, now))
              .map((session) => ({ ...session, impersonated: session.impersonation !== undefined }))
          ),
        touch: (key, now) =>
          Effect.sync(() => {
            const session = sessions.get(key)
            if (session !== undefined) session.lastUsedAt = now
          }),
        remove: (key, userId) => Effect.sync(() => sessions.get(key)?.userId === userId && remove(key, "signedOut")),
        removeAllOf: (userId, why) => Effect.sync(() => removeAllOf(userId, why)),
        replacePassword: (userId, passwordHash) =>
          Effect.sync(() => {
            change(userId, (user) => ({ ...user, passwordHash }))
            return removeAllOf(userId, "credentialsChanged")
          }),
        onEnded: (listener) => Effect.sync(() => void listeners.add(listener)),
        holding: (keys, now) => Effect.sync(() => new Set(keys.filter((key) => holds(key, now)))),
        removeExpired: (now) =>
          Effect.sync(() => {
            for (const key of sessions.keys()) if (!holds(key, now)) remove(key, "expired")
          })
      })
    )
  )
  return { layer, users, sessions, reads }
}
