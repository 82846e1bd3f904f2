/** ServiceAccessLive: which program asks, whether its key or token has the scope, and which account it asks about. */
import { CurrentAccount } from "#contract/Access.ts"
import {
  CurrentService,
  RequiredScope,
  ScopeMissing,
  ServiceAccess,
  ServiceAccountAccess,
  ServiceUnauthenticated
} from "#contract/CrmAccess.ts"
import { NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { note } from "#server/audit/AuditNote.ts"
import { AccountDirectory } from "#server/auth/AccountDirectory.ts"
import { ServiceCredentials } from "#server/crm/ServiceCredentials.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { setAnswerHeaders } from "#server/http/Exchange.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"

const ACCOUNT_ID = /^\d{1,15}$/u

const unavailable = () => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 })

/** RFC 9110: a 401 says how to do better. */
const challenge = setAnswerHeaders({ "www-authenticate": 'Bearer realm="crm"' })

/** The program behind the bearer, with the scope that the endpoint asks for. Wrong keys are counted per address. */
export const makeAdmission = Effect.gen(function* () {
  const credentials = yield* ServiceCredentials
  const limits = yield* RateLimits
  return Effect.fnUntraced(function* (credential: Redacted.Redacted, endpoint: HttpApiEndpoint.Top) {
    const ip = clientIp(yield* HttpServerRequest.HttpServerRequest)
    yield* limits.require("failedServices", ip)
    const found = yield* credentials.authenticate(Redacted.value(credential), ip).pipe(Effect.mapError(unavailable))
    if (found === undefined) {
      yield* Effect.ignore(limits.consume("failedServices", ip))
      yield* challenge
      return yield* new ServiceUnauthenticated({})
    }
    yield* note({ actorId: found.id, actorRole: "crm" })
    yield* limits.consume("services", found.service)
    const scope = Context.getOrUndefined(endpoint.annotations, RequiredScope)
    // an endpoint that names none is nobody's
    if (scope === undefined || !found.scopes.has(scope)) return yield* new ScopeMissing({ scope: scope ?? "sso" })
    return { ...found, ip }
  })
})

export const ServiceAccessLive = Layer.effect(
  ServiceAccess,
  Effect.map(makeAdmission, (admit) =>
    ServiceAccess.of({
      service: (httpEffect, { credential, endpoint }) =>
        Effect.flatMap(admit(credential, endpoint), (service) => Effect.provideService(httpEffect, CurrentService, service))
    })
  )
)

export const ServiceAccountAccessLive = Layer.effect(
  ServiceAccountAccess,
  Effect.map(AccountDirectory, (directory) =>
    ServiceAccountAccess.of(
      Effect.fnUntraced(function* (httpEffect) {
        const { accountId = "" } = yield* HttpRouter.params
        const entry = ACCOUNT_ID.test(accountId) ? yield* directory.find(accountId).pipe(Effect.mapError(unavailable)) : undefined
        if (entry === undefined) return yield* new NotFound({ code: "ACCOUNT_NOT_FOUND" })
        return yield* Effect.provideService(httpEffect, CurrentAccount, entry)
      })
    )
  )
)
