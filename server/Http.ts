/** Http: everything that this process answers on its one port: the API, its documentation, metrics, and the web app. */
import { NodeHttpServer } from "@effect/platform-node"
import { Layer } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApiBuilder, HttpApiScalar } from "effect/http-api"
import { PrometheusMetrics } from "effect/observability"
import { Api } from "#contract/Api.ts"
import { AccountsApi } from "#server/api/AccountsApi.ts"
import { AdminApi } from "#server/api/AdminApi.ts"
import { AuthApi } from "#server/api/AuthApi.ts"
import { MarketApi } from "#server/api/MarketApi.ts"
import { SystemApi } from "#server/api/SystemApi.ts"
import { TradingApi } from "#server/api/TradingApi.ts"
import { AccountAccessLive } from "#server/auth/AccountAccessLive.ts"
import { SessionLive } from "#server/auth/SessionLive.ts"
import type { Configuration } from "#server/Config.ts"
import { Envelope } from "#server/http/Envelope.ts"
import { makeNodeServer } from "#server/http/makeNodeServer.ts"
import { ProblemsLive } from "#server/http/Problems.ts"
import { RateLimitLive } from "#server/http/RateLimits.ts"
import { SameSiteLive } from "#server/http/SameSite.ts"
import { makeWebApp } from "#server/http/WebApp.ts"

const api = HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
  Layer.provide([AccountsApi, AdminApi, AuthApi, MarketApi, SystemApi, TradingApi]),
  Layer.provide([AccountAccessLive, SessionLive, SameSiteLive, RateLimitLive, ProblemsLive])
)

const routes = Layer.mergeAll(
  api,
  HttpApiScalar.layer(Api, { path: "/docs", scalar: { withDefaultFonts: false } }),
  PrometheusMetrics.layerHttp({ path: "/metrics" }),
  makeWebApp(),
  Envelope
)

export const makeHttp = ({ host, port }: Configuration) =>
  HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(NodeHttpServer.layer(makeNodeServer, { host, port }))
  )
