/** AuthApi: registering, signing in and out, links from mails. */
import { CurrentUser, REFRESH_COOKIE, SESSION_COOKIE } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { EmailUnverified, SecondFactorRequired, Unauthenticated } from "#contract/Problem.ts"
import type { SignedInUser } from "#contract/SignedInUser.ts"
import { emailKey, Users, type UserRecord } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { Credentials } from "#server/auth/Credentials.ts"
import { GuessLimit } from "#server/auth/GuessLimit.ts"
import { SignIn, type Device, type SignedIn } from "#server/auth/SignIn.ts"
import {
  emailTaken,
  hashingHandlers,
  invalidCredentials,
  linkInvalid,
  unavailableHandlers,
  weakPassword
} from "#server/api/identityProblems.ts"
import { unavailable } from "#server/api/refusals.ts"
import { expireSessionCookies, sessionTimes, setSessionCookies } from "#server/api/sessionCookies.ts"
import { AppConfig } from "#server/Config.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Effect } from "effect"
import type { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"

export const deviceOf = (request: HttpServerRequest.HttpServerRequest): Device => ({
  ip: clientIp(request),
  userAgent: request.headers["user-agent"] ?? ""
})

interface Times {
  readonly accessExpiresAt: number
  readonly sessionExpiresAt: number
}
const signedInUser = Effect.fnUntraced(function* (
  user: UserRecord,
  accountIds: ReadonlyArray<string>,
  times: Times,
  impersonation: SignedInUser["impersonation"] = null
) {
  const { demoAccounts } = yield* AppConfig
  const signedIn: SignedInUser = {
    userId: user.userId,
    email: user.email,
    name: user.name ?? null,
    role: user.role,
    accountIds,
    demo: demoAccounts,
    emailVerified: user.emailVerifiedAt !== undefined,
    twoFactor: user.twoFactor,
    ...times,
    impersonation
  }
  return signedIn
})

/** Signing in always makes a new session; one that the browser still had is ended. */
const enter = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, { accountIds, ids, user }: SignedIn) {
  const sessions = yield* ActiveSessions
  const before = yield* sessions.find(request.cookies[SESSION_COOKIE] ?? "").pipe(Effect.mapError(unavailable))
  if (before !== undefined) yield* sessions.end(before.sessionKey, before.userId).pipe(Effect.mapError(unavailable))
  yield* setSessionCookies(ids)
  yield* note({ actorId: user.userId, actorRole: user.role, subject: `user:${user.userId}` })
  return yield* signedInUser(user, accountIds, sessionTimes(ids))
})

