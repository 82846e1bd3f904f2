/** putClient: a client by their id in the CRM: made when there is none, else brought up to date. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { initialAccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import type { PutCrmUserRequest } from "#contract/CrmUsersGroup.ts"
import { CommandRefused, Conflict } from "#contract/Problem.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { Users, type NewUser, type UserRecord } from "#db/Users.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { FIRST_ACCOUNT } from "#server/auth/FirstAccount.ts"
import { noPassword } from "#server/auth/PasswordHashes.ts"
import { executeAs } from "#server/api/execute.ts"
import { decisionMarket } from "#server/api/market.ts"
import { unavailable } from "#server/api/refusals.ts"
import { changeIdentity } from "#server/crm/changeIdentity.ts"
import { accountIdsOf } from "#server/crm/clientOf.ts"
import { serviceOrigin } from "#server/crm/serviceOrigin.ts"
import { Clock, Effect } from "effect"
import { randomUUID } from "node:crypto"

type Request = typeof PutCrmUserRequest.Type
type OpenAccount = Extract<AccountCommand, { readonly _tag: "OpenAccount" }>

const openingOf = (clientId: string, request: Request): OpenAccount => ({
  _tag: "OpenAccount",
  clientId,
  ...FIRST_ACCOUNT,
  ...request.account
})

/** Before anybody is made: conditions that no account can have are refused. */
const requireConditions = Effect.fnUntraced(function* (request: Request) {
  const { rejection } = decide("0", initialAccountState, openingOf("", request), yield* decisionMarket)
  if (rejection !== undefined) return yield* new CommandRefused({ code: rejection.reason, context: rejection.context, version: 0 })
})

/** Also when a request before was cut off between the user and their account. */
const requireFirstAccount = Effect.fnUntraced(function* (user: UserRecord, request: Request) {
  if (user.firstAccountId === undefined || (yield* accountIdsOf(user.userId)).includes(user.firstAccountId)) return
  const origin = serviceOrigin(yield* CurrentService)
  yield* executeAs(origin, user.firstAccountId, "registration", openingOf(user.userId, request)).pipe(
    Effect.catchTag("CommandRefused", (refused) => (refused.code === "ACCOUNT_ALREADY_OPEN" ? Effect.void : Effect.fail(refused)))
  )
})

/** Undefined when somebody was quicker. */
const insert = Effect.fnUntraced(function* (request: Request) {
  const users = yield* Users
  const reads = yield* AccountReads
  const createdAt = yield* Clock.currentTimeMillis
  const user: NewUser = {
    userId: randomUUID(),
    email: request.email,
    name: request.name,
    role: "client",
    passwordHash: noPassword(),
    firstAccountId: yield* reads.nextAccountId.pipe(Effect.mapError(unavailable)),
    createdAt,
    emailVerifiedAt: request.emailVerified === true ? createdAt : undefined
  }
  const isMade = yield* users.insertKnown(user, request.externalId).pipe(
    Effect.as(true),
    Effect.catchTags({
      EmailTaken: () => Effect.succeed(false),
      ExternalIdTaken: () => Effect.succeed(false),
      IdentityUnavailable: () => Effect.fail(unavailable())
    })
  )
  return isMade ? yield* users.byId(user.userId).pipe(Effect.mapError(unavailable)) : undefined
})

/** The address is somebody's whom the CRM does not know under this id: clients are named, staff are not. */
const addressTaken = Effect.fnUntraced(function* (email: string) {
  const users = yield* Users
  const holder = yield* users.byEmail(email).pipe(Effect.mapError(unavailable))
  const context = holder?.role === "client" ? { userId: holder.userId } : {}
  return yield* new Conflict({ code: "EMAIL_TAKEN", context })
})

const update = Effect.fnUntraced(function* (user: UserRecord, { email, emailVerified, name }: Request) {
  const isProved = emailVerified === true ? { emailVerified } : {}
  return yield* changeIdentity(user, { email, ...isProved, ...(name === undefined ? {} : { name }) })
})

export const putClient = Effect.fn("crm.putClient")(function* (request: Request) {
  const users = yield* Users
  const known = users.byExternalId(request.externalId).pipe(Effect.mapError(unavailable))
  yield* requireConditions(request)
  const before = yield* known
  const made = before === undefined ? yield* insert(request) : undefined
  const existing = made ?? before ?? (yield* known)
  if (existing === undefined) return yield* addressTaken(request.email)
  const user = made ?? (yield* update(existing, request))
  yield* requireFirstAccount(user, request)
  if (made !== undefined && request.invite !== false) {
    yield* EmailTokens.use((tokens) => tokens.invite(user)).pipe(Effect.mapError(unavailable))
  }
  return { created: made !== undefined, user }
})
