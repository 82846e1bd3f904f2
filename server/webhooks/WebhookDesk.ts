/** WebhookDesk: what administrators and the CRM do about webhooks: make endpoints, turn their keys, try them, look, and send again. */
import { WebhookEvent, type WebhookType } from "#contract/WebhookEvents.ts"
import {
  WebhookEndpoints,
  type AttemptRecord,
  type EndpointChange,
  type EndpointRecord,
  type SecretRecord,
  type TooManyEndpoints
} from "#db/WebhookEndpoints.ts"
import type { WebhooksUnavailable } from "#db/WebhookQueue.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { AppConfig } from "#server/Config.ts"
import { makeWebhookSecret, signedHeaders } from "#server/webhooks/WebhookSignature.ts"
import { WebhookSender } from "#server/webhooks/WebhookSender.ts"
import { WebhookTargets, type TargetFault } from "#server/webhooks/WebhookTargets.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { randomBytes } from "node:crypto"

const ID_BYTES = 12
/** While both sign. */
const OVERLAP_HOURS = 24
const HOUR_MILLIS = 60 * 60 * 1000

export class TargetRefused extends Schema.TaggedError<TargetRefused>()("TargetRefused", {
  fault: Schema.Literals(["notAUrl", "scheme", "credentials", "port", "privateAddress"])
}) {}
export class EndpointMissing extends Schema.TaggedError<EndpointMissing>()("EndpointMissing", {}) {}

type Desk<A, E = never> = Effect.Effect<A, E | WebhooksUnavailable>

const encode = Schema.encodeSync(WebhookEvent)
const randomId = (prefix: string): string => `${prefix}${randomBytes(ID_BYTES).toString("hex")}`

export class WebhookDesk extends Context.Service<
  WebhookDesk,
  {
    readonly make: (
      endpoint: { readonly url: string; readonly description: string; readonly types: ReadonlyArray<WebhookType> },
      by: string
    ) => Desk<{ readonly endpoint: EndpointRecord; readonly secret: string }, TargetRefused | TooManyEndpoints>
    readonly change: (endpointId: string, change: EndpointChange) => Desk<EndpointRecord, TargetRefused | EndpointMissing>
    readonly rotateSecret: (
      endpointId: string,
      overlapHours?: number
    ) => Desk<{ readonly secret: string; readonly oldValidUntil: number }, EndpointMissing>
    /** Sends an event of type `test` at once, whatever waits. */
    readonly test: (endpointId: string) => Desk<AttemptRecord, EndpointMissing>
  }
>()("server/webhooks/WebhookDesk") {
  static readonly layer = Layer.effect(
    WebhookDesk,
    Effect.gen(function* () {
      const endpoints = yield* WebhookEndpoints
      const keys = yield* ServerKeys
      const sender = yield* WebhookSender
      const targets = new WebhookTargets((yield* AppConfig).webhookPrivateNetworks)

      const checkUrl = (url: string): Effect.Effect<void, TargetRefused> => {
        const fault: TargetFault | undefined = targets.urlFault(url)
        return fault === undefined ? Effect.void : Effect.fail(new TargetRefused({ fault }))
      }
      const found = Effect.fnUntraced(function* (endpointId: string) {
        return (yield* endpoints.find(endpointId)) ?? (yield* new EndpointMissing())
      })
      const newSecret = (now: number): { readonly secret: string; readonly record: SecretRecord } => {
        const secret = makeWebhookSecret()
        const secretId = randomId("whs_")
        return { secret, record: { secretId, sealed: keys.seal("webhook secret", secretId, secret), createdAt: now } }
      }

      const make = Effect.fn("WebhookDesk.make")(function* (
        wanted: { readonly url: string; readonly description: string; readonly types: ReadonlyArray<WebhookType> },
        by: string
      ) {
        yield* checkUrl(wanted.url)
        const now = yield* Clock.currentTimeMillis
        const { record, secret } = newSecret(now)
        const endpointId = randomId("wep_")
        yield* endpoints.insert({ ...wanted, endpointId, createdAt: now, createdBy: by }, record)
        return { endpoint: yield* Effect.orDie(found(endpointId)), secret }
      })

      const change = Effect.fn("WebhookDesk.change")(function* (endpointId: string, changed: EndpointChange) {
        if (changed.url !== undefined) yield* checkUrl(changed.url)
        const isThere = yield* endpoints.change(endpointId, changed, yield* Clock.currentTimeMillis)
        return isThere ? yield* found(endpointId) : yield* new EndpointMissing()
      })

      const rotateSecret = Effect.fn("WebhookDesk.rotateSecret")(function* (endpointId: string, overlapHours = OVERLAP_HOURS) {
        const now = yield* Clock.currentTimeMillis
        const { record, secret } = newSecret(now)
        const oldValidUntil = now + overlapHours * HOUR_MILLIS
        return (yield* endpoints.addSecret(endpointId, record, oldValidUntil)) ? { secret, oldValidUntil } : yield* new EndpointMissing()
      })

      const test = Effect.fn("WebhookDesk.test")(function* (endpointId: string) {
        const { url } = yield* found(endpointId)
        const startedAt = yield* Clock.currentTimeMillis
        const sealed = yield* endpoints.secrets(endpointId, startedAt)
        const secrets = sealed.flatMap(({ sealed: text, secretId }) => keys.open("webhook secret", secretId, text) ?? [])
        const id = randomId("evt_test_")
        const body = JSON.stringify(
          encode({ id, type: "test", timestamp: startedAt, data: { endpointId, message: "This is a test: nothing happened." } })
        )
        const { answer, failure, status } = yield* sender.send({ url, headers: signedHeaders(secrets, id, startedAt, body), body })
        const at = yield* Clock.currentTimeMillis
        const attempt = { at, durationMillis: at - startedAt, status, failure, answer }
        yield* endpoints.noteAttempt({ ...attempt, endpointId })
        return attempt
      })

      return WebhookDesk.of({ make, change, rotateSecret, test })
    })
  )
}
