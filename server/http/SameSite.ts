/**
 * SameSite: requests that change something must come from our own pages.
 *
 * A browser says where a request comes from in Sec-Fetch-Site, an older one in Origin; one of the two is on every unsafe request of every
 * browser. A header of ours is asked for besides: forms cannot send one, and scripts of other sites only after leave that is never given. A
 * program that signs in like a person sends Origin and that header. What a foreign page can send without asking, a body that is no JSON, is
 * refused here too.
 */
import { ForPrograms, SameSite } from "#contract/Access.ts"
import { ServiceAccess } from "#contract/CrmAccess.ts"
import { OWN_REQUEST, OWN_REQUEST_HEADER } from "#contract/ownRequest.ts"
import { CrossSiteRequest } from "#contract/Problem.ts"
import { AppConfig } from "#server/Config.ts"
import { changesNothing } from "#server/http/changesNothing.ts"
import { shapeRefusal } from "#server/http/shapeRefusal.ts"
import { Context, Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"

/** `origin` is the page's, `host` is what the request was sent to: a foreign page can fake neither. */
export const isOwnOrigin = (origin: string, host: string | undefined, publicOrigin: string): boolean =>
  origin === publicOrigin || (host !== undefined && URL.parse(origin)?.host === host)

export const isSameSite = (request: Pick<HttpServerRequest.HttpServerRequest, "method" | "headers">, publicOrigin: string): boolean => {
  if (changesNothing(request.method)) return true
  const { host, origin, "sec-fetch-site": site, [OWN_REQUEST_HEADER]: own } = request.headers
  if (own !== OWN_REQUEST) return false
  if (site !== undefined) return site === "same-origin" || site === "none"
  return origin !== undefined && isOwnOrigin(origin, host, publicOrigin)
}

const isForPrograms = ({ annotations }: { readonly annotations: Context.Context<never> }): boolean =>
  Context.getOrUndefined(annotations, ForPrograms) !== undefined

export const SameSiteLive = Layer.effect(
  SameSite,
  Effect.map(AppConfig, ({ publicOrigin }) =>
    SameSite.of((httpEffect, { endpoint }) => {
      // a bearer is on no request that a foreign page makes a browser send
      const isOpen = changesNothing(endpoint.method) || endpoint.middlewares.has(ServiceAccess) || isForPrograms(endpoint)
      return Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
        const refusal = isOpen || isSameSite(request, publicOrigin) ? shapeRefusal(request, endpoint) : new CrossSiteRequest({})
        return refusal === undefined ? httpEffect : Effect.andThen(Effect.fail(refusal), httpEffect)
      })
    })
  )
)
