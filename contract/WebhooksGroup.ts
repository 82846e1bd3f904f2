/**
 * WebhooksGroup: where webhooks go, and what became of them. The same operations for administrators under /admin/webhooks, and for the CRM
 * itself, with the scope `webhooks:manage`, under /crm/webhooks.
 */
import { Effect, Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { requiresScope, ServiceAccess } from "#contract/CrmAccess.ts"
import { Conflict, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { EventId, WEBHOOK_TYPES } from "#contract/WebhookEvents.ts"
import { AccountId, Instant, NextCursor, pageQuery, plainText } from "#contract/Wire.ts"

const URL_LENGTH_MAX = 2_048
const ENDPOINTS_MAX = 16
const DELIVERIES_MAX = 500
const ATTEMPTS_MAX = 50
const ROTATION_HOURS_MAX = 168

const EndpointId = Schema.String.check(Schema.isPattern(/^wep_[0-9a-f]{24}$/u, { expected: "an endpoint id" })).annotate({
  description: "An address that webhooks are sent to",
  examples: ["wep_0f6b2c51d3a94e07b8c6a1f2"]
})
const WebhookTypeName = Schema.Literals(WEBHOOK_TYPES)
const Types = Schema.Array(WebhookTypeName)
  .check(Schema.isMaxLength(WEBHOOK_TYPES.length), Schema.isUnique())
  .annotate({ description: "Types of events that are sent there; empty for all" })
const WebhookUrl = Schema.String.check(Schema.isBetweenLength(8, URL_LENGTH_MAX)).annotate({
  description: "https, a public address, port 443 or 8443, unless the operator has opened a network of their own",
  examples: ["https://crm.example.com/hooks/keel"]
})
const Description = plainText(0, 200)
const Secret = Schema.String.check(Schema.isPattern(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/u)).annotate({
  description: "Signs what is sent there; shown this one time",
  examples: ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="]
})

const exampleEndpoint = {
  endpointId: "wep_0f6b2c51d3a94e07b8c6a1f2",
  url: "https://crm.example.com/hooks/keel",
  description: "CRM",
  types: ["deposit.requested", "withdrawal.requested"],
  enabled: true,
  disabledReason: null,
  createdAt: 1_795_438_882_123,
  updatedAt: 1_795_438_882_123,
  failuresInARow: 0,
  failingSince: null,
  pausedUntil: null,
  lastSuccessAt: 1_795_439_000_000,
  pending: 0,
  dead: 0
} as const

export const WebhookEndpointView = Schema.Struct({
  endpointId: EndpointId,
  url: WebhookUrl,
  description: Description,
  types: Types,
  enabled: Schema.Boolean,
  disabledReason: Schema.NullOr(Schema.Literals(["staff", "gone", "failing"])).annotate({
    description: "staff: somebody turned it off; gone: it answered 410; failing: nothing was delivered for five days"
  }),
  createdAt: Instant,
  updatedAt: Instant,
  failuresInARow: Schema.Int,
  failingSince: Schema.NullOr(Instant),
  pausedUntil: Schema.NullOr(Instant).annotate({ description: "The circuit breaker is open: nothing is sent before" }),
  lastSuccessAt: Schema.NullOr(Instant),
  pending: Schema.Int.annotate({ description: "Deliveries that wait" }),
  dead: Schema.Int.annotate({ description: "Deliveries that were given up: `dead-letters/retry` sends them again" })
}).annotate({ identifier: "WebhookEndpoint", examples: [exampleEndpoint] })
export interface WebhookEndpointView extends Schema.Schema.Type<typeof WebhookEndpointView> {}

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo="

export const WebhookDeliveryView = Schema.Struct({
  deliveryId: Schema.String.check(Schema.isPattern(/^\d{1,15}$/u)),
  eventId: EventId,
  type: WebhookTypeName,
  stream: Schema.String.check(Schema.isMaxLength(80)).annotate({
    description: "Whose events are sent in order: account:<id> or user:<id>"
  }),
  status: Schema.Literals(["pending", "delivered", "dead"]),
  attempts: Schema.Int,
  createdAt: Instant,
  finishedAt: Schema.NullOr(Instant),
  nextAttemptAt: Schema.NullOr(Instant).annotate({ description: "Not before; of a pending one" }),
  lastStatus: Schema.NullOr(Schema.Int).annotate({ description: "HTTP status of the last answer" }),
  lastFailure: Schema.NullOr(plainText(1, 64)).annotate({ description: "Why there was no answer" })
}).annotate({ identifier: "WebhookDelivery" })
export interface WebhookDeliveryView extends Schema.Schema.Type<typeof WebhookDeliveryView> {}

const exampleDelivery = {
  deliveryId: "17",
  eventId: "evt_100001_42",
  type: "balance.updated",
  stream: "account:100001",
  status: "pending",
  attempts: 2,
  createdAt: 1_795_438_882_123,
  finishedAt: null,
  nextAttemptAt: 1_795_438_892_000,
  lastStatus: 503,
  lastFailure: null
} as const satisfies WebhookDeliveryView

export const WebhookAttemptView = Schema.Struct({
  at: Instant,
  durationMillis: Schema.Int,
  status: Schema.NullOr(Schema.Int),
  failure: Schema.NullOr(plainText(1, 64)),
  answer: Schema.String.check(Schema.isMaxLength(1_024)).annotate({ description: "Its first bytes" })
}).annotate({
  identifier: "WebhookAttempt",
  examples: [{ at: 1_795_438_882_123, durationMillis: 84, status: 204, failure: null, answer: "" }]
})
export interface WebhookAttemptView extends Schema.Schema.Type<typeof WebhookAttemptView> {}

const exampleAttempt = {
  at: 1_795_438_882_123,
  durationMillis: 84,
  status: 204,
  failure: null,
  answer: ""
} as const satisfies WebhookAttemptView

const MakeEndpoint = Schema.Struct({
  url: WebhookUrl,
  description: Schema.optionalKey(Description),
  types: Schema.optionalKey(Types)
}).annotate({
  identifier: "MakeWebhookEndpoint",
  examples: [{ url: "https://crm.example.com/hooks/keel", description: "CRM", types: ["deposit.requested", "withdrawal.requested"] }]
})
const ChangeEndpoint = Schema.Struct({
  url: Schema.optionalKey(WebhookUrl),
  description: Schema.optionalKey(Description),
  types: Schema.optionalKey(Types),
  enabled: Schema.optionalKey(Schema.Boolean)
}).annotate({
  identifier: "ChangeWebhookEndpoint",
  description:
    "A field that is absent stays as it is. An endpoint that is turned off is told of nothing that happens meanwhile: replay it.",
  examples: [{ types: [] }, { enabled: true }]
})
const MadeEndpoint = Schema.Struct({ endpoint: WebhookEndpointView, secret: Secret }).annotate({
  identifier: "MadeWebhookEndpoint",
  examples: [{ endpoint: exampleEndpoint, secret: exampleSecret }]
})
const RotateSecret = Schema.Struct({
  overlapHours: Schema.optionalKey(
    Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: ROTATION_HOURS_MAX })).annotate({
      description: "How long the old secret signs beside the new one; 24 when absent"
    })
  )
}).annotate({ identifier: "RotateWebhookSecret", examples: [{ overlapHours: 24 }] })
const RotatedSecret = Schema.Struct({ secret: Secret, oldValidUntil: Instant }).annotate({
  identifier: "RotatedWebhookSecret",
  examples: [{ secret: exampleSecret, oldValidUntil: 1_795_525_282_123 }]
})
const Replay = Schema.Struct({
  from: Instant,
  to: Instant,
  types: Schema.optionalKey(Types),
  accountId: Schema.optionalKey(AccountId)
}).annotate({
  identifier: "ReplayWebhooks",
  description: "By the time at which it was written down, both ends included. The ids are those of the first time.",
  examples: [{ from: 1_795_438_800_000, to: 1_795_442_400_000, types: ["balance.updated"] }]
})
const RetryDead = Schema.Struct({ deliveryId: Schema.optionalKey(WebhookDeliveryView.fields.deliveryId) }).annotate({
  identifier: "RetryDeadLetters",
  description: "Without an id: all of the endpoint's",
  examples: [{ deliveryId: "17" }]
})
const Events = Schema.Struct({ events: Schema.Int.annotate({ description: "That will be sent" }) }).annotate({
  identifier: "WebhooksQueued",
  examples: [{ events: 128 }]
})

