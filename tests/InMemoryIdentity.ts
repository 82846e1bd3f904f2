/** InMemoryIdentity: users and sessions without a database. */
import { Sessions, SESSION_IDLE_MILLIS, SESSION_LIFETIME_MILLIS, type NewSession } from "#db/Sessions.ts"
import { emailKey, EmailTaken, Users, type UserRecord } from "#db/Users.ts"
import { Effect, Layer } from "effect"

export const makeInMemoryIdentity = () => {
  const users = new Map<string, UserRecord>()
  const sessions = new Map<string, NewSession & { lastUsedAt: number }>()
  /** Reads of sessions, to see what is cached. */
  const reads = { count: 0 }

  const change = (userId: string, update: (user: UserRecord) => UserRecord): void => {
    const user = users.get(userId)
    if (user !== undefined) users.set(userId, update(user))
  }
  const byEmail = (email: string) => [...users.values()].find((user) => emailKey(user.email) === emailKey(email))
  const holds = (key: string, now: number): boolean => {
    const session = sessions.get(key)
    return session !== undefined && session.createdAt + SESSION_LIFETIME_MILLIS > now && session.lastUsedAt > now - SESSION_IDLE_MILLIS
  }

  const layer = Layer.mergeAll(
    Layer.succeed(
      Users,
      Users.of({
        insert: (user) =>
          Effect.suspend(() => {
            if (byEmail(user.email) !== undefined) return Effect.fail(new EmailTaken())
            users.set(user.userId, { ...user, failedLogins: 0, lastFailedAt: 0 })
            return Effect.void
          }),
        byEmail: (email) => Effect.sync(() => byEmail(email)),
        byId: (userId) => Effect.sync(() => users.get(userId)),
        loginFailed: (userId, at) =>
          Effect.sync(() => change(userId, (user) => ({ ...user, failedLogins: user.failedLogins + 1, lastFailedAt: at }))),
        loginSucceeded: (userId) => Effect.sync(() => change(userId, (user) => ({ ...user, failedLogins: 0 }))),
        setPasswordHash: (userId, passwordHash) => Effect.sync(() => change(userId, (user) => ({ ...user, passwordHash }))),
        accountForRequest: (_key, accountId) => Effect.succeed(accountId),
        emailsOf: (userIds) =>
          Effect.sync(() => new Map(userIds.flatMap((id) => (users.has(id) ? [[id, users.get(id)?.email ?? ""]] : []))))
      })
    ),
    Layer.succeed(
      Sessions,
      Sessions.of({
        insert: (session) => Effect.sync(() => void sessions.set(session.sessionKey, { ...session, lastUsedAt: session.createdAt })),
        find: (key, now) =>
          Effect.sync(() => {
            reads.count++
            const session = sessions.get(key)
            const user = session && users.get(session.userId)
            if (session === undefined || user === undefined || !holds(key, now)) return undefined
            const { createdAt, lastUsedAt } = session
            const { email, role, userId } = user
            return { sessionKey: key, userId, email, role, lastUsedAt, expiresAt: createdAt + SESSION_LIFETIME_MILLIS }
          }),
        touch: (key, now) =>
          Effect.sync(() => {
            const session = sessions.get(key)
            if (session !== undefined) session.lastUsedAt = now
          }),
        remove: (key) => Effect.sync(() => void sessions.delete(key)),
        holding: (keys, now) => Effect.sync(() => new Set(keys.filter((key) => holds(key, now)))),
        removeExpired: (now) =>
          Effect.sync(() => {
            for (const key of sessions.keys()) if (!holds(key, now)) sessions.delete(key)
          })
      })
    )
  )
  return { layer, users, sessions, reads }
}
