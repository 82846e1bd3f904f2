/** changeIdentity: the CRM changes who somebody is: their address and whether it is theirs, their name, their id in the CRM, whether they may enter. */
import { Conflict } from "#contract/Problem.ts"
import { Users, type UserChange, type UserRecord } from "#db/Users.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { Credentials } from "#server/auth/Credentials.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { emailTaken } from "#server/api/identityProblems.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Clock, Effect } from "effect"

/** An absent field stays as it is, null removes. */
export interface IdentityChange {
  readonly email?: string
  readonly emailVerified?: boolean
  readonly name?: string | null
  readonly externalId?: string | null
  readonly blocked?: boolean
}

/** A new address is proved anew, unless the CRM says that it has been. */
const verifiedAt = (user: UserRecord, change: IdentityChange, now: number): number | undefined => {
  const isNew = change.email !== undefined && change.email !== user.email
  const isVerified = change.emailVerified ?? (!isNew && user.emailVerifiedAt !== undefined)
  if (!isVerified) return undefined
  return isNew ? now : (user.emailVerifiedAt ?? now)
}

const userChange = (user: UserRecord, change: IdentityChange, now: number): UserChange => ({
  ...(change.email === undefined ? {} : { email: change.email }),
  ...(change.name === undefined ? {} : { name: change.name ?? undefined }),
  ...(change.externalId === undefined ? {} : { externalId: change.externalId ?? undefined }),
  ...(change.blocked === undefined ? {} : { blockedAt: change.blocked ? (user.blockedAt ?? now) : undefined }),
  emailVerifiedAt: verifiedAt(user, change, now)
})

/** Links that were mailed to the old address are good no more, and it is told. */
const addressChanged = Effect.fnUntraced(function* (before: UserRecord, after: UserRecord) {
  const tokens = yield* EmailTokens
  const credentials = yield* Credentials
  yield* tokens.revokeAllOf(after.userId)
  yield* credentials.notify(before, "emailChanged", { newEmail: after.email })
  if (after.emailVerifiedAt === undefined) yield* tokens.mail({ userId: after.userId, purpose: "verifyEmail", email: after.email })
})

/** `limits`: those of the user's accounts were changed just now, and it is told together with the rest. Answers the user as they are then. */
export const changeIdentity = Effect.fnUntraced(function* (user: UserRecord, change: IdentityChange, limits = false) {
  const users = yield* Users
  const sessions = yield* ActiveSessions
  const now = yield* Clock.currentTimeMillis
  const after = yield* users.update(user.userId, { ...userChange(user, change, now), limits }).pipe(
    Effect.catchTags({
      EmailTaken: () => Effect.fail(emailTaken()),
      ExternalIdTaken: () => Effect.fail(new Conflict({ code: "EXTERNAL_ID_TAKEN" })),
      IdentityUnavailable: () => Effect.fail(unavailable())
    })
  )
  if (after === undefined) return user
  if (after.email !== user.email) yield* addressChanged(user, after).pipe(Effect.mapError(unavailable))
  if (change.blocked === true) yield* sessions.endAllOf(user.userId, "blocked").pipe(Effect.mapError(unavailable))
  return after
})