const Endpoints = Schema.Struct({ endpoints: Schema.Array(WebhookEndpointView).check(Schema.isMaxLength(ENDPOINTS_MAX)) }).annotate({
  identifier: "WebhookEndpoints",
  examples: [{ endpoints: [exampleEndpoint] }]
})
const Deliveries = Schema.Struct({
  deliveries: Schema.Array(WebhookDeliveryView).check(Schema.isMaxLength(DELIVERIES_MAX)),
  nextCursor: NextCursor
}).annotate({ identifier: "WebhookDeliveries", examples: [{ deliveries: [exampleDelivery], nextCursor: null }] })
const Attempts = Schema.Struct({ attempts: Schema.Array(WebhookAttemptView).check(Schema.isMaxLength(ATTEMPTS_MAX)) }).annotate({
  identifier: "WebhookAttempts",
  examples: [{ attempts: [exampleAttempt] }]
})

/** Saying where to send is saying what the platform shall connect to. */
export class WebhookTargetRefused extends HttpApiError.Problem<WebhookTargetRefused>()(
  "WebhookTargetRefused",
  { type: "/problems#webhook-target-refused", status: 422, title: "Webhooks are not sent to such an address" },
  {
    code: Schema.tag("WEBHOOK_TARGET_REFUSED"),
    fault: Schema.Literals(["notAUrl", "scheme", "credentials", "port", "privateAddress"]),
    traceId: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("")))
  }
) {}

