/** Credentials: what users do about their own password and address, signed in or by a mailed link. */
import { PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR, passwordLength } from "#contract/passwordLength.ts"
import { Users, type EmailTaken, type IdentityUnavailable, type UserRecord } from "#db/Users.ts"
import { ActiveSessions, type SessionIds } from "#server/auth/ActiveSessions.ts"
import { EmailTokens } from "#server/auth/EmailTokens.ts"
import { isCommonPassword } from "#server/auth/isCommonPassword.ts"
import { PasswordHashes, type HashingBusy } from "#server/auth/PasswordHashes.ts"
import { isLocked, type Device } from "#server/auth/SignIn.ts"
import { AppConfig } from "#server/Config.ts"
import { Mailer, type MailTemplate } from "#server/mail/Mailer.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"

export class WrongPassword extends Schema.TaggedError<WrongPassword>()("WrongPassword", {}) {}
export class WeakPassword extends Schema.TaggedError<WeakPassword>()("WeakPassword", { detail: Schema.String }) {}
export class LinkOver extends Schema.TaggedError<LinkOver>()("LinkOver", {}) {}

type Unavailable = IdentityUnavailable | HashingBusy

export class Credentials extends Context.Service<
  Credentials,
  {
    /** Fails unless it is the user's password; counts as a failed sign-in then. */
    readonly prove: (userId: string, password: string) => Effect.Effect<UserRecord, WrongPassword | Unavailable>
    /** Fails when the password is too short for who signs in without a second factor. */
    readonly mayStandAlone: (password: string) => Effect.Effect<void, WeakPassword>
    /** Ends every session and opens a new one. */
    readonly changePassword: (
      userId: string,
      current: string,
      next: string,
      device: Device
    ) => Effect.Effect<SessionIds, WrongPassword | WeakPassword | Unavailable>
    /** Returns at once, whether the address is known or not. */
    readonly askForReset: (email: string) => Effect.Effect<void>
    /** Answers whose password it was. */
    readonly reset: (token: string, password: string) => Effect.Effect<string, LinkOver | WeakPassword | Unavailable>
    readonly askForVerification: (userId: string) => Effect.Effect<void, IdentityUnavailable>
    readonly askForEmailChange: (userId: string, password: string, email: string) => Effect.Effect<void, WrongPassword | Unavailable>
    /** Answers whose address it was. */
    readonly verifyEmail: (token: string) => Effect.Effect<string, LinkOver | EmailTaken | IdentityUnavailable>
    /** A mail about what was done to the user's sign-in. */
    readonly notify: (
      user: Pick<UserRecord, "email">,
      template: MailTemplate,
      more?: Readonly<Record<string, string>>
    ) => Effect.Effect<void>
  }
