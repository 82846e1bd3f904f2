/**
 * CrmAccess: who may call `/crm/*`: the CRM, a program that shows a key or a token of its own in `Authorization: Bearer …`. No cookie counts there.
 *
 * An API key (`keel_<key id>_<secret>`) is made by an administrator at `POST /admin/service-keys` and shown once; the database keeps its hash. A
 * service token is a JWT that the CRM signs itself, good for minutes, checked against the key that CRM_JWT_KEY or CRM_JWKS_URL names. Both
 * carry scopes, and each endpoint says which one it needs.
 *
 * How a group puts an endpoint on it:
 *
 *     HttpApiEndpoint.post("decideDeposit", "/crm/deposits/:depositId/decision", { … })
 *       .annotateMerge(OpenApi.annotations({ summary: "…" }))
 *       .annotateMerge(requiresScope("funding:decide"))     // the scope; an endpoint without one is refused to everybody
 *     …
 *     .middleware(ServiceAccess)                             // of the group or of the endpoint; brings 401, 403, 429, 503
 *     .middleware(ServiceAccountAccess)                      // below ServiceAccess, where the path names an `:accountId`: brings `CurrentAccount`, 404
 *
 * and its handler:
 *
 *     const service = yield* CurrentService
 *     yield* executeAs(serviceOrigin(service), accountId, commandId, command)     // server/api/execute.ts, server/crm/serviceOrigin.ts
 *
 * Who asked is in the audit trail by itself (role `crm`). The limits are per service; the checks against foreign pages do not apply, because no
 * browser adds such a header unasked. `tests/integration/policy.ts` names the scope of each such operation.
 */
import { Context, Effect, Schema } from "effect"
import { HttpApiError, HttpApiMiddleware, HttpApiSecurity, OpenApi } from "effect/http-api"
import type { CurrentAccount } from "#contract/Access.ts"
import { NotFound, ServiceUnavailable, TooManyRequests } from "#contract/Problem.ts"

/** What a key or a token may do. Reading never includes writing, nor writing reading. */
export const ServiceScope = Schema.Literals([
  "users:read",
  "users:write",
  "accounts:read",
  "accounts:write",
  "balance:write",
  "funding:read",
  "funding:decide",
  "kyc:read",
  "kyc:decide",
  "sessions:end",
  "changes:read",
  "webhooks:manage",
  "sso"
]).annotate({
  identifier: "ServiceScope",
  description: "What a key or a token may do; reading never includes writing, nor writing reading"
})
export type ServiceScope = typeof ServiceScope.Type

/** The scope that a caller of the endpoint must have. */
export class RequiredScope extends Context.Service<RequiredScope, ServiceScope>()("contract/RequiredScope") {}

/** For `.annotateMerge`: what is asked for, to the server and to readers of the OpenAPI document. */
export const requiresScope = (scope: ServiceScope) =>
  Context.merge(
    Context.make(RequiredScope, scope),
    OpenApi.annotations({ transform: (operation) => ({ ...operation, security: withScope(operation["security"], scope) }) })
  )

/** Names the scope where the service scheme stands; other schemes, of endpoints that staff may call too, stay as they are. */
const withScope = (security: unknown, scope: ServiceScope): unknown =>
  Array.isArray(security)
    ? security.map((requirement: object) => ("service" in requirement ? { ...requirement, service: [scope] } : requirement))
    : security

/** The program that asks. */
export class CurrentService extends Context.Service<
  CurrentService,
  {
    /** The key's service, or the token's subject: the same before and after a rotation. */
    readonly service: string
    /** `<service>/<key id>`, or `<service>/jwt`: as it stands in the journal and in the audit trail. */
    readonly id: string
    readonly scopes: ReadonlySet<ServiceScope>
    readonly ip: string
  }
>()("contract/CurrentService") {}

const traceId = Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("")))

/** Missing, wrong, expired, revoked, or used from an address that it is not for: one answer for all. */
export class ServiceUnauthenticated extends HttpApiError.Problem<ServiceUnauthenticated>()(
  "ServiceUnauthenticated",
  { type: "/problems#service-unauthenticated", status: 401, title: "An API key or a service token that holds is required as a bearer" },
  { code: Schema.tag("SERVICE_UNAUTHENTICATED"), traceId }
) {}

export class ScopeMissing extends HttpApiError.Problem<ScopeMissing>()(
  "ScopeMissing",
  { type: "/problems#scope-missing", status: 403, title: "This key or token does not have the scope" },
  { code: Schema.tag("SCOPE_MISSING"), scope: ServiceScope, traceId }
) {}

export const serviceSecurity = HttpApiSecurity.bearer.pipe(
  HttpApiSecurity.annotateMerge(
    OpenApi.annotations({
      description:
        "An API key (`keel_…`) made at `POST /admin/service-keys`, or a JWT that the CRM signs: `sub`, `aud`, `iat`, `exp` at most ten minutes " +
        "later, `scope` with scopes separated by spaces."
    })
  )
)

/** A key or token that holds, and has the scope that the endpoint asks for. */
export class ServiceAccess extends HttpApiMiddleware.Service<ServiceAccess, { provides: CurrentService }>()("contract/ServiceAccess", {
  security: { service: serviceSecurity },
  error: [ServiceUnauthenticated, ScopeMissing, TooManyRequests, ServiceUnavailable]
}) {}

/** The account in the path, whoever owns it; 404 when there is none. */
export class ServiceAccountAccess extends HttpApiMiddleware.Service<
  ServiceAccountAccess,
  { provides: CurrentAccount; requires: CurrentService }
>()("contract/ServiceAccountAccess", { error: [NotFound, ServiceUnavailable] }) {}
