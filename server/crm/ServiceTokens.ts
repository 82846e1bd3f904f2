/**
 * ServiceTokens: JWTs that the CRM signs for its own requests, checked against the key it gave us. One algorithm, chosen by the configuration
 * and never by the token (RFC 8725).
 */
import { ServiceScope } from "#contract/CrmAccess.ts"
import { AppConfig, ConfigurationError } from "#server/Config.ts"
import type { Configuration } from "#server/settings.ts"
import { Clock, Context, Effect, Layer, Redacted, Schema } from "effect"
import { createLocalJWKSet, createRemoteJWKSet, errors, importSPKI, jwtVerify, type JWTVerifyGetKey } from "jose"

/** Longest time between a token's `iat` and its `exp`. */
export const TOKEN_LIFETIME_SECONDS_MAX = 600
/** How far the CRM's clock may be off. */
const CLOCK_TOLERANCE_SECONDS = 5
const JWKS_TIMEOUT_MILLIS = 3_000
/** A key that the CRM withdrew is believed no longer than this. */
const JWKS_CACHE_MILLIS = 300_000
const TOKEN_LENGTH_MAX = 4_096

/** The CRM's keys could not be read. */
export class TokenKeysUnavailable extends Schema.TaggedError<TokenKeysUnavailable>()("TokenKeysUnavailable", { cause: Schema.String }) {}

export interface TokenBearer {
  readonly service: string
  readonly scopes: ReadonlySet<ServiceScope>
}

const Claims = Schema.Struct({
  sub: Schema.String.check(Schema.isPattern(/^[a-z0-9][a-z0-9-]{0,31}$/u)),
  iat: Schema.Int,
  exp: Schema.Int,
  scope: Schema.String.check(Schema.isMaxLength(1_000))
})
const isClaims = Schema.is(Claims)
const isScope = Schema.is(ServiceScope)

const JwkSet = Schema.fromJsonString(
  Schema.Struct({ keys: Schema.Array(Schema.Struct({ kty: Schema.String, use: Schema.optionalKey(Schema.Literal("sig")) })) })
)

/** Undefined while tokens are off. Fails on a text that is no key for the algorithm. */
const keyOf = async (config: Configuration): Promise<JWTVerifyGetKey | undefined> => {
  const text = Redacted.value(config.crmJwtKey).replaceAll(String.raw`\n`, "\n")
  if (config.crmJwksUrl !== "") {
    return createRemoteJWKSet(new URL(config.crmJwksUrl), { timeoutDuration: JWKS_TIMEOUT_MILLIS, cacheMaxAge: JWKS_CACHE_MILLIS })
  }
  if (text === "") return undefined
  if (config.crmJwtAlgorithm === "HS256") {
    const secret = new TextEncoder().encode(text)
    return () => secret
  }
  if (text.startsWith("{")) {
    Schema.decodeUnknownSync(JwkSet)(text)
    return createLocalJWKSet(JSON.parse(text))
  }
  const key = await importSPKI(text, config.crmJwtAlgorithm)
  return () => key
}

export class ServiceTokens extends Context.Service<
  ServiceTokens,
  {
    /** Undefined when the token does not hold, for whatever reason. */
    readonly verify: (token: string) => Effect.Effect<TokenBearer | undefined, TokenKeysUnavailable>
  }
>()("server/crm/ServiceTokens") {
  static readonly layer = Layer.effect(
    ServiceTokens,
    Effect.gen(function* () {
      const config = yield* AppConfig
      const key = yield* Effect.tryPromise({
        try: () => keyOf(config),
        catch: () =>
          new ConfigurationError({ lines: [`CRM_JWT_KEY: expected a key for ${config.crmJwtAlgorithm}, got a value that is not shown`] })
      })

      const verify = Effect.fn("ServiceTokens.verify")(function* (token: string) {
        if (key === undefined || token.length > TOKEN_LENGTH_MAX) return undefined
        const now = yield* Clock.currentTimeMillis
        const verified = yield* Effect.tryPromise({
          try: () =>
            jwtVerify(token, key, {
              algorithms: [config.crmJwtAlgorithm],
              audience: config.crmJwtAudience,
              issuer: config.crmJwtIssuer,
              requiredClaims: ["exp", "sub", "scope"],
              maxTokenAge: TOKEN_LIFETIME_SECONDS_MAX,
              clockTolerance: CLOCK_TOLERANCE_SECONDS,
              currentDate: new Date(now)
            }),
          catch: (error) => error
        }).pipe(
          // what jose says of the token itself; anything else is about where the keys come from
          Effect.catch((error) =>
            error instanceof errors.JOSEError && !(error instanceof errors.JWKSTimeout) && error.code !== "ERR_JOSE_GENERIC"
              ? Effect.succeed(undefined)
              : Effect.fail(new TokenKeysUnavailable({ cause: String(error) }))
          )
        )
        const claims = verified?.payload
        if (!isClaims(claims) || claims.exp - claims.iat > TOKEN_LIFETIME_SECONDS_MAX) return undefined
        return { service: claims.sub, scopes: new Set(claims.scope.split(" ").filter(isScope)) }
      })
      return ServiceTokens.of({ verify })
    })
  )
}
