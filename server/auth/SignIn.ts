/** SignIn: registering, signing in and out. */
import type { AccountFailure } from "#actors/account/AccountProtocol.ts"
import type { RegisterRequest } from "#contract/AuthGroup.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import { Users, type EmailTaken, type IdentityUnavailable, type UserRecord } from "#db/Users.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { isCommonPassword } from "#server/auth/isCommonPassword.ts"
import { PasswordHashes, type HashingBusy } from "#server/auth/PasswordHashes.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { randomUUID } from "node:crypto"

/** Unknown address, wrong password or locked: one answer for all. */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>()("InvalidCredentials", {}) {}
export class CommonPassword extends Schema.TaggedError<CommonPassword>()("CommonPassword", {}) {}

/** Wrong passwords in a row after which no password is right, until the lock has passed. */
export const FAILED_LOGINS_MAX = 100
export const LOGIN_LOCK_MILLIS = 24 * 60 * 60 * 1000

export interface Device {
  readonly ip: string
  readonly userAgent: string
}
export interface SignedIn {
  readonly user: UserRecord
  readonly accountIds: ReadonlyArray<string>
  /** For the cookie. */
  readonly sessionId: string
  readonly expiresAt: number
}
type Unavailable = IdentityUnavailable | ReadsUnavailable | AccountFailure | HashingBusy

export class SignIn extends Context.Service<
  SignIn,
  {
    readonly register: (
      request: typeof RegisterRequest.Type,
      device: Device
    ) => Effect.Effect<SignedIn, EmailTaken | CommonPassword | Unavailable>
    readonly login: (email: string, password: string, device: Device) => Effect.Effect<SignedIn, InvalidCredentials | Unavailable>
    readonly accountIdsOf: (userId: string) => Effect.Effect<ReadonlyArray<string>, ReadsUnavailable>
  }
>()("server/auth/SignIn") {
  static readonly layer = Layer.effect(
    SignIn,
    Effect.gen(function* () {
      const users = yield* Users
      const reads = yield* AccountReads
      const sessions = yield* ActiveSessions
      const passwords = yield* PasswordHashes
      const firstAccount = yield* FirstAccount

      const accountIdsOf = (userId: string) =>
        Effect.map(reads.accountsOfClient(userId), (accounts) => accounts.map((account) => account.accountId))

      /** Also finishes a registration that was cut off between the user and their account. */
      const enter = Effect.fn("SignIn.enter")(function* (user: UserRecord, device: Device) {
        const known = yield* accountIdsOf(user.userId)
        const first = user.firstAccountId
        if (first !== undefined && !known.includes(first)) yield* firstAccount.open(user.userId, first)
        const { expiresAt, id } = yield* sessions.open({ userId: user.userId, ...device })
        const accountIds = first === undefined || known.includes(first) ? known : [...known, first]
        return { user, accountIds, sessionId: id, expiresAt }
      })

      const register = Effect.fn("SignIn.register")(function* (request: typeof RegisterRequest.Type, device: Device) {
        if (isCommonPassword(request.password, request.email, request.name)) return yield* new CommonPassword()
        const user: UserRecord = {
          userId: randomUUID(),
          email: request.email,
          name: request.name,
          role: "client",
          passwordHash: yield* passwords.hash(request.password),
          failedLogins: 0,
          lastFailedAt: 0,
          firstAccountId: yield* reads.nextAccountId,
          createdAt: yield* Clock.currentTimeMillis
        }
        yield* users.insert(user)
        return yield* enter(user, device)
      })

      const login = Effect.fn("SignIn.login")(function* (email: string, password: string, device: Device) {
        const user = yield* users.byEmail(email)
        const right = yield* passwords.verify(user?.passwordHash, password)
        const now = yield* Clock.currentTimeMillis
        const locked = user !== undefined && user.failedLogins >= FAILED_LOGINS_MAX && now - user.lastFailedAt < LOGIN_LOCK_MILLIS
        if (user === undefined || !right || locked) {
          // not waited for: the answer to an unknown address must not be quicker by one write
          if (user !== undefined && !right) yield* Effect.forkDetach(Effect.ignore(users.loginFailed(user.userId, now)))
          return yield* new InvalidCredentials()
        }
        if (user.failedLogins > 0) yield* users.loginSucceeded(user.userId)
        if (passwords.isOutdated(user.passwordHash)) yield* users.setPasswordHash(user.userId, yield* passwords.hash(password))
        return yield* enter(user, device)
      })

      return SignIn.of({ register, login, accountIdsOf })
    })
  )
}
