/** ProfileApi: what the signed-in user does about their own sign-in. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { NotFound } from "#contract/Problem.ts"
import type { SessionView } from "#contract/ProfileViews.ts"
import type { SessionListing } from "#db/Sessions.ts"
import { emailKey } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { Credentials } from "#server/auth/Credentials.ts"
import { deviceName } from "#server/auth/deviceName.ts"
import { GuessLimit } from "#server/auth/GuessLimit.ts"
import { TwoFactor } from "#server/auth/TwoFactor.ts"
import { deviceOf } from "#server/api/AuthApi.ts"
import { hashingHandlers, twoFactorState, weakPassword, wrongCode, wrongPassword } from "#server/api/identityProblems.ts"
import { unavailable } from "#server/api/refusals.ts"
import { expireSessionCookies, sessionTimes, setSessionCookies } from "#server/api/sessionCookies.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

export const sessionView = (session: SessionListing, currentKey?: string): SessionView => ({
  sessionId: session.sessionKey,
  current: session.sessionKey === currentKey,
  createdAt: session.createdAt,
  lastUsedAt: session.lastUsedAt,
  expiresAt: session.expiresAt,
  ip: session.ip,
  device: deviceName(session.userAgent),
  userAgent: session.userAgent,
  impersonated: session.impersonated
})

/** Guesses at the password and the code of a session that was left open are as limited as at the sign-in. */
const guarded = <A, E, R>(effect: Effect.Effect<A, E, R>, isGuess: (error: E) => boolean) =>
  Effect.gen(function* () {
    const { email } = yield* CurrentUser
    return yield* (yield* GuessLimit).guard(emailKey(email), effect, isGuess)
  })

const isGuess = ({ _tag }: { readonly _tag: string }): boolean => _tag === "WrongPassword" || _tag === "WrongCode"

/** Password and code, both. */
const proveFully = Effect.fnUntraced(function* (password: string, code: string) {
  const { userId } = yield* CurrentUser
  const user = yield* (yield* Credentials).prove(userId, password)
  yield* (yield* TwoFactor).prove(userId, code)
  return user
})

const proofHandlers = {
  WrongPassword: () => Effect.fail(wrongPassword()),
  WrongCode: () => Effect.fail(wrongCode()),
  TwoFactorState: (state: { readonly enabled: boolean }) => Effect.fail(twoFactorState(state)),
  ...hashingHandlers
}

