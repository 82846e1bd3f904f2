/** UsersGroup: what staff do about the people who sign in. Every change needs a reason, which the audit trail keeps. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { Role, STAFF } from "#contract/Role.ts"
import { Conflict, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { SessionView } from "#contract/ProfileViews.ts"
import { Instant, NextCursor, pageQuery, plainText } from "#contract/Wire.ts"

export const UserId = plainText(1, 64)
  .check(Schema.isPattern(/^[\w-]+$/u, { expected: "a user id" }))
  .annotate({ description: "A person who can sign in", examples: ["6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77"] })

export const UserView = Schema.Struct({
  userId: UserId,
  email: Schema.String,
  name: Schema.NullOr(Schema.String),
  role: Role,
  emailVerified: Schema.Boolean,
  twoFactor: Schema.Boolean,
  /** Null while not blocked. */
  blockedAt: Schema.NullOr(Instant),
  createdAt: Instant
}).annotate({ identifier: "User" })
export interface UserView extends Schema.Schema.Type<typeof UserView> {}

export const Reason = plainText(1, 500).annotate({ description: "Why; kept in the audit trail" })
const StaffAct = Schema.Struct({ reason: Reason }).annotate({
  identifier: "StaffAct",
  examples: [{ reason: "Asked for by phone, ticket 4711" }]
})
const RoleChange = Schema.Struct({ role: Role, reason: Reason }).annotate({
  identifier: "RoleChange",
  examples: [{ role: "support", reason: "Joined the desk" }]
})

const params = { userId: UserId }
const errors = [NotFound, Conflict, ServiceUnavailable] as const

export class UsersGroup extends HttpApiGroup.make("users")
  .add(
    HttpApiEndpoint.get("users", "/admin/users", {
      query: { ...pageQuery, email: Schema.optionalKey(plainText(1, 254).annotate({ description: "Part of an address" })) },
      success: Schema.Struct({ users: Schema.Array(UserView), nextCursor: NextCursor }),
      error: ServiceUnavailable
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "People who can sign in, newest first" })),
    HttpApiEndpoint.get("userSessions", "/admin/users/:userId/sessions", {
      params,
      success: Schema.Struct({ sessions: Schema.Array(SessionView) }),
      error: [NotFound, ServiceUnavailable]
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Where a user is signed in" })),
    HttpApiEndpoint.post("forceLogout", "/admin/users/:userId/logout", { params, payload: StaffAct, error: errors })
      .annotate(AllowedRoles, ["support", "risk", "admin"])
      .annotateMerge(
        OpenApi.annotations({
          summary: "Sign a user out everywhere",
          description: "Requests and streams end within a second on every node."
        })
      ),
    HttpApiEndpoint.post("blockUser", "/admin/users/:userId/block", { params, payload: StaffAct, error: errors })
      .annotate(AllowedRoles, ["risk", "admin"])
      .annotateMerge(
        OpenApi.annotations({ summary: "Block a user", description: "Signs them out everywhere; they cannot sign in again." })
      ),
    HttpApiEndpoint.post("unblockUser", "/admin/users/:userId/unblock", { params, payload: StaffAct, error: errors })
      .annotate(AllowedRoles, ["risk", "admin"])
      .annotateMerge(OpenApi.annotations({ summary: "Let a blocked user sign in again" })),
    HttpApiEndpoint.post("impersonateUser", "/admin/users/:userId/impersonate", {
      params,
      payload: StaffAct,
      success: Schema.Struct({ url: Schema.String.check(Schema.isMaxLength(6_300)), expiresAt: Instant })
        .annotate({
          identifier: "StaffImpersonationLink",
          examples: [
            {
              url: "https://trade.example.com/sso/consume?token=eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl",
              expiresAt: 1_795_438_942_123
            }
          ]
        })
        .pipe(HttpApiSchema.status(201)),
      error: errors
    })
      .annotate(AllowedRoles, ["support", "admin"])
      .annotateMerge(
        OpenApi.annotations({
          summary: "A link that opens the dashboard as a client",
          description: "Good once and for a minute; opened in the same browser it takes the place of one's own session. For clients alone."
        })
      ),
    HttpApiEndpoint.put("changeRole", "/admin/users/:userId/role", { params, payload: RoleChange, error: errors })
      .annotate(AllowedRoles, ["admin"])
      .annotateMerge(OpenApi.annotations({ summary: "Change a user's role", description: "Signs them out everywhere. Not one's own." }))
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Users", description: "For staff." })) {}
