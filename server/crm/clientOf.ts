/** clientOf: a client as the CRM sees one. Staff are nobody's clients: to the CRM they do not exist. */
import type { CrmUser } from "#contract/CrmUsersGroup.ts"
import { NotFound } from "#contract/Problem.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { Users, type UserRecord } from "#db/Users.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"

/** Accounts of a page of clients that are read at once. */
const CONCURRENT_READS = 8

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

export const crmUser = Effect.fnUntraced(function* (user: UserRecord) {
  const view: CrmUser = {
    userId: user.userId,
    externalId: user.externalId ?? null,
    email: user.email,
    name: user.name ?? null,
    emailVerified: user.emailVerifiedAt !== undefined,
    twoFactor: user.twoFactor,
    blockedAt: user.blockedAt ?? null,
    createdAt: user.createdAt,
    accountIds: yield* accountIdsOf(user.userId)
  }
  return view
})

export const crmUsers = (users: ReadonlyArray<UserRecord>) => Effect.forEach(users, crmUser, { concurrency: CONCURRENT_READS })
