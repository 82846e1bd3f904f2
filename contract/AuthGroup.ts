/** AuthGroup: registering, signing in and out, and who is signed in. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Role, Session } from "#contract/Access.ts"
import { Conflict, ServiceUnavailable, TooManyRequests, Unauthenticated } from "#contract/Problem.ts"
import { AccountId, Instant, plainText } from "#contract/Wire.ts"

/** Longest password that is hashed: long enough for any passphrase, short enough to be no burden. */
export const PASSWORD_LENGTH_MAX = 256
export const PASSWORD_LENGTH_MIN = 15

const Email = Schema.String.check(
  Schema.isMaxLength(254),
  Schema.isPattern(/^[^\s@"<>,;\p{Cc}\p{Cs}]{1,64}@[^\s@"<>,;\p{Cc}\p{Cs}]{1,190}\.[^\s@."<>,;\p{Cc}\p{Cs}]{2,63}$/u, {
    expected: "an e-mail address"
  })
).annotate({
  description: "An e-mail address",
  examples: ["trader@example.com"]
})
/** Any characters; what a password must have is judged at registration, not at login. */
const Password = plainText(1, PASSWORD_LENGTH_MAX)

export const RegisterRequest = Schema.Struct({
  email: Email,
  password: plainText(PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX).annotate({
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

export const SignedInUser = Schema.Struct({
  userId: Schema.String,
  email: Schema.String,
  name: Schema.NullOr(Schema.String),
  role: Role,
  accountIds: Schema.Array(AccountId),
  /** When this session ends, however busy it is. */
  sessionExpiresAt: Instant
}).annotate({ identifier: "SignedInUser" })
export interface SignedInUser extends Schema.Schema.Type<typeof SignedInUser> {}

export class AuthGroup extends HttpApiGroup.make("auth")
  .add(
    HttpApiEndpoint.post("register", "/auth/register", {
      payload: RegisterRequest,
      success: SignedInUser.pipe(HttpApiSchema.status(201)),
      error: [Conflict, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Register and sign in",
        description: "Makes a client with a first trading account, and starts a session: the answer sets the session cookie."
      })
    ),
    HttpApiEndpoint.post("login", "/auth/login", {
      payload: LoginRequest,
      success: SignedInUser,
      error: [Unauthenticated, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Sign in",
        description: "Sets the session cookie. A wrong password and an unknown address get the same answer in the same time."
      })
    ),
    HttpApiEndpoint.post("logout", "/auth/logout", { error: ServiceUnavailable })
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
