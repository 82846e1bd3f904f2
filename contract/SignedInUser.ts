/** SignedInUser: who is signed in, and for how long. */
import { Schema } from "effect"
import { Role } from "#contract/Role.ts"
import { AccountId, Instant, plainText } from "#contract/Wire.ts"

export const SignedInUser = Schema.Struct({
  userId: Schema.String,
  email: Schema.String,
  name: Schema.NullOr(Schema.String),
  role: Role,
  accountIds: Schema.Array(AccountId),
  /** Accounts of this installation hold play money. */
  demo: Schema.Boolean,
  emailVerified: Schema.Boolean,
  twoFactor: Schema.Boolean,
  /** Until then the session cookie is good; `POST /auth/refresh` brings the next. */
  accessExpiresAt: Instant,
  /** When this session ends, however busy it is. */
  sessionExpiresAt: Instant,
  /** Who looks on as this user, and why; null for the user themselves. */
  impersonation: Schema.NullOr(
    Schema.Struct({
      adminId: plainText(1, 128).annotate({ description: "As the CRM names them" }),
      reason: plainText(1, 500),
      trading: Schema.Boolean.annotate({ description: "They may trade for the client" })
    })
  )
}).annotate({ identifier: "SignedInUser" })
export interface SignedInUser extends Schema.Schema.Type<typeof SignedInUser> {}
