/** CrmUsersGroup: what the CRM does about clients. Staff do not exist for it: their ids are 404. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { AccountMode } from "#domain/AccountMode.ts"
import { Currency } from "#domain/Instrument.ts"
import { ChangeSettingsRequest, SettingsResult } from "#contract/AdminGroup.ts"
import { Email } from "#contract/AuthGroup.ts"
import { requiresScope, ServiceAccess } from "#contract/CrmAccess.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable, TooManyRequests } from "#contract/Problem.ts"
import { IdempotencyKey } from "#contract/Requests.ts"
import { Reason, UserId } from "#contract/UsersGroup.ts"
import { AccountId, Instant, NextCursor, PAGE_LIMIT_MAX, pageQuery, plainText } from "#contract/Wire.ts"

/** Accounts of one client that are told of, and changed, at once. */
const ACCOUNTS_MAX = 100
const NAME_LENGTH_MAX = 100

export const ExternalId = plainText(1, 128).annotate({
  description: "The user's id in the CRM; of one user at most",
  examples: ["lead-4711"]
})

/** Optional: what can be repeated without harm is repeated without it too. */
export const serviceHeaders = {
  "idempotency-key": Schema.optionalKey(
    IdempotencyKey.annotate({
      description: "Names this request for 30 days: sent again with the same key it has one effect and the same answer",
      examples: ["crm-2026-11-23-0001"]
    })
  )
}

export const CrmUser = Schema.Struct({
  userId: UserId,
  externalId: Schema.NullOr(ExternalId),
  email: Schema.String.check(Schema.isMaxLength(254)),
  name: Schema.NullOr(plainText(1, NAME_LENGTH_MAX)),
  emailVerified: Schema.Boolean,
  twoFactor: Schema.Boolean,
  /** Null while not blocked. */
  blockedAt: Schema.NullOr(Instant),
  createdAt: Instant,
  accountIds: Schema.Array(AccountId).check(Schema.isMaxLength(ACCOUNTS_MAX))
}).annotate({ identifier: "CrmUser" })
export interface CrmUser extends Schema.Schema.Type<typeof CrmUser> {}

const exampleUser = {
  userId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
  externalId: "lead-4711",
  email: "trader@example.com",
  name: "Ada Trader",
  emailVerified: true,
  twoFactor: false,
  blockedAt: null,
  createdAt: 1_795_438_882_123,
  accountIds: ["100001"]
} as const satisfies CrmUser

export const AccountConditions = Schema.Struct({
  currency: Currency,
  mode: AccountMode,
  group: AccountGroup.fields.name,
  leverage: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))
}).annotate({ identifier: "AccountConditions", examples: [{ currency: "USD", mode: "hedging", group: "retail", leverage: 30 }] })

export const PutCrmUserRequest = Schema.Struct({
  externalId: ExternalId,
  email: Email,
  name: Schema.optionalKey(plainText(1, NAME_LENGTH_MAX)),
  emailVerified: Schema.optionalKey(
    Schema.Boolean.annotate({
      description: "The CRM has seen that the address is theirs. Otherwise a link in a mail proves it. False when absent"
    })
  ),
  invite: Schema.optionalKey(
    Schema.Boolean.annotate({ description: "Mail a new user the link with which they choose a password. True when absent" })
  ),
  account: Schema.optionalKey(
    AccountConditions.annotate({ description: "Conditions of a new user's first account; those of a registration when absent" })
  )
}).annotate({
  identifier: "PutCrmUser",
  examples: [
    {
      externalId: "lead-4711",
      email: "trader@example.com",
      name: "Ada Trader",
      emailVerified: true,
      account: { currency: "USD", mode: "hedging", group: "retail", leverage: 30 }
    }
  ]
})

const { group, leverage, lotsMax, openPositionsMax, tradingMode } = ChangeSettingsRequest.fields

export const ChangeCrmUserRequest = Schema.Struct({
  externalId: Schema.optionalKey(Schema.NullOr(ExternalId)),
  email: Schema.optionalKey(Email.annotate({ description: "A new address is not verified, unless `emailVerified` says so" })),
  emailVerified: Schema.optionalKey(Schema.Boolean),
  name: Schema.optionalKey(Schema.NullOr(plainText(1, NAME_LENGTH_MAX))),
  blocked: Schema.optionalKey(Schema.Boolean.annotate({ description: "A blocked user is signed out everywhere and cannot sign in" })),
  leverage,
  group,
  lotsMax,
  openPositionsMax,
  tradingMode,
  accountIds: Schema.optionalKey(
    Schema.Array(AccountId)
      .check(Schema.isBetweenLength(1, ACCOUNTS_MAX), Schema.isUnique())
      .annotate({ description: "Accounts that the limits are for; all of the client's when absent" })
  ),
  reason: Schema.optionalKey(Reason)
}).annotate({
  identifier: "ChangeCrmUser",
  description:
    "A field that is absent stays as it is, null removes. Limits are those of accounts: leverage, group, lotsMax, openPositionsMax, tradingMode",
  examples: [{ leverage: 20, lotsMax: 500_000_000n, tradingMode: "closeOnly", reason: "Risk review 2026-11" }]
})

