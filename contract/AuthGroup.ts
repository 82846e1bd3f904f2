/** AuthGroup: registering, signing in and out, links from mails, and who is signed in. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { OpenToImpersonation, Session } from "#contract/Access.ts"
import {
  Conflict,
  EmailUnverified,
  LinkInvalid,
  SecondFactorRequired,
  ServiceUnavailable,
  TooManyRequests,
  Unauthenticated,
  ValidationFailed
} from "#contract/Problem.ts"
import {
  PASSWORD_LENGTH_MAX,
  PASSWORD_LENGTH_MIN,
  PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR,
  passwordLength
} from "#contract/passwordLength.ts"
import { SignedInUser } from "#contract/SignedInUser.ts"
import { Instant, plainText } from "#contract/Wire.ts"

export const Email = Schema.String.check(
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@"<>,;\p{Cc}\p{Cs}]{1,64}@[^\s@"<>,;\p{Cc}\p{Cs}]{1,190}\.[^\s@."<>,;\p{Cc}\p{Cs}]{2,63}$/u, {
    expected: "an e-mail address"
  })
).annotate({
  description: "An e-mail address",
  examples: ["trader@example.com"]
})
/** Any characters; what a password must have is judged when it is chosen, not at login. */
export const Password = plainText(1, PASSWORD_LENGTH_MAX)
const chosenPassword = (lengthMin: number) =>
  plainText(
    lengthMin,
    PASSWORD_LENGTH_MAX,
    Schema.String.check(
      Schema.makeFilter((password: string) => passwordLength(password) >= lengthMin, { expected: `at least ${lengthMin} characters` })
    )
  )
export const NewPassword = chosenPassword(PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR).annotate({
  description: `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters of any kind, from ${PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR} on with two-factor sign-in; well-known passwords are refused`
})
/** Six digits of an authenticator app, or a backup code; spaces and dashes do not matter. */
export const SecondFactorCode = plainText(6, 32).annotate({
  description: "Six digits of the authenticator app, or a backup code",
  examples: ["123456", "ABCDE-23456"]
})
const Opaque = Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{43}$/u, { expected: "43 characters of base64url" }))

export const RegisterRequest = Schema.Struct({
  email: Email,
  password: chosenPassword(PASSWORD_LENGTH_MIN).annotate({
    description: `${PASSWORD_LENGTH_MIN} to ${PASSWORD_LENGTH_MAX} characters of any kind; well-known passwords are refused`
  }),
  name: Schema.optionalKey(plainText(1, 100))
}).annotate({
  identifier: "Register",
  examples: [{ email: "trader@example.com", password: "correct horse battery staple", name: "Ada Trader" }]
})
export const LoginRequest = Schema.Struct({ email: Email, password: Password }).annotate({
  identifier: "Login",
  examples: [{ email: "trader@example.com", password: "correct horse battery staple" }]
})

export const SessionTimes = Schema.Struct({
  /** Refresh before this. */
  accessExpiresAt: Instant,
  /** When this session ends, however busy it is. */
  sessionExpiresAt: Instant
}).annotate({ identifier: "SessionTimes" })

const ResetPasswordRequest = Schema.Struct({ token: Opaque, password: NewPassword }).annotate({
  identifier: "ResetPassword",
  examples: [{ token: "A".repeat(43), password: "correct horse battery staple" }]
})
const SecondFactorRequest = Schema.Struct({ challenge: Opaque, code: SecondFactorCode }).annotate({
  identifier: "SecondFactor",
  examples: [{ challenge: "A".repeat(43), code: "123456" }]
})
const EmailToken = Schema.Struct({ token: Opaque }).annotate({ identifier: "EmailToken", examples: [{ token: "A".repeat(43) }] })
const EmailAddress = Schema.Struct({ email: Email }).annotate({ identifier: "EmailAddress", examples: [{ email: "trader@example.com" }] })

export class AuthGroup extends HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("register", "/auth/register", {
      payload: RegisterRequest,
      success: SignedInUser.pipe(HttpApiSchema.status(201)),
      error: [Conflict, EmailUnverified, ValidationFailed, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Register and sign in",
        description:
          "Makes a client with a first trading account, and starts a session: the answer sets the session cookies. Where addresses must be " +
          "confirmed first (EMAIL_VERIFICATION), every registration is answered with EMAIL_UNVERIFIED and a mail instead."
      })
    ),
    HttpApiEndpoint.post("login", "/auth/login", {
      payload: LoginRequest,
      success: SignedInUser,
      error: [Unauthenticated, SecondFactorRequired, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Sign in",
        description:
          "Sets the session cookies. Unknown address, wrong password, unconfirmed, blocked: one answer in the same time. With two-factor " +
          "sign-in the answer is SECOND_FACTOR_REQUIRED with a challenge for the second step."
      })
    ),
    HttpApiEndpoint.post("loginSecondFactor", "/auth/login/second-factor", {
      payload: SecondFactorRequest,
      success: SignedInUser,
      error: [Unauthenticated, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Sign in, second step",
        description: "INVALID_CODE may be tried again; after CHALLENGE_OVER (five minutes, or six wrong codes) the password is asked again."
      })
    ),
    HttpApiEndpoint.post("refresh", "/auth/refresh", {
      success: SessionTimes,
      error: [Unauthenticated, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Go on with the session",
        description:
          "Exchanges the refresh cookie for new session cookies. A repetition within ten seconds gets the same ones; one that comes later " +
          "ends the session, because somebody else has the cookie."
      })
    ),
    HttpApiEndpoint.post("verifyEmail", "/auth/verify-email", {
      payload: EmailToken,
      error: [LinkInvalid, Conflict, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({ summary: "Confirm an address", description: "The token of a mailed link: a first address, or a new one." })
    ),
    HttpApiEndpoint.post("forgotPassword", "/auth/forgot-password", {
      payload: EmailAddress,
      error: [TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Ask for a link to choose a new password",
        description: "The same answer in the same time whether the address is known or not."
      })
    ),
    HttpApiEndpoint.post("resetPassword", "/auth/reset-password", {
      payload: ResetPasswordRequest,
      error: [LinkInvalid, ValidationFailed, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Choose a new password with a mailed link",
        description: "Ends every session of the user. Two-factor sign-in stays on."
      })
    ),
    HttpApiEndpoint.post("logout", "/auth/logout", { error: ServiceUnavailable })
      .annotate(OpenToImpersonation, "always")
      .middleware(Session)
      .annotateMerge(OpenApi.annotations({ summary: "Sign out", description: "Ends this session and its streams." })),
    HttpApiEndpoint.get("me", "/auth/me", { success: SignedInUser, error: ServiceUnavailable })
      .middleware(Session)
      .annotateMerge(OpenApi.annotations({ summary: "Who is signed in", description: "The user, their role and their trading accounts." }))
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Sign-in",
      description: "Sessions live in an HttpOnly cookie; nothing else has to be kept by the client."
    })
  ) {}
