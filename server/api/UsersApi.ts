/** UsersApi: what staff do about the people who sign in. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { Conflict, NotFound } from "#contract/Problem.ts"
import type { UserView } from "#contract/UsersGroup.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import type { SessionEnd } from "#db/Sessions.ts"
import { Users, type UserRecord } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { sessionView } from "#server/api/ProfileApi.ts"
import { unavailable } from "#server/api/refusals.ts"
import { impersonationLink } from "#server/sso/impersonationLink.ts"
import { Clock, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

const userView = (user: UserRecord): UserView => ({
  userId: user.userId,
  email: user.email,
  name: user.name ?? null,
  role: user.role,
  emailVerified: user.emailVerifiedAt !== undefined,
  twoFactor: user.twoFactor,
  blockedAt: user.blockedAt ?? null,
  createdAt: user.createdAt
})

const userOf = Effect.fnUntraced(function* (userId: string) {
  const users = yield* Users
  const user = yield* users.byId(userId).pipe(Effect.mapError(unavailable))
  return user ?? (yield* new NotFound({ code: "USER_NOT_FOUND" }))
})

/** Somebody else: nobody locks themselves out, or gives themselves a role. */
const otherUser = Effect.fnUntraced(function* (userId: string) {
  const { userId: self } = yield* CurrentUser
  const user = yield* userOf(userId)
  return user.userId === self ? yield* new Conflict({ code: "OWN_USER" }) : user
})

const endSessions = (userId: string, why: SessionEnd) =>
  ActiveSessions.use((sessions) => sessions.endAllOf(userId, why)).pipe(Effect.mapError(unavailable))

export const UsersApi = HttpApiBuilder.group(Api, "users", (handlers) =>
  handlers.handleAll({
    users: Effect.fnUntraced(function* ({ query }) {
      const users = yield* Users
      const page = yield* users
        .page({ limit: query.limit ?? PAGE_LIMIT, cursor: query.cursor, email: query.email })
        .pipe(Effect.mapError(unavailable))
      return { users: page.rows.map(userView), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
    }),
    userSessions: Effect.fnUntraced(function* ({ params: { userId } }) {
      const sessions = yield* ActiveSessions
      yield* userOf(userId)
      const listed = yield* sessions.listOf(userId).pipe(Effect.mapError(unavailable))
      return { sessions: listed.map((session) => sessionView(session)) }
    }),
    forceLogout: Effect.fnUntraced(function* ({ params: { userId }, payload: { reason } }) {
      yield* note({ reason })
      yield* userOf(userId)
      yield* endSessions(userId, "forcedLogout")
    }),
    blockUser: Effect.fnUntraced(function* ({ params: { userId }, payload: { reason } }) {
      const users = yield* Users
      yield* note({ reason, after: { blocked: true } })
      const user = yield* otherUser(userId)
      yield* note({ before: { blocked: user.blockedAt !== undefined } })
      yield* users.setBlocked(userId, yield* Clock.currentTimeMillis).pipe(Effect.mapError(unavailable))
      yield* endSessions(userId, "blocked")
    }),
    unblockUser: Effect.fnUntraced(function* ({ params: { userId }, payload: { reason } }) {
      const users = yield* Users
      yield* note({ reason, after: { blocked: false } })
      const user = yield* otherUser(userId)
      yield* note({ before: { blocked: user.blockedAt !== undefined } })
      yield* users.setBlocked(userId, undefined).pipe(Effect.mapError(unavailable))
    }),
    impersonateUser: Effect.fnUntraced(function* ({ params: { userId }, payload: { reason } }) {
      const { userId: adminId } = yield* CurrentUser
      const { expiresAt, url } = yield* impersonationLink({ clientId: userId, adminId, reason }, adminId)
      return { url, expiresAt }
    }),
    changeRole: Effect.fnUntraced(function* ({ params: { userId }, payload: { reason, role } }) {
      const users = yield* Users
      yield* note({ reason, after: { role } })
      const user = yield* otherUser(userId)
      yield* note({ before: { role: user.role } })
      yield* users.setRole(userId, role).pipe(Effect.mapError(unavailable))
      yield* endSessions(userId, "roleChanged")
    })
  })
)
