/** ServiceKeysGroup: keys of programs such as the CRM, made and revoked by administrators. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { STAFF, type Role } from "#contract/Role.ts"
import { ServiceScope } from "#contract/CrmAccess.ts"
import { Conflict, NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { Instant } from "#contract/Wire.ts"

const ADMIN: ReadonlyArray<Role> = ["admin"]
/** Addresses and networks that one key may be used from. */
const NETWORKS_MAX = 32
/** Of a list. */
const KEYS_MAX = 500

export const ServiceName = Schema.String.check(
  Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,31}$/u, { expected: "lower-case letters, digits and dashes, at most 32" })
).annotate({ description: "Whose key it is; the same for the key that takes the place of another", examples: ["crm"] })
const KeyId = Schema.String.check(Schema.isPattern(/^[a-z0-9]{12}$/u, { expected: "a key id" })).annotate({
  description: "Names the key; stands in the key itself",
  examples: ["4f1c09be22a7"]
})
const Network = Schema.String.check(
  Schema.isPattern(/^[0-9a-fA-F:.]{2,45}(\/\d{1,3})?$/u, { expected: "an address or a network such as 10.0.0.0/8" })
).annotate({ examples: ["203.0.113.0/24"] })
const Networks = Schema.Array(Network)
  .check(Schema.isMaxLength(NETWORKS_MAX))
  .annotate({ description: "Addresses and networks that the key may be used from; empty for all" })
const Scopes = Schema.Array(ServiceScope).check(Schema.isBetweenLength(1, ServiceScope.literals.length), Schema.isUnique())

export const ServiceKeyView = Schema.Struct({
  keyId: KeyId,
  service: ServiceName,
  scopes: Scopes,
  networks: Networks,
  createdAt: Instant,
  createdBy: Schema.String.check(Schema.isMaxLength(64)),
  expiresAt: Schema.NullOr(Instant),
  /** To the minute. */
  lastUsedAt: Schema.NullOr(Instant),
  revokedAt: Schema.NullOr(Instant)
}).annotate({ identifier: "ServiceKey" })
export interface ServiceKeyView extends Schema.Schema.Type<typeof ServiceKeyView> {}

const exampleKey = {
  keyId: "4f1c09be22a7",
  service: "crm",
  scopes: ["users:read", "users:write"],
  networks: ["203.0.113.0/24"],
  createdAt: 1_795_438_882_123,
  createdBy: "demo-administrator",
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null
} as const satisfies ServiceKeyView

export const MadeServiceKey = Schema.Struct({
  ...ServiceKeyView.fields,
  key: Schema.String.check(Schema.isPattern(/^keel_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/u)).annotate({
    description: "The key itself, shown this one time"
  })
}).annotate({ identifier: "MadeServiceKey", examples: [{ ...exampleKey, key: `keel_4f1c09be22a7_${"A".repeat(43)}` }] })

export const MakeServiceKeyRequest = Schema.Struct({
  service: ServiceName,
  scopes: Scopes,
  networks: Schema.optionalKey(Networks),
  expiresAt: Schema.optionalKey(Instant)
}).annotate({
  identifier: "MakeServiceKey",
  examples: [{ service: "crm", scopes: ["users:read", "users:write"], networks: ["203.0.113.0/24"] }]
})

export class ServiceKeysGroup extends HttpApiGroup.make("serviceKeys")
  .add(
    HttpApiEndpoint.get("serviceKeys", "/admin/service-keys", {
      success: Schema.Struct({ keys: Schema.Array(ServiceKeyView).check(Schema.isMaxLength(KEYS_MAX)) }).annotate({
        identifier: "ServiceKeys",
        examples: [{ keys: [exampleKey] }]
      }),
      error: ServiceUnavailable
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Keys of programs, newest first",
          description: "Revoked ones last. The keys themselves are not kept."
        })
      ),
    HttpApiEndpoint.post("makeServiceKey", "/admin/service-keys", {
      payload: MakeServiceKeyRequest,
      success: MadeServiceKey.pipe(HttpApiSchema.status(201)),
      error: [Conflict, ValidationFailed, ServiceUnavailable]
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Make a key for a program",
          description: "The answer shows it once. A service has at most two keys that hold: make the next, use it, revoke the old one."
        })
      ),
    HttpApiEndpoint.delete("revokeServiceKey", "/admin/service-keys/:keyId", {
      params: { keyId: KeyId },
      error: [NotFound, ServiceUnavailable]
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(OpenApi.annotations({ summary: "Revoke a key", description: "The next request with it is refused." }))
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Keys of programs", description: "What the CRM shows at `/crm/*`." })) {}
