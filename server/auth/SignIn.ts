/** SignIn: registering, and signing in with one step or two. */
import type { AccountFailure } from "#actors/account/AccountProtocol.ts"
import type { RegisterRequest } from "#contract/AuthGroup.ts"
import { AccountReads, type ReadsUnavailable } from "#db/AccountReads.ts"
import type { SignInOver } from "#db/Sessions.ts"
import { Users, type EmailTaken, type IdentityUnavailable, type UserRecord } from "#db/Users.ts"
import { ActiveSessions, type SessionIds } from "#server/auth/ActiveSessions.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { FirstAccount } from "#server/auth/FirstAccount.ts"
import { isCommonPassword } from "#server/auth/isCommonPassword.ts"
import { PasswordHashes, type HashingBusy } from "#server/auth/PasswordHashes.ts"
import { TwoFactor, type ChallengeOver, type WrongCode } from "#server/auth/TwoFactor.ts"
import { AppConfig } from "#server/Config.ts"
import { Mailer } from "#server/mail/Mailer.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { randomUUID } from "node:crypto"

/** Unknown address, wrong password, unconfirmed, blocked or locked: one answer for all. */
export class InvalidCredentials extends Schema.TaggedError<InvalidCredentials>()("InvalidCredentials", {}) {}
export class CommonPassword extends Schema.TaggedError<CommonPassword>()("CommonPassword", {}) {}
/** The password was right; a code finishes the sign-in. */
export class SecondFactorNeeded extends Schema.TaggedError<SecondFactorNeeded>()("SecondFactorNeeded", {
  userId: Schema.String,
  challenge: Schema.String,
  expiresAt: Schema.Int
}) {}
/** The answer to every registration while addresses must be confirmed. */
export class ConfirmationMailed extends Schema.TaggedError<ConfirmationMailed>()("ConfirmationMailed", {}) {}

/**
 * Wrong passwords and codes in a row after which none is right, until the lock has passed. NIST SP 800-63B-4 allows a hundred; as many as
 * GuessLimit lets through at once may be under way when the last of these is counted.
 */
export const FAILED_LOGINS_MAX = 90
export const LOGIN_LOCK_MILLIS = 24 * 60 * 60 * 1000

export interface Device {
  readonly ip: string
  readonly userAgent: string
}
export interface SignedIn {
  readonly user: UserRecord
  readonly accountIds: ReadonlyArray<string>
  readonly ids: SessionIds
}
type Unavailable = IdentityUnavailable | ReadsUnavailable | AccountFailure | HashingBusy

export const isLocked = (user: UserRecord, now: number): boolean =>
  user.failedLogins >= FAILED_LOGINS_MAX && now - user.lastFailedAt < LOGIN_LOCK_MILLIS

