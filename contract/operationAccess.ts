/** operationAccess: what the contract declares beside its endpoints about who may call them, by `GET /admin/users`. */
import { AllowedRoles, ForPrograms } from "#contract/Access.ts"
import type { Role } from "#contract/Role.ts"
import { ServiceAccess } from "#contract/CrmAccess.ts"
import { Context } from "effect"
import { HttpApi, type HttpApiGroup } from "effect/http-api"

export interface OperationAccess {
  /** Empty for everybody who is signed in, and for everybody at all. */
  readonly roles: ReadonlyArray<Role>
  /** Opened by a key or a signature, never by a cookie. */
  readonly isForPrograms: boolean
}

export const operationAccess = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): ReadonlyMap<string, OperationAccess> => {
  const accesses = new Map<string, OperationAccess>()
  HttpApi.reflect(api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, mergedAnnotations, middleware }) =>
      accesses.set(`${endpoint.method} ${endpoint.path.replaceAll(/:(\w+)/gu, "{$1}")}`, {
        roles: Context.getOrUndefined(mergedAnnotations, AllowedRoles) ?? [],
        isForPrograms:
          Context.getOrUndefined(mergedAnnotations, ForPrograms) !== undefined ||
          [...middleware].some(({ key }) => key === ServiceAccess.key)
      })
  })
  return accesses
}