export const ChangedCrmUser = Schema.Struct({
  user: CrmUser,
  /** False of a preview. */
  applied: Schema.Boolean,
  /** What the limits did to each account's margin; empty when none were given. */
  accounts: Schema.Array(SettingsResult).check(Schema.isMaxLength(ACCOUNTS_MAX))
}).annotate({ identifier: "ChangedCrmUser", examples: [{ user: exampleUser, applied: true, accounts: [] }] })

const UserAct = Schema.Struct({ userId: UserId, reason: Reason }).annotate({
  identifier: "CrmUserAct",
  examples: [{ userId: exampleUser.userId, reason: "Asked for by phone, ticket 4711" }]
})

const params = { id: UserId }
const errors = [NotFound, Conflict, IdempotencyKeyReused, ServiceUnavailable] as const

export class CrmUsersGroup extends HttpApiGroup.make("crmUsers")
  .add(
    HttpApiEndpoint.post("putUser", "/crm/users", {
      headers: serviceHeaders,
      payload: PutCrmUserRequest,
      success: [
        Schema.Struct({ created: Schema.Literal(true), user: CrmUser })
          .annotate({ identifier: "CreatedCrmUser", examples: [{ created: true, user: exampleUser }] })
          .pipe(HttpApiSchema.status(201)),
        Schema.Struct({ created: Schema.Literal(false), user: CrmUser }).annotate({
          identifier: "UpdatedCrmUser",
          examples: [{ created: false, user: exampleUser }]
        })
      ],
      error: [...errors, CommandRefused]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Create a client, or bring one up to date",
          description:
            "By `externalId`: 201 when it is a new one, 200 when the client is known. A new client gets a first account without money, and a mail with " +
            "a link to choose a password, which also confirms the address. 409 `EMAIL_TAKEN` when somebody else has the address: `context.userId` " +
            "says who, so that a client who registered by themselves is given their `externalId` with `PATCH /crm/users/{id}`."
        })
      )
      .annotateMerge(requiresScope("users:write")),
    HttpApiEndpoint.get("users", "/crm/users", {
      query: {
        ...pageQuery,
        email: Schema.optionalKey(plainText(1, 254).annotate({ description: "Part of an address" })),
        externalId: Schema.optionalKey(ExternalId),
        blocked: Schema.optionalKey(Schema.Literals(["true", "false"]))
      },
      success: Schema.Struct({ users: Schema.Array(CrmUser).check(Schema.isMaxLength(PAGE_LIMIT_MAX)), nextCursor: NextCursor }).annotate({
        identifier: "CrmUsers",
        examples: [{ users: [exampleUser], nextCursor: null }]
      }),
      error: ServiceUnavailable
    })
      .annotateMerge(OpenApi.annotations({ summary: "Clients, newest first" }))
      .annotateMerge(requiresScope("users:read")),
    HttpApiEndpoint.get("user", "/crm/users/:id", {
      params,
      success: CrmUser.annotate({ examples: [exampleUser] }),
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One client" }))
      .annotateMerge(requiresScope("users:read")),
    HttpApiEndpoint.patch("changeUser", "/crm/users/:id", {
      params,
      query: { preview: Schema.optionalKey(Schema.Literals(["true", "false"])) },
      headers: serviceHeaders,
      payload: ChangeCrmUserRequest,
      success: ChangedCrmUser,
      error: [...errors, CommandRefused]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Change a client's data, flags and limits",
          description:
            "Limits are in force when this is answered; the answer shows what they do to each account's margin, and with preview=true what they would " +
            "do. When one account would refuse them, nothing is changed: 422 says why, `context.accountId` where."
        })
      )
      .annotateMerge(requiresScope("users:write")),
    HttpApiEndpoint.post("forceLogout", "/crm/force-logout", {
      payload: UserAct,
      success: Schema.Struct({
        userId: UserId,
        sessionsEnded: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000 }))
      }).annotate({
        identifier: "ForcedLogout",
        examples: [{ userId: exampleUser.userId, sessionsEnded: 2 }]
      }),
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Sign a client out everywhere",
          description: "Requests, streams and impersonation sessions end within a second on every node; the client's page says why."
        })
      )
      .annotateMerge(requiresScope("sessions:end")),
    HttpApiEndpoint.post("passwordReset", "/crm/password-reset", {
      payload: UserAct,
      success: Schema.Struct({ userId: UserId, email: Schema.String.check(Schema.isMaxLength(254)), expiresAt: Instant }).annotate({
        identifier: "MailedPasswordReset",
        examples: [{ userId: exampleUser.userId, email: exampleUser.email, expiresAt: 1_795_440_682_123 }]
      }),
      error: [NotFound, Conflict, TooManyRequests, ServiceUnavailable]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Mail a client the link to choose a new password",
          description: "The old password stays good until then. 409 `USER_BLOCKED` when the client may not sign in at all."
        })
      )
      .annotateMerge(requiresScope("users:write"))
  )
  .middleware(ServiceAccess)
  .annotateMerge(OpenApi.annotations({ title: "CRM: clients", description: "For the CRM, with an API key or a service token." })) {}
