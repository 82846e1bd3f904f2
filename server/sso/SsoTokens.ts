/**
 * SsoTokens: JWTs that open one session as a client. One algorithm, a key of their own drawn from SESSION_SECRET; what the database says of
 * the token's id decides whether it is still good.
 */
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { AppConfig } from "#server/Config.ts"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { jwtVerify, SignJWT } from "jose"
import { createPublicKey, randomUUID } from "node:crypto"

/** How long the browser has to get from the CRM to the dashboard. */
export const SSO_TOKEN_SECONDS = 60
const ALGORITHM = "EdDSA"
const TYPE = "sso+jwt"

const Claims = Schema.Struct({
  jti: Schema.String,
  sub: Schema.String,
  act: Schema.Struct({ sub: Schema.String }),
  reason: Schema.String
})
const isClaims = Schema.is(Claims)

export interface TokenRequest {
  readonly clientId: string
  readonly adminId: string
  readonly reason: string
}
export interface SignedToken {
  readonly token: string
  readonly jti: string
  readonly expiresAt: number
}

export class SsoTokens extends Context.Service<
  SsoTokens,
  {
    readonly sign: (request: TokenRequest) => Effect.Effect<SignedToken>
    /** The id of a token that we signed and that has not expired; undefined of any other. */
    readonly idOf: (token: string) => Effect.Effect<string | undefined>
  }
>()("server/sso/SsoTokens") {
  static readonly layer = Layer.effect(
    SsoTokens,
    Effect.gen(function* () {
      const keys = yield* ServerKeys
      const { publicOrigin } = yield* AppConfig
      const { keyId, privateKey } = keys.signingKey("sso token")
      const publicKey = createPublicKey(privateKey)
      const audience = `${publicOrigin}/sso/consume`

      const sign = Effect.fn("SsoTokens.sign")(function* ({ adminId, clientId, reason }: TokenRequest) {
        const issuedAt = Math.floor((yield* Clock.currentTimeMillis) / 1000)
        const expiresAt = issuedAt + SSO_TOKEN_SECONDS
        const jti = randomUUID()
        const token = yield* Effect.promise(() =>
          new SignJWT({ act: { sub: adminId }, reason })
            .setProtectedHeader({ alg: ALGORITHM, typ: TYPE, kid: keyId })
            .setIssuer(publicOrigin)
            .setAudience(audience)
            .setSubject(clientId)
            .setJti(jti)
            .setIssuedAt(issuedAt)
            .setExpirationTime(expiresAt)
            .sign(privateKey)
        )
        return { token, jti, expiresAt: expiresAt * 1000 }
      })

      const idOf = Effect.fn("SsoTokens.idOf")(function* (token: string) {
        const currentDate = new Date(yield* Clock.currentTimeMillis)
        const options = { algorithms: [ALGORITHM], issuer: publicOrigin, audience, typ: TYPE, maxTokenAge: SSO_TOKEN_SECONDS, currentDate }
        const verified = yield* Effect.tryPromise(() => jwtVerify(token, publicKey, options)).pipe(Effect.orElseSucceed(() => undefined))
        return verified?.protectedHeader.kid === keyId && isClaims(verified.payload) ? verified.payload.jti : undefined
      })

      return SsoTokens.of({ sign, idOf })
    })
  )
}
