/** ServiceKeysApi: keys of programs such as the CRM. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { ServiceScope } from "#contract/CrmAccess.ts"
import { Conflict, NotFound, ValidationFailed } from "#contract/Problem.ts"
import type { ServiceKeyView } from "#contract/ServiceKeysGroup.ts"
import { ServiceKeys, type ServiceKeyRecord } from "#db/ServiceKeys.ts"
import { note } from "#server/audit/AuditNote.ts"
import { isNetwork } from "#server/Setting.ts"
import { ServiceCredentials } from "#server/crm/ServiceCredentials.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Clock, Effect, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"

const isScope = Schema.is(ServiceScope)

const serviceKeyView = (key: ServiceKeyRecord): ServiceKeyView => ({
  keyId: key.keyId,
  service: key.service,
  scopes: key.scopes.filter(isScope),
  networks: key.networks,
  createdAt: key.createdAt,
  createdBy: key.createdBy,
  expiresAt: key.expiresAt ?? null,
  lastUsedAt: key.lastUsedAt ?? null,
  revokedAt: key.revokedAt ?? null
})

const invalid = (pointer: string, detail: string) => new ValidationFailed({ errors: [{ in: "body", pointer, detail }] })

export const ServiceKeysApi = HttpApiBuilder.group(Api, "serviceKeys", (handlers) =>
  handlers.handleAll({
    serviceKeys: Effect.fnUntraced(function* () {
      const keys = yield* ServiceKeys
      return { keys: (yield* keys.list.pipe(Effect.mapError(unavailable))).map(serviceKeyView) }
    }),
    makeServiceKey: Effect.fnUntraced(function* ({ payload: { expiresAt, networks = [], scopes, service } }) {
      const credentials = yield* ServiceCredentials
      const { userId } = yield* CurrentUser
      const wrong = networks.findIndex((network) => !isNetwork(network))
      if (wrong >= 0) return yield* invalid(`/networks/${wrong}`, "Expected an address or a network such as 10.0.0.0/8")
      if (expiresAt !== undefined && expiresAt <= (yield* Clock.currentTimeMillis))
        return yield* invalid("/expiresAt", "Expected a time to come")
      yield* note({ subject: `service:${service}`, after: { service, scopes, networks, expiresAt } })
      const made = yield* credentials.makeKey({ service, scopes, networks, expiresAt, createdBy: userId }).pipe(
        Effect.catchTags({
          TooManyKeys: () => Effect.fail(new Conflict({ code: "TOO_MANY_KEYS", context: { service } })),
          ServiceKeysUnavailable: () => Effect.fail(unavailable())
        })
      )
      yield* note({ subject: `service:${service}/${made.keyId}` })
      const { createdAt, key, keyId } = made
      return {
        keyId,
        key,
        service,
        scopes,
        networks,
        createdAt,
        createdBy: userId,
        expiresAt: expiresAt ?? null,
        lastUsedAt: null,
        revokedAt: null
      }
    }),
    revokeServiceKey: Effect.fnUntraced(function* ({ params: { keyId } }) {
      const keys = yield* ServiceKeys
      const { userId } = yield* CurrentUser
      yield* note({ subject: `key:${keyId}` })
      const revoked = yield* keys.revoke(keyId, yield* Clock.currentTimeMillis, userId).pipe(Effect.mapError(unavailable))
      if (!revoked) return yield* new NotFound({ code: "KEY_NOT_FOUND" })
    })
  })
)
