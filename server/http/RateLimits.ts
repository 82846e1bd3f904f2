/**
 * RateLimits: how often callers may ask, per process.
 *
 * The general limits count requests per address (an IPv6 address stands for its /64) and per user. Sign-in has its own, and wrong passwords are counted over all processes: see GuessLimit.ts.
 */
import { RateLimit } from "#contract/Access.ts"
import { TooManyRequests } from "#contract/Problem.ts"
import { AppConfig } from "#server/Config.ts"
import type { Configuration } from "#server/settings.ts"
import { clientIp, networkOf } from "#server/http/clientIp.ts"
import { Exchange, setAnswerHeaders } from "#server/http/Exchange.ts"
import { TokenBuckets, type LimitPolicy, type Taken } from "#server/http/TokenBuckets.ts"
import { Context, Effect, Layer } from "effect"
import { HttpServerRequest } from "effect/http"

export type LimitName =
  | "requests"
  | "users"
  | "documents"
  | "logins"
  | "refreshes"
  | "registrations"
  | "mails"
  | "streams"
  | "services"
  | "failedServices"

/** Development has load tests from one address; wrong passwords are as limited there as anywhere. */
const policies = (environment: Configuration["environment"]): Record<LimitName, LimitPolicy> => {
  const isProduction = environment === "production"
  return {
    requests: { name: "requests", quota: isProduction ? 6_000 : 1_000_000, windowSeconds: isProduction ? 60 : 1 },
    // whoever is signed in, from wherever they ask
    users: { name: "users", quota: isProduction ? 3_000 : 1_000_000, windowSeconds: isProduction ? 60 : 1 },
    // the API's documentation: megabytes, for anybody
    documents: { name: "documents", quota: isProduction ? 60 : 100_000, windowSeconds: 60 },
    logins: { name: "logins", quota: isProduction ? 60 : 3_000, windowSeconds: 60 },
    refreshes: { name: "refreshes", quota: isProduction ? 120 : 10_000, windowSeconds: 60 },
    // per address that would be mailed to
    mails: { name: "mails", quota: 5, windowSeconds: 900 },
    registrations: { name: "registrations", quota: isProduction ? 20 : 2_000, windowSeconds: isProduction ? 3_600 : 60 },
    streams: { name: "streams", quota: isProduction ? 120 : 10_000, windowSeconds: 60 },
    // per program such as the CRM, whatever key it shows
    services: { name: "services", quota: isProduction ? 3_000 : 1_000_000, windowSeconds: isProduction ? 60 : 1 },
    // wrong keys and tokens per address
    failedServices: { name: "failed-services", quota: isProduction ? 30 : 3_000, windowSeconds: 300 }
  }
}

/** draft-ietf-httpapi-ratelimit-headers-11 */
const limitHeaders = ({ name, quota, windowSeconds }: LimitPolicy, taken: Taken) => ({
  "ratelimit-policy": `"${name}";q=${quota};w=${windowSeconds}`,
  ratelimit: `"${name}";r=${taken.remaining};t=${taken.resetSeconds}`
})

export const setLimitHeaders = (policy: LimitPolicy, taken: Taken) => setAnswerHeaders(limitHeaders(policy, taken))

export class RateLimits extends Context.Service<
  RateLimits,
  {
    /** Counts one, or fails when there is none left. */
    readonly consume: (name: LimitName, key: string) => Effect.Effect<void, TooManyRequests>
    /** Fails when there is none left; counts nothing. */
    readonly require: (name: LimitName, key: string) => Effect.Effect<void, TooManyRequests>
  }
>()("server/http/RateLimits") {
  static readonly layer = Layer.effect(
    RateLimits,
    Effect.gen(function* () {
      const { environment } = yield* AppConfig
      const all = policies(environment)
      const buckets: Record<LimitName, TokenBuckets> = {
        requests: new TokenBuckets(all.requests),
        users: new TokenBuckets(all.users),
        documents: new TokenBuckets(all.documents),
        logins: new TokenBuckets(all.logins),
        refreshes: new TokenBuckets(all.refreshes),
        registrations: new TokenBuckets(all.registrations),
        mails: new TokenBuckets(all.mails),
        streams: new TokenBuckets(all.streams),
        services: new TokenBuckets(all.services),
        failedServices: new TokenBuckets(all.failedServices)
      }
      const judge = (name: LimitName, key: string, how: "take" | "peek") =>
        Effect.clockWith((clock) =>
          Effect.flatMap(Exchange, ({ headers }) => {
            const taken = buckets[name][how](networkOf(key), clock.currentTimeMillisUnsafe())
            Object.assign(headers, limitHeaders(all[name], taken))
            return taken.allowed ? Effect.void : Effect.fail(new TooManyRequests({ retryAfterSeconds: taken.retryAfterSeconds }))
          })
        )
      return RateLimits.of({
        consume: (name, key) => judge(name, key, "take"),
        require: (name, key) => judge(name, key, "peek")
      })
    })
  )
}

/** In front of every endpoint. */
export const RateLimitLive = Layer.effect(
  RateLimit,
  Effect.map(RateLimits, (limits) =>
    RateLimit.of((httpEffect) =>
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) =>
        Effect.andThen(limits.consume("requests", clientIp(request)), httpEffect)
      )
    )
  )
)
