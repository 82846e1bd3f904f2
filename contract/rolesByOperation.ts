/** rolesByOperation: the roles that the contract declares beside its endpoints, by `GET /admin/users`; endpoints for everybody who is signed in are left out. */
import { AllowedRoles, type Role } from "#contract/Access.ts"
import { Context } from "effect"
import { HttpApi, type HttpApiGroup } from "effect/http-api"

export const rolesByOperation = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): ReadonlyMap<string, ReadonlyArray<Role>> => {
  const roles = new Map<string, ReadonlyArray<Role>>()
  HttpApi.reflect(api, {
    onGroup: () => undefined,
    onEndpoint: ({ endpoint, mergedAnnotations }) => {
      const allowed = Context.getOrUndefined(mergedAnnotations, AllowedRoles)
      if (allowed !== undefined) roles.set(`${endpoint.method} ${endpoint.path.replaceAll(/:(\w+)/gu, "{$1}")}`, allowed)
    }
  })
  return roles
}