>()("server/auth/Credentials") {
  static readonly layer = Layer.effect(
    Credentials,
    Effect.gen(function* () {
      const users = yield* Users
      const sessions = yield* ActiveSessions
      const passwords = yield* PasswordHashes
      const tokens = yield* EmailTokens
      const mailer = yield* Mailer
      const { publicOrigin } = yield* AppConfig

      const notify = (user: Pick<UserRecord, "email">, template: MailTemplate, more: Readonly<Record<string, string>> = {}) =>
        mailer.send({ to: user.email, template, parameters: { email: user.email, link: `${publicOrigin}/`, ...more } })

      const mayStandAlone = (password: string) =>
        passwordLength(password) >= PASSWORD_LENGTH_MIN
          ? Effect.void
          : Effect.fail(new WeakPassword({ detail: `Expected at least ${PASSWORD_LENGTH_MIN} characters` }))

      const judge = Effect.fnUntraced(function* (user: UserRecord, password: string) {
        if (!user.twoFactor) yield* mayStandAlone(password)
        if (passwordLength(password) < PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR || isCommonPassword(password, user.email, user.name))
          return yield* new WeakPassword({ detail: "This password is one that guessers try first" })
      })

      const prove = Effect.fn("Credentials.prove")(function* (userId: string, password: string) {
        const user = yield* users.byId(userId)
        const right = yield* passwords.verify(user?.passwordHash, password)
        const now = yield* Clock.currentTimeMillis
        if (user !== undefined && right && !isLocked(user, now)) return user
        if (!right) yield* users.loginFailed(userId, now)
        return yield* new WrongPassword()
      })

      /** Whoever was signed in, or had a link, with the old password is so no more. Answers how often all sessions were ended now. */
      const replacePassword = Effect.fnUntraced(function* (user: UserRecord, password: string) {
        const { sessionsEnded } = yield* sessions.replacePassword(user.userId, yield* passwords.hash(password))
        yield* notify(user, "passwordChanged")
        return sessionsEnded
      })

      const changePassword = Effect.fn("Credentials.changePassword")(function* (
        userId: string,
        current: string,
        next: string,
        device: Device
      ) {
        const user = yield* prove(userId, current)
        yield* judge(user, next)
        const sessionsEnded = yield* replacePassword(user, next)
        // blocked, or changed once more, in the same moment: this password is none any longer
        return yield* sessions
          .open({ userId, sessionsEnded, ...device })
          .pipe(Effect.catchTag("SignInOver", () => Effect.fail(new WrongPassword())))
      })

      const mailReset = Effect.fnUntraced(function* (email: string) {
        const user = yield* users.byEmail(email)
        if (user === undefined || user.blockedAt !== undefined) return
        yield* tokens.mail({ userId: user.userId, purpose: "resetPassword", email: user.email })
      })

      const reset = Effect.fn("Credentials.reset")(function* (token: string, password: string) {
        const link = yield* tokens.find(token, "resetPassword")
        const user = link && (yield* users.byId(link.userId))
        if (user === undefined || user.blockedAt !== undefined) return yield* new LinkOver()
        yield* judge(user, password)
        const taken = yield* tokens.take(token, ["resetPassword"])
        if (taken === undefined || taken.email !== user.email) return yield* new LinkOver()
        yield* replacePassword(user, password)
        yield* users.loginSucceeded(user.userId)
        // the link was mailed to the address, and was opened
        if (user.emailVerifiedAt === undefined) {
          const now = yield* Clock.currentTimeMillis
          yield* users.setVerifiedEmail(user.userId, user.email, now).pipe(Effect.catchTag("EmailTaken", Effect.die))
        }
        return user.userId
      })

      const askForVerification = Effect.fn("Credentials.askForVerification")(function* (userId: string) {
        const user = yield* users.byId(userId)
        if (user === undefined || user.emailVerifiedAt !== undefined) return
        yield* tokens.mail({ userId, purpose: "verifyEmail", email: user.email })
      })

      const askForEmailChange = Effect.fn("Credentials.askForEmailChange")(function* (userId: string, password: string, email: string) {
        const user = yield* prove(userId, password)
        yield* tokens.mail({ userId, purpose: "changeEmail", email })
        yield* notify(user, "emailChangeAsked", { newEmail: email })
      })

      const verifyEmail = Effect.fn("Credentials.verifyEmail")(function* (token: string) {
        const link = yield* tokens.take(token, ["verifyEmail", "changeEmail"])
        if (link === undefined) return yield* new LinkOver()
        yield* users.setVerifiedEmail(link.userId, link.email, yield* Clock.currentTimeMillis)
        // links that were mailed to the address of before
        yield* tokens.revokeAllOf(link.userId)
        return link.userId
      })

      return Credentials.of({
        prove,
        mayStandAlone,
        changePassword,
        askForReset: (email) => Effect.asVoid(Effect.forkDetach(Effect.ignore(mailReset(email)))),
        reset,
        askForVerification,
        askForEmailChange,
        verifyEmail,
        notify
      })
    })
  )
}