export class SignIn extends Context.Service<
  SignIn,
  {
    readonly register: (
      request: typeof RegisterRequest.Type,
      device: Device
    ) => Effect.Effect<SignedIn, EmailTaken | CommonPassword | ConfirmationMailed | SignInOver | Unavailable>
    readonly login: (
      email: string,
      password: string,
      device: Device
    ) => Effect.Effect<SignedIn, InvalidCredentials | SecondFactorNeeded | Unavailable>
    /** The second step of a login. */
    readonly answer: (
      challenge: string,
      code: string,
      device: Device
    ) => Effect.Effect<SignedIn, WrongCode | ChallengeOver | InvalidCredentials | Unavailable>
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
      const twoFactor = yield* TwoFactor
      const tokens = yield* EmailTokens
      const mailer = yield* Mailer
      const { emailVerification, publicOrigin } = yield* AppConfig

      const accountIdsOf = (userId: string) =>
        Effect.map(reads.accountsOfClient(userId), (accounts) => accounts.map((account) => account.accountId))

      /** Also finishes a registration that was cut off between the user and their account. */
      const enter = Effect.fn("SignIn.enter")(function* (user: UserRecord, device: Device) {
        if (user.failedLogins > 0) yield* users.loginSucceeded(user.userId)
        const known = yield* accountIdsOf(user.userId)
        const first = user.firstAccountId
        if (first !== undefined && !known.includes(first)) yield* firstAccount.open(user.userId, first)
        const ids = yield* sessions.open({ userId: user.userId, sessionsEnded: user.sessionsEnded, ...device })
        const accountIds = first === undefined || known.includes(first) ? known : [...known, first]
        return { user, accountIds, ids }
      })

      const mailConfirmation = (user: UserRecord) => tokens.mail({ userId: user.userId, purpose: "verifyEmail", email: user.email })

      /** Tells the owner of the address alone that it is taken. */
      const insertUnseen = Effect.fnUntraced(function* (user: UserRecord) {
        const inserted = yield* users.insert(user).pipe(
          Effect.as(true),
          Effect.catchTag("EmailTaken", () => Effect.succeed(false))
        )
        const told = inserted
          ? mailConfirmation(user)
          : mailer.send({ to: user.email, template: "alreadyRegistered", parameters: { email: user.email, link: `${publicOrigin}/` } })
        // not waited for: both answers take the same time
        yield* Effect.forkDetach(Effect.ignore(told))
        return yield* new ConfirmationMailed()
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
          externalId: undefined,
          createdAt: yield* Clock.currentTimeMillis,
          emailVerifiedAt: undefined,
          blockedAt: undefined,
          twoFactor: false,
          sessionsEnded: 0
        }
        if (emailVerification) return yield* insertUnseen(user)
        yield* users.insert(user)
        yield* Effect.forkDetach(Effect.ignore(mailConfirmation(user)))
        return yield* enter(user, device)
      })

      /** What was right when it was looked at no longer is. */
      const enterStill = (user: UserRecord, device: Device) =>
        Effect.catchTag(enter(user, device), "SignInOver", () => Effect.fail(new InvalidCredentials()))

      /** Whether they may, whatever they know. */
      const mayEnter = (user: UserRecord, now: number): boolean =>
        user.blockedAt === undefined && !isLocked(user, now) && (!emailVerification || user.emailVerifiedAt !== undefined)

      const login = Effect.fn("SignIn.login")(function* (email: string, password: string, device: Device) {
        const user = yield* users.byEmail(email)
        const right = yield* passwords.verify(user?.passwordHash, password)
        const now = yield* Clock.currentTimeMillis
        if (user === undefined || !right || !mayEnter(user, now)) {
          // not waited for: the answer to an unknown address must not be quicker by one write
          if (user !== undefined && !right) yield* Effect.forkDetach(Effect.ignore(users.loginFailed(user.userId, now)))
          return yield* new InvalidCredentials()
        }
        if (passwords.isOutdated(user.passwordHash))
          yield* users.renewPasswordHash(user.userId, user.passwordHash, yield* passwords.hash(password))
        if (!user.twoFactor) return yield* enterStill(user, device)
        return yield* new SecondFactorNeeded({ userId: user.userId, ...(yield* twoFactor.challenge(user)) })
      })

      const answer = Effect.fn("SignIn.answer")(function* (challenge: string, code: string, device: Device) {
        const { sessionsEnded, userId } = yield* twoFactor
          .answer(challenge, code)
          .pipe(
            Effect.tapError((error) =>
              error._tag === "WrongCode"
                ? Effect.flatMap(Clock.currentTimeMillis, (now) => users.loginFailed(error.userId, now))
                : Effect.void
            )
          )
        const user = yield* users.byId(userId)
        if (user === undefined || !mayEnter(user, yield* Clock.currentTimeMillis)) return yield* new InvalidCredentials()
        return yield* enterStill({ ...user, sessionsEnded }, device)
      })

      return SignIn.of({ register, login, answer, accountIdsOf })
    })
  )
}
