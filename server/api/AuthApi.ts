/** AuthApi: registering, signing in and out. */
import { CurrentUser, sessionSecurity, SESSION_COOKIE } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import type { SignedInUser } from "#contract/AuthGroup.ts"
import { Conflict, ServiceUnavailable, Unauthenticated, ValidationFailed } from "#contract/Problem.ts"
import { emailKey, Users, type UserRecord } from "#db/Users.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { SignIn, type Device, type SignedIn } from "#server/auth/SignIn.ts"
import { RETRY_AFTER_SECONDS, unavailable } from "#server/api/refusals.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Effect, Redacted } from "effect"
import { HttpEffect, HttpServerResponse, type HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"

/** The session's own end is the server's matter; the cookie ends with the browser. */
const COOKIE = { httpOnly: true, secure: true, sameSite: "lax", path: "/" } as const

const deviceOf = (request: HttpServerRequest.HttpServerRequest): Device => ({
  ip: clientIp(request),
  userAgent: request.headers["user-agent"] ?? ""
})

const signedInUser = (user: UserRecord, accountIds: ReadonlyArray<string>, sessionExpiresAt: number): typeof SignedInUser.Type => ({
  userId: user.userId,
  email: user.email,
  name: user.name ?? null,
  role: user.role,
  accountIds,
  sessionExpiresAt
})

/** Signing in always makes a new session; one that the browser still had is ended. */
const enter = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, signedIn: SignedIn) {
  const sessions = yield* ActiveSessions
  const before = yield* sessions.find(request.cookies[SESSION_COOKIE] ?? "").pipe(Effect.mapError(unavailable))
  if (before !== undefined) yield* sessions.end(before.sessionKey).pipe(Effect.mapError(unavailable))
  yield* HttpApiBuilder.securitySetCookie(sessionSecurity, Redacted.make(signedIn.sessionId), COOKIE)
  return signedInUser(signedIn.user, signedIn.accountIds, signedIn.expiresAt)
})

const weakPassword = () =>
  new ValidationFailed({ errors: [{ in: "body", pointer: "/password", detail: "This password is one that guessers try first" }] })

const busy = () => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: RETRY_AFTER_SECONDS })

export const AuthApi = HttpApiBuilder.group(Api, "auth", (handlers) =>
  handlers.handleAll({
    register: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const signIn = yield* SignIn
      const device = deviceOf(request)
      yield* limits.consume("registrations", device.ip)
      const signedIn = yield* signIn.register(payload, device).pipe(
        Effect.catchTags({
          EmailTaken: () => Effect.fail(new Conflict({ code: "EMAIL_TAKEN" })),
          CommonPassword: () => Effect.fail(weakPassword()),
          IdentityUnavailable: () => Effect.fail(unavailable()),
          ReadsUnavailable: () => Effect.fail(unavailable()),
          OutcomeUnknown: () => Effect.fail(unavailable()),
          AccountQuarantined: () => Effect.fail(unavailable()),
          CommandIdReused: () => Effect.fail(unavailable()),
          HashingBusy: () => Effect.fail(busy())
        })
      )
      return yield* enter(request, signedIn)
    }),
    login: Effect.fnUntraced(function* ({ payload, request }) {
      const limits = yield* RateLimits
      const signIn = yield* SignIn
      const device = deviceOf(request)
      const address = emailKey(payload.email)
      yield* limits.consume("logins", device.ip)
      yield* limits.require("failedLogins", address)
      const signedIn = yield* signIn.login(payload.email, payload.password, device).pipe(
        Effect.tapError((error) =>
          error._tag === "InvalidCredentials" ? Effect.ignore(limits.consume("failedLogins", address)) : Effect.void
        ),
        Effect.catchTags({
          InvalidCredentials: () => Effect.fail(new Unauthenticated({ code: "INVALID_CREDENTIALS" })),
          IdentityUnavailable: () => Effect.fail(unavailable()),
          ReadsUnavailable: () => Effect.fail(unavailable()),
          OutcomeUnknown: () => Effect.fail(unavailable()),
          AccountQuarantined: () => Effect.fail(unavailable()),
          CommandIdReused: () => Effect.fail(unavailable()),
          HashingBusy: () => Effect.fail(busy())
        })
      )
      return yield* enter(request, signedIn)
    }),
    logout: Effect.fnUntraced(function* () {
      const sessions = yield* ActiveSessions
      const { sessionKey } = yield* CurrentUser
      yield* sessions.end(sessionKey).pipe(Effect.mapError(unavailable))
      yield* HttpEffect.appendPreResponseHandler((_request, response) =>
        Effect.orDie(HttpServerResponse.expireCookie(response, SESSION_COOKIE, COOKIE))
      )
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
      return signedInUser(user, accountIds, session.expiresAt)
    })
  })
)
