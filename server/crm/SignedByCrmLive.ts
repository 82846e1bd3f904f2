/** SignedByCrmLive: whether a message is the CRM's own and fresh. It is checked on the text as it came, before anybody reads what it says. */
import { CurrentService, ServiceScope } from "#contract/CrmAccess.ts"
import { MessageUnsigned, SignedByCrm } from "#contract/CrmMessagesGroup.ts"
import { note } from "#server/audit/AuditNote.ts"
import { AppConfig } from "#server/Config.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { signatureFault } from "#server/webhooks/WebhookSignature.ts"
import { Clock, Effect, Layer, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"

/** As the journal and the audit trail call it. */
const SERVICE = "crm"
const ID = "crm/webhook"

const codes = { missing: "SIGNATURE_MISSING", timestamp: "TIMESTAMP_OUT_OF_TOLERANCE", signature: "SIGNATURE_WRONG" } as const

export const SignedByCrmLive = Layer.effect(
  SignedByCrm,
  Effect.gen(function* () {
    const { crmWebhookSecrets } = yield* AppConfig
    const limits = yield* RateLimits
    const text = Redacted.value(crmWebhookSecrets)
    const secrets = text === "" ? [] : text.split(",")
    const scopes: ReadonlySet<ServiceScope> = new Set(ServiceScope.literals)
    return SignedByCrm.of({
      crmSignature: Effect.fnUntraced(function* (httpEffect) {
        const request = yield* HttpServerRequest.HttpServerRequest
        const ip = clientIp(request)
        yield* limits.require("failedServices", ip)
        // what cannot be read is refused as such further outside, where the limits of bodies are known
        const body = yield* Effect.orDie(request.text)
        const fault = signatureFault(secrets, request.headers, body, yield* Clock.currentTimeMillis)
        if (fault !== undefined) {
          yield* Effect.ignore(limits.consume("failedServices", ip))
          return yield* new MessageUnsigned({ code: codes[fault] })
        }
        yield* note({ actorId: ID, actorRole: "crm" })
        yield* limits.consume("services", SERVICE)
        return yield* Effect.provideService(httpEffect, CurrentService, { service: SERVICE, id: ID, scopes, ip })
      })
    })
  })
)