const params = { endpointId: EndpointId }
const errors = [NotFound, ServiceUnavailable] as const

const webhookEndpoints = <const Prefix extends `/${string}`>(prefix: Prefix) =>
  [
    HttpApiEndpoint.get("endpoints", `${prefix}/endpoints`, {
      success: Endpoints,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Where webhooks go, and how it goes there" })),
    HttpApiEndpoint.post("makeEndpoint", `${prefix}/endpoints`, {
      payload: MakeEndpoint,
      success: MadeEndpoint.pipe(HttpApiSchema.status(201)),
      error: [WebhookTargetRefused, Conflict, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Add an address that webhooks are sent to",
        description: "From now on; what happened before is sent by a replay. The answer holds the secret, this one time."
      })
    ),
    HttpApiEndpoint.patch("changeEndpoint", `${prefix}/endpoints/:endpointId`, {
      params,
      payload: ChangeEndpoint,
      success: WebhookEndpointView,
      error: [WebhookTargetRefused, ...errors]
    }).annotateMerge(OpenApi.annotations({ summary: "Change an endpoint, or turn it on or off" })),
    HttpApiEndpoint.delete("removeEndpoint", `${prefix}/endpoints/:endpointId`, { params, error: errors }).annotateMerge(
      OpenApi.annotations({ summary: "Remove an endpoint, with all that was still to be sent there" })
    ),
    HttpApiEndpoint.post("rotateSecret", `${prefix}/endpoints/:endpointId/rotate-secret`, {
      params,
      payload: RotateSecret,
      success: RotatedSecret,
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Let a new secret take the place of the old one",
        description: "Until the old one ends, what is sent carries a signature of each: verify with either."
      })
    ),
    HttpApiEndpoint.post("test", `${prefix}/endpoints/:endpointId/test`, {
      params,
      success: WebhookAttemptView,
      error: errors
    }).annotateMerge(
      OpenApi.annotations({ summary: "Send an event of type `test` now", description: "Answers what the endpoint answered." })
    ),
    HttpApiEndpoint.get("deliveries", `${prefix}/endpoints/:endpointId/deliveries`, {
      params,
      query: {
        ...pageQuery,
        status: Schema.optionalKey(WebhookDeliveryView.fields.status).annotate({ description: "dead: the dead letters" }),
        type: Schema.optionalKey(WebhookTypeName)
      },
      success: Deliveries,
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "What was sent to an endpoint, or waits, newest first",
        description: "Delivered ones are kept for 30 days."
      })
    ),
    HttpApiEndpoint.get("attempts", `${prefix}/endpoints/:endpointId/deliveries/:deliveryId/attempts`, {
      params: { ...params, deliveryId: WebhookDeliveryView.fields.deliveryId },
      success: Attempts,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Every attempt of a delivery, newest first" })),
    HttpApiEndpoint.post("retryDeadLetters", `${prefix}/endpoints/:endpointId/dead-letters/retry`, {
      params,
      payload: RetryDead,
      success: Events,
      error: errors
    }).annotateMerge(OpenApi.annotations({ summary: "Send again what was given up" })),
    HttpApiEndpoint.post("replay", `${prefix}/endpoints/:endpointId/replay`, {
      params,
      payload: Replay,
      success: Events,
      error: errors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Send the events of a range again",
        description: "In their order, with their ids, after what is pending; at most 100,000 at a time, the oldest first."
      })
    )
  ] as const

export class WebhooksGroup extends HttpApiGroup.make("webhooks")
  .add(...webhookEndpoints("/admin/webhooks"))
  .annotateEndpoints(AllowedRoles, ["admin"])
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Webhooks", description: "For administrators." })) {}

export class CrmWebhooksGroup extends HttpApiGroup.make("crmWebhooks")
  .add(...webhookEndpoints("/crm/webhooks"))
  .annotateEndpointsMerge(requiresScope("webhooks:manage"))
  .middleware(ServiceAccess)
  .annotateMerge(OpenApi.annotations({ title: "CRM: webhooks", description: "The CRM sets up and looks after its own webhooks." })) {}
