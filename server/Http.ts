/** Http: everything that this process answers on its one port: the API, its documentation, the stream, metrics, and the web app. */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { ByteSize, Effect, Layer } from "effect"
import { HttpIncomingMessage, HttpRouter } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { PrometheusMetrics } from "effect/observability"
import { Api } from "#contract/Api.ts"
import { AccountsApi } from "#server/api/AccountsApi.ts"
import { AdminFundingApi } from "#server/api/AdminFundingApi.ts"
import { AdminApi } from "#server/api/AdminApi.ts"
import { AuditApi } from "#server/api/AuditApi.ts"
import { AuthApi } from "#server/api/AuthApi.ts"
import { DevClock } from "#server/api/DevClock.ts"
import { CrmFundingApi } from "#server/api/CrmFundingApi.ts"
import { CrmKycApi } from "#server/api/CrmKycApi.ts"
import { FundingApi } from "#server/api/FundingApi.ts"
import { AdminKycApi } from "#server/api/AdminKycApi.ts"
import { KycApi } from "#server/api/KycApi.ts"
import { CrmAccountsApi } from "#server/api/CrmAccountsApi.ts"
import { CrmMessagesApi } from "#server/api/CrmMessagesApi.ts"
import { CrmUsersApi } from "#server/api/CrmUsersApi.ts"
import { MarketApi } from "#server/api/MarketApi.ts"
import { PreferencesApi } from "#server/api/PreferencesApi.ts"
import { ProfileApi } from "#server/api/ProfileApi.ts"
import { ServiceKeysApi } from "#server/api/ServiceKeysApi.ts"
import { SsoApi } from "#server/api/SsoApi.ts"
import { SystemApi } from "#server/api/SystemApi.ts"
import { TradingApi } from "#server/api/TradingApi.ts"
import { UsersApi } from "#server/api/UsersApi.ts"
import { CrmWebhooksApi, WebhooksApi } from "#server/api/WebhooksApi.ts"
import { AuditedLive } from "#server/audit/AuditedLive.ts"
import { AccountAccessLive } from "#server/auth/AccountAccessLive.ts"
import { SessionLive } from "#server/auth/SessionLive.ts"
import type { Configuration } from "#server/settings.ts"
import { SignedByCrmLive } from "#server/crm/SignedByCrmLive.ts"
import { ServiceAccessLive, ServiceAccountAccessLive } from "#server/crm/ServiceAccessLive.ts"
import { Documentation } from "#server/http/Documentation.ts"
import { BODY_BYTES_MAX, Envelope } from "#server/http/Envelope.ts"
import { makeNodeServer } from "#server/http/makeNodeServer.ts"
import { ProblemsLive } from "#server/http/Problems.ts"
import { RateLimitLive } from "#server/http/RateLimits.ts"
import { SameSiteLive } from "#server/http/SameSite.ts"
import { makeWebApp } from "#server/http/WebApp.ts"
import { DevMail } from "#server/mail/DevMail.ts"
import { StreamHub } from "#server/stream/StreamHub.ts"
import { StreamRoute } from "#server/stream/StreamRoute.ts"

/**
 * A path has one spelling: what is bounded, or closed by a proxy in front, under one name must not be answered under another. Envelope refuses
 * what the router would still take for the same.
 */
const oneSpelling = { caseSensitive: true, ignoreTrailingSlash: false, ignoreDuplicateSlashes: false } as const

/** Requests under way at a stop may take this long to finish. */
const GRACEFUL_SHUTDOWN_TIMEOUT = "5 seconds"

const api = HttpApiBuilder.layer(Api).pipe(
  Layer.provide([
    AccountsApi,
    AdminApi,
    AdminFundingApi,
    AuditApi,
    AuthApi,
    CrmAccountsApi,
    CrmUsersApi,
    CrmFundingApi,
    FundingApi,
    KycApi,
    AdminKycApi,
    CrmKycApi,
    MarketApi,
    ProfileApi,
    PreferencesApi,
    ServiceKeysApi,
    SsoApi,
    SystemApi,
    TradingApi,
    UsersApi,
    WebhooksApi,
    CrmMessagesApi,
    CrmWebhooksApi
  ]),
  Layer.provide([
    ServiceAccountAccessLive,
    ServiceAccessLive,
    SignedByCrmLive,
    AccountAccessLive,
    SessionLive,
    SameSiteLive,
    AuditedLive,
    RateLimitLive,
    ProblemsLive
  ])
)

const routes = Layer.mergeAll(
  api,
  Documentation,
  DevClock,
  DevMail,
  StreamRoute,
  PrometheusMetrics.layerHttp({ path: "/metrics" }),
  makeWebApp(),
  Envelope
)

/** Streams never end by themselves: at a stop they are told to go before the server waits for its last requests. */
const drainStreams = Layer.effectDiscard(Effect.flatMap(StreamHub, (hub) => Effect.addFinalizer(() => hub.drain)))

export const makeHttp = ({ host, port }: Configuration) =>
  drainStreams.pipe(
    Layer.provideMerge(HttpRouter.serve(routes, { routerConfig: oneSpelling, disableLogger: true, disableListenLog: true })),
    Layer.provide(StreamHub.layer),
    Layer.provide(Layer.succeed(HttpIncomingMessage.MaxBodySize, ByteSize.bytes(BODY_BYTES_MAX))),
    Layer.provide(NodeHttpServer.layer(makeNodeServer, { host, port, gracefulShutdownTimeout: GRACEFUL_SHUTDOWN_TIMEOUT }))
  )
