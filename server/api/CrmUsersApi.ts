/** CrmUsersApi: what the CRM does about clients. */
import { CurrentService } from "#contract/CrmAccess.ts"
import { Api } from "#contract/Api.ts"
import { ChangedCrmUser, CrmUser, type ChangeCrmUserRequest } from "#contract/CrmUsersGroup.ts"
import { Conflict, NotFound } from "#contract/Problem.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { emailKey, Users } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { unavailable } from "#server/api/refusals.ts"
import { changeIdentity } from "#server/crm/changeIdentity.ts"
import { changeLimits, previewLimits, type Limits } from "#server/crm/changeLimits.ts"
import { accountIdsOf, clientOf, crmUser, crmUsers } from "#server/crm/clientOf.ts"
import { once } from "#server/crm/once.ts"
import { putClient } from "#server/crm/putClient.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Effect, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { randomUUID } from "node:crypto"

type Change = typeof ChangeCrmUserRequest.Type

const Put = Schema.Union([
  Schema.Struct({ created: Schema.Literal(true), user: CrmUser }),
  Schema.Struct({ created: Schema.Literal(false), user: CrmUser })
])

const limitsOf = ({ group, leverage, lotsMax, openPositionsMax, tradingMode }: Change): Limits => ({
  ...(group === undefined ? {} : { group }),
  ...(leverage === undefined ? {} : { leverage }),
  ...(lotsMax === undefined ? {} : { lotsMax }),
  ...(openPositionsMax === undefined ? {} : { openPositionsMax }),
  ...(tradingMode === undefined ? {} : { tradingMode })
})

/** The client's accounts that a change is for; one of somebody else is like one that does not exist. */
const changedAccounts = Effect.fnUntraced(function* (userId: string, asked: ReadonlyArray<string> | undefined) {
  const own = yield* accountIdsOf(userId)
  if (asked === undefined) return own
  if (asked.some((accountId) => !own.includes(accountId))) return yield* new NotFound({ code: "ACCOUNT_NOT_FOUND" })
  return asked
})

export const change = Effect.fnUntraced(function* (userId: string, payload: Change, commandId: string, isPreview: boolean) {
  const user = yield* clientOf(userId)
  const limits = limitsOf(payload)
  const isLimited = Object.keys(limits).length > 0
  const accountIds = isLimited ? yield* changedAccounts(userId, payload.accountIds) : []
  if (isPreview) return { user: yield* crmUser(user), applied: false, accounts: yield* previewLimits(accountIds, limits) }
  yield* note({ before: yield* crmUser(user) })
  const accounts = yield* changeLimits(accountIds, limits, commandId)
  const after = yield* changeIdentity(user, payload, isLimited)
  return { user: yield* crmUser(after), applied: true, accounts }
})

export const CrmUsersApi = HttpApiBuilder.group(Api, "crmUsers", (handlers) =>
  handlers.handleAll({
    putUser: Effect.fnUntraced(function* ({ headers, payload }) {
      yield* note({ subject: `email:${emailKey(payload.email)}`, after: payload })
      const done = Effect.gen(function* () {
        const { created, user } = yield* putClient(payload)
        const view = yield* crmUser(user)
        return created ? { created: true as const, user: view } : { created: false as const, user: view }
      })
      const answer = yield* once(headers["idempotency-key"], ["putUser", payload], Put, done)
      yield* note({ subject: `user:${answer.user.userId}` })
      return answer
    }),
    users: Effect.fnUntraced(function* ({ query: { blocked, cursor, email, externalId, limit } }) {
      const users = yield* Users
      const page = yield* users
        .page({
          limit: limit ?? PAGE_LIMIT,
          cursor,
          email,
          externalId,
          role: "client",
          blocked: blocked === undefined ? undefined : blocked === "true"
        })
        .pipe(Effect.mapError(unavailable))
      return { users: yield* crmUsers(page.rows), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
    }),
    user: Effect.fnUntraced(function* ({ params: { id } }) {
      return yield* crmUser(yield* clientOf(id))
    }),
    changeUser: Effect.fnUntraced(function* ({ headers, params: { id }, payload, query }) {
      const { service } = yield* CurrentService
      const key = headers["idempotency-key"]
      const isPreview = query.preview === "true"
      yield* note({
        subject: `user:${id}`,
        after: { ...payload, preview: isPreview },
        ...(payload.reason === undefined ? {} : { reason: payload.reason })
      })
      const commandId = key === undefined ? randomUUID() : `crm ${service} ${key}`
      return yield* once(
        isPreview ? undefined : key,
        ["changeUser", id, payload],
        ChangedCrmUser,
        change(id, payload, commandId, isPreview)
      )
    }),
    forceLogout: Effect.fnUntraced(function* ({ payload: { reason, userId } }) {
      yield* note({ subject: `user:${userId}`, reason })
      const user = yield* clientOf(userId)
      const sessions = yield* ActiveSessions
      const { removed } = yield* sessions.endAllOf(user.userId, "forcedLogout").pipe(Effect.mapError(unavailable))
      return { userId, sessionsEnded: removed }
    }),
    passwordReset: Effect.fnUntraced(function* ({ payload: { reason, userId } }) {
      yield* note({ subject: `user:${userId}`, reason })
      const { blockedAt, email } = yield* clientOf(userId)
      if (blockedAt !== undefined) return yield* new Conflict({ code: "USER_BLOCKED" })
      yield* RateLimits.use((limits) => limits.consume("mails", emailKey(email)))
      const tokens = yield* EmailTokens
      const expiresAt = yield* tokens.mail({ userId, purpose: "resetPassword", email }).pipe(Effect.mapError(unavailable))
      return { userId, email, expiresAt }
    })
  })
)
