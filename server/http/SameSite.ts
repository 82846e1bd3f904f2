/**
 * SameSite: requests that change something must come from our own pages.
 *
 * A browser says where a request comes from in Sec-Fetch-Site, an older one in Origin. One of the two is on every unsafe request of every
 * browser, so a request with neither comes from a program, which has no user's cookies to abuse.
 */
import { SameSite } from "#contract/Access.ts"
import { CrossSiteRequest } from "#contract/Problem.ts"
import { AppConfig } from "#server/Config.ts"
import { Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"])

/** `origin` is the page's, `host` is what the request was sent to: a foreign page can fake neither. */
export const isOwnOrigin = (origin: string, host: string | undefined, publicOrigin: string): boolean =>
  origin === publicOrigin || (host !== undefined && URL.parse(origin)?.host === host)

export const isSameSite = (request: Pick<HttpServerRequest.HttpServerRequest, "method" | "headers">, publicOrigin: string): boolean => {
  if (SAFE_METHODS.has(request.method)) return true
  const { host, origin, "sec-fetch-site": site } = request.headers
  if (site !== undefined) return site === "same-origin" || site === "none"
  return origin === undefined || isOwnOrigin(origin, host, publicOrigin)
}

export const SameSiteLive = Layer.effect(
  SameSite,
  Effect.map(AppConfig, ({ publicOrigin }) =>
    SameSite.of((httpEffect) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
        Effect.andThen(isSameSite(request, publicOrigin) ? Effect.void : Effect.fail(new CrossSiteRequest({})), httpEffect)
      )
    )
  )
)
