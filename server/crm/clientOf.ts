/** clientOf: a client as the CRM sees one. Staff are nobody's clients: to the CRM they do not exist. */
import type { CrmUser } from "#contract/CrmUsersGroup.ts"
import { NotFound } from "#contract/Problem.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { Users, type UserRecord } from "#db/Users.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"

export const clientOf = Effect.fnUntraced(function* (userId: string) {
  const users = yield* Users
  const user = yield* users.byId(userId).pipe(Effect.mapError(unavailable))
  return user?.role === "client" ? user : yield* new NotFound({ code: "USER_NOT_FOUND" })
})

export const accountIdsOf = Effect.fnUntraced(function* (userId: string) {
  const reads = yield* AccountReads
  const accounts = yield* reads.accountsOfClient(userId).pipe(Effect.mapError(unavailable))
  return accounts.map(({ accountId }) => accountId)
})

const viewOf = (user: UserRecord, accountIds: ReadonlyArray<string>): CrmUser => ({
  userId: user.userId,
  externalId: user.externalId ?? null,
  email: user.email,
  name: user.name ?? null,
  emailVerified: user.emailVerifiedAt !== undefined,
  twoFactor: user.twoFactor,
  blockedAt: user.blockedAt ?? null,
  createdAt: user.createdAt,
  accountIds
})

export const crmUser = (user: UserRecord) => Effect.map(accountIdsOf(user.userId), (accountIds) => viewOf(user, accountIds))

export const crmUsers = Effect.fnUntraced(function* (users: ReadonlyArray<UserRecord>) {
  const reads = yield* AccountReads
  const ids = yield* reads.accountIdsOfClients(users.map(({ userId }) => userId)).pipe(Effect.mapError(unavailable))
  return users.map((user) => viewOf(user, ids.get(user.userId) ?? []))
})