export const AuthApi = HttpApiBuilder.group(Api, "auth", (handlers) =>
  handlers.handleAll({
    register: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const signIn = yield* SignIn
      const device = deviceOf(request)
      yield* limits.consume("registrations", device.ip)
      yield* note({ subject: `email:${emailKey(payload.email)}` })
      const signedIn = yield* signIn.register(payload, device).pipe(
        Effect.catchTags({
          EmailTaken: () => Effect.fail(emailTaken()),
          CommonPassword: () => Effect.fail(weakPassword("/password", "This password is one that guessers try first")),
          ConfirmationMailed: () => Effect.fail(new EmailUnverified({})),
          SignInOver: () => Effect.fail(unavailable()),
          ...unavailableHandlers
        })
      )
      return yield* enter(request, signedIn)
    }),
    login: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const guesses = yield* GuessLimit
      const signIn = yield* SignIn
      const device = deviceOf(request)
      const address = emailKey(payload.email)
      yield* limits.consume("logins", device.ip)
      yield* note({ subject: `email:${address}` })
      const attempt = signIn.login(payload.email, payload.password, device)
      const signedIn = yield* guesses
        .guard(address, attempt, (error) => error._tag === "InvalidCredentials")
        .pipe(
          Effect.catchTags({
            InvalidCredentials: () => Effect.fail(invalidCredentials()),
            SecondFactorNeeded: ({ challenge, expiresAt, userId }) =>
              Effect.andThen(
                note({ subject: `user:${userId}` }),
                Effect.fail(new SecondFactorRequired({ challenge, challengeExpiresAt: expiresAt }))
              ),
            ...unavailableHandlers
          })
        )
      return yield* enter(request, signedIn)
    }),
    loginSecondFactor: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const signIn = yield* SignIn
      const device = deviceOf(request)
      yield* limits.consume("logins", device.ip)
      const signedIn = yield* signIn.answer(payload.challenge, payload.code, device).pipe(
        Effect.catchTags({
          WrongCode: ({ userId }) =>
            Effect.andThen(note({ subject: `user:${userId}` }), Effect.fail(new Unauthenticated({ code: "INVALID_CODE" }))),
          ChallengeOver: () => Effect.fail(new Unauthenticated({ code: "CHALLENGE_OVER" })),
          InvalidCredentials: () => Effect.fail(invalidCredentials()),
          ...unavailableHandlers
        })
      )
      return yield* enter(request, signedIn)
    }),
    refresh: Effect.fnUntraced(function* ({ request }) {
      const limits = yield* RateLimits
      const sessions = yield* ActiveSessions
      yield* limits.consume("refreshes", clientIp(request))
      const refreshed = yield* sessions.refresh(request.cookies[REFRESH_COOKIE] ?? "").pipe(Effect.mapError(unavailable))
      if (refreshed._tag === "Refreshed") {
        yield* note({ actorId: refreshed.userId, subject: `user:${refreshed.userId}` })
        yield* setSessionCookies(refreshed.ids)
        return sessionTimes(refreshed.ids)
      }
      if (refreshed._tag === "Reused") {
        yield* note({ subject: `user:${refreshed.userId}`, outcome: "REFRESH_REUSED" })
        yield* Effect.logWarning("A refresh id came back after it was exchanged: the session was ended", { userId: refreshed.userId })
      }
      yield* expireSessionCookies
      return yield* new Unauthenticated({ code: "UNAUTHENTICATED" })
    }),
    verifyEmail: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const credentials = yield* Credentials
      yield* limits.consume("logins", clientIp(request))
      const userId = yield* credentials.verifyEmail(payload.token).pipe(
        Effect.catchTags({
          LinkOver: () => Effect.fail(linkInvalid()),
          EmailTaken: () => Effect.fail(emailTaken()),
          IdentityUnavailable: () => Effect.fail(unavailable())
        })
      )
      yield* note({ subject: `user:${userId}` })
    }),
    forgotPassword: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const credentials = yield* Credentials
      yield* limits.consume("logins", clientIp(request))
      yield* limits.consume("mails", emailKey(payload.email))
      yield* note({ subject: `email:${emailKey(payload.email)}` })
      yield* credentials.askForReset(payload.email)
    }),
    resetPassword: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const credentials = yield* Credentials
      yield* limits.consume("logins", clientIp(request))
      const userId = yield* credentials.reset(payload.token, payload.password).pipe(
        Effect.catchTags({
          LinkOver: () => Effect.fail(linkInvalid()),
          WeakPassword: ({ detail }) => Effect.fail(weakPassword("/password", detail)),
          ...hashingHandlers
        })
      )
      yield* note({ subject: `user:${userId}` })
      yield* expireSessionCookies
    }),
    logout: Effect.fnUntraced(function* () {
      const sessions = yield* ActiveSessions
      const { sessionKey, userId } = yield* CurrentUser
      yield* sessions.end(sessionKey, userId).pipe(Effect.mapError(unavailable))
      yield* expireSessionCookies
    }),
    me: Effect.fnUntraced(function* ({ request }) {
      const { userId } = yield* CurrentUser
      const users = yield* Users
      const signIn = yield* SignIn
      const sessions = yield* ActiveSessions
      const user = yield* users.byId(userId).pipe(Effect.mapError(unavailable))
      const session = yield* sessions.find(request.cookies[SESSION_COOKIE] ?? "").pipe(Effect.mapError(unavailable))
      if (user === undefined || session === undefined) return yield* new Unauthenticated({ code: "UNAUTHENTICATED" })
      const accountIds = yield* signIn.accountIdsOf(userId).pipe(Effect.mapError(unavailable))
      const times = { accessExpiresAt: session.accessUntil, sessionExpiresAt: session.expiresAt }
      const { impersonationTrading } = yield* AppConfig
      return yield* signedInUser(
        user,
        accountIds,
        times,
        session.impersonation ? { ...session.impersonation, trading: impersonationTrading } : null
      )
    })
  })
)