export const ProfileApi = HttpApiBuilder.group(Api, "profile", (handlers) =>
  handlers.handleAll({
    sessions: Effect.fnUntraced(function* () {
      const { sessionKey, userId } = yield* CurrentUser
      const sessions = yield* ActiveSessions
      const listed = yield* sessions.listOf(userId).pipe(Effect.mapError(unavailable))
      return { sessions: listed.map((session) => sessionView(session, sessionKey)) }
    }),
    endSession: Effect.fnUntraced(function* ({ params: { sessionId } }) {
      const { sessionKey, userId } = yield* CurrentUser
      const sessions = yield* ActiveSessions
      yield* note({ subject: `session:${sessionId}` })
      if (!(yield* sessions.end(sessionId, userId).pipe(Effect.mapError(unavailable)))) {
        return yield* new NotFound({ code: "SESSION_NOT_FOUND" })
      }
      if (sessionId === sessionKey) yield* expireSessionCookies
    }),
    logoutEverywhere: Effect.fnUntraced(function* () {
      const { userId } = yield* CurrentUser
      const sessions = yield* ActiveSessions
      yield* sessions.endAllOf(userId, "signedOut").pipe(Effect.mapError(unavailable))
      yield* expireSessionCookies
    }),
    changePassword: Effect.fnUntraced(function* ({ payload, request }) {
      const { userId } = yield* CurrentUser
      const credentials = yield* Credentials
      const change = credentials.changePassword(userId, payload.currentPassword, payload.newPassword, deviceOf(request))
      const ids = yield* guarded(change, isGuess).pipe(
        Effect.catchTags({
          WrongPassword: () => Effect.fail(wrongPassword()),
          WeakPassword: ({ detail }) => Effect.fail(weakPassword("/newPassword", detail)),
          ...hashingHandlers
        })
      )
      yield* setSessionCookies(ids)
      return sessionTimes(ids)
    }),
    changeEmail: Effect.fnUntraced(function* ({ payload }) {
      const { email, userId } = yield* CurrentUser
      const limits = yield* RateLimits
      const credentials = yield* Credentials
      yield* limits.consume("mails", emailKey(email))
      yield* note({ before: { email }, after: { email: payload.email } })
      yield* guarded(credentials.askForEmailChange(userId, payload.password, payload.email), isGuess).pipe(
        Effect.catchTags({ WrongPassword: () => Effect.fail(wrongPassword()), ...hashingHandlers })
      )
    }),
    resendVerification: Effect.fnUntraced(function* () {
      const { email, userId } = yield* CurrentUser
      const limits = yield* RateLimits
      const credentials = yield* Credentials
      yield* limits.consume("mails", emailKey(email))
      yield* credentials.askForVerification(userId).pipe(Effect.mapError(unavailable))
    }),
    twoFactor: Effect.fnUntraced(function* () {
      const { userId } = yield* CurrentUser
      return yield* (yield* TwoFactor).state(userId).pipe(Effect.mapError(unavailable))
    }),
    setUpTwoFactor: Effect.fnUntraced(function* ({ payload }) {
      const { userId } = yield* CurrentUser
      const credentials = yield* Credentials
      const twoFactor = yield* TwoFactor
      const setUp = Effect.flatMap(credentials.prove(userId, payload.password), ({ email }) => twoFactor.setUp(userId, email))
      return yield* guarded(setUp, isGuess).pipe(
        Effect.catchTags({
          WrongPassword: () => Effect.fail(wrongPassword()),
          TwoFactorState: (state) => Effect.fail(twoFactorState(state)),
          ...hashingHandlers
        })
      )
    }),
    confirmTwoFactor: Effect.fnUntraced(function* ({ payload }) {
      const { email, userId } = yield* CurrentUser
      const credentials = yield* Credentials
      const twoFactor = yield* TwoFactor
      const backupCodes = yield* guarded(twoFactor.confirm(userId, payload.code), isGuess).pipe(
        Effect.catchTags({
          WrongCode: () => Effect.fail(wrongCode()),
          TwoFactorState: (state) => Effect.fail(twoFactorState(state)),
          IdentityUnavailable: () => Effect.fail(unavailable())
        })
      )
      yield* credentials.notify({ email }, "twoFactorOn")
      return { backupCodes }
    }),
    renewBackupCodes: Effect.fnUntraced(function* ({ payload }) {
      const { userId } = yield* CurrentUser
      const twoFactor = yield* TwoFactor
      yield* guarded(proveFully(payload.password, payload.code), isGuess).pipe(Effect.catchTags(proofHandlers))
      return { backupCodes: yield* twoFactor.renewBackupCodes(userId).pipe(Effect.mapError(unavailable)) }
    }),
    disableTwoFactor: Effect.fnUntraced(function* ({ payload }) {
      const { userId } = yield* CurrentUser
      const credentials = yield* Credentials
      const twoFactor = yield* TwoFactor
      yield* credentials
        .mayStandAlone(payload.password)
        .pipe(
          Effect.mapError(({ detail }) => weakPassword("/password", `${detail} for signing in without a code: change the password first`))
        )
      const user = yield* guarded(proveFully(payload.password, payload.code), isGuess).pipe(Effect.catchTags(proofHandlers))
      yield* twoFactor.turnOff(userId).pipe(Effect.mapError(unavailable))
      yield* credentials.notify(user, "twoFactorOff")
    })
  })
)
