/**
 * SsoGroup: how somebody of the broker's looks at the platform as a client.
 *
 * The CRM asks for a token that is good once and for a minute, and sends its user's browser to the address that it gets. The session that opens
 * there is marked, short and narrow: no password, address, two-factor sign-in or withdrawal, trading only where IMPERSONATION_TRADING says so.
 * Everything that is done in it is kept with who did it.
 */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { requiresScope, ServiceAccess } from "#contract/CrmAccess.ts"
import { Conflict, LinkInvalid, NotANavigation, NotFound, ServiceUnavailable, TooManyRequests } from "#contract/Problem.ts"
import { Reason, UserId } from "#contract/UsersGroup.ts"
import { Instant, plainText } from "#contract/Wire.ts"

/** Longest token: its reason is in it. */
export const SSO_TOKEN_LENGTH_MAX = 6_000

export const AdminId = plainText(1, 128).annotate({ description: "Who looks on, as the CRM names them", examples: ["agent-17"] })

const token = Schema.String.check(
  Schema.isMaxLength(SSO_TOKEN_LENGTH_MAX),
  Schema.isPattern(/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$/u, { expected: "a token" })
).annotate({ description: "A JWT, good once", examples: ["eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl"] })

export const ImpersonateRequest = Schema.Struct({ adminId: AdminId, clientId: UserId, reason: Reason }).annotate({
  identifier: "Impersonate",
  examples: [{ adminId: "agent-17", clientId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77", reason: "Cannot find the stop-loss, ticket 4711" }]
})

export const ImpersonationLink = Schema.Struct({
  token,
  url: Schema.String.check(Schema.isMaxLength(SSO_TOKEN_LENGTH_MAX + 300)).annotate({
    description: "Where to send the browser, in a window of its own; good once, until `expiresAt`"
  }),
  expiresAt: Instant
}).annotate({
  identifier: "ImpersonationLink",
  examples: [
    {
      token: "eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl",
      url: "https://trade.example.com/sso/consume?token=eyJhbGciOiJFZERTQSJ9.eyJqdGkiOiIxIn0.c2lnbmF0dXJl",
      expiresAt: 1_795_438_942_123
    }
  ]
})

export class SsoGroup extends HttpApiGroup.make("sso")
  .add(
    HttpApiEndpoint.post("impersonate", "/sso/impersonate", {
      payload: ImpersonateRequest,
      success: ImpersonationLink.pipe(HttpApiSchema.status(201)),
      error: [NotFound, Conflict, ServiceUnavailable]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "A link that opens the dashboard as a client",
          description:
            "For clients alone; staff are 404. 409 `USER_BLOCKED` of a client who may not enter. Staff use `POST /admin/users/{userId}/impersonate`."
        })
      )
      .annotateMerge(requiresScope("sso"))
      .middleware(ServiceAccess),
    HttpApiEndpoint.get("consume", "/sso/consume", {
      query: { token },
      success: HttpApiSchema.WithHeaders(HttpApiSchema.Empty(302), { location: Schema.String.check(Schema.isMaxLength(300)) }),
      error: [LinkInvalid, NotANavigation, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Open the dashboard as a client",
        description:
          "For the browser: sets the cookies of a marked session and goes on to the dashboard. The second time, or after a minute, it is 422. Images, " +
          "frames and prefetches are refused and take nothing away. A browser is answered with a page, a program with problem details."
      })
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Impersonation", description: "Looking at the platform as a client, from the CRM." })) {}
