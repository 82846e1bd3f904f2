/** Tokens in virtual time. */
import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import { SSO_TOKEN_SECONDS, SsoTokens } from "#server/sso/SsoTokens.ts"
import { ServerKeys } from "#server/auth/ServerKeys.ts"
import { testConfiguration } from "../../tests/InMemoryIdentity.ts"

const layer = SsoTokens.layer.pipe(Layer.provide(ServerKeys.layer), Layer.provide(testConfiguration))
const request = { clientId: "c1", adminId: "agent-17", reason: "ticket 4711" }

it.effect("a token is good for a minute and not for a second more", () =>
  Effect.gen(function* () {
    const tokens = yield* SsoTokens
    yield* TestClock.setTime(1_795_438_882_123)
    const { expiresAt, jti, token } = yield* tokens.sign(request)
    expect(SSO_TOKEN_SECONDS).toBeLessThanOrEqual(120)
    expect(expiresAt).toBe(1_795_438_882_000 + SSO_TOKEN_SECONDS * 1000)
    expect(yield* tokens.idOf(token)).toBe(jti)
    yield* TestClock.setTime(expiresAt - 1)
    expect(yield* tokens.idOf(token)).toBe(jti)
    yield* TestClock.setTime(expiresAt)
    expect(yield* tokens.idOf(token)).toBeUndefined()
    yield* TestClock.setTime(expiresAt + 3_600_000)
    expect(yield* tokens.idOf(token)).toBeUndefined()
  }).pipe(Effect.provide(layer))
)

it.effect("a clock that went back takes no token from the future", () =>
  Effect.gen(function* () {
    const tokens = yield* SsoTokens
    yield* TestClock.setTime(1_795_438_882_123)
    const { token } = yield* tokens.sign(request)
    yield* TestClock.setTime(1_795_438_882_123 - 3_600_000)
    expect(yield* tokens.idOf(token)).toBeUndefined()
  }).pipe(Effect.provide(layer))
)

it.effect("two tokens have two ids", () =>
  Effect.gen(function* () {
    const tokens = yield* SsoTokens
    const [first, second] = [yield* tokens.sign(request), yield* tokens.sign(request)]
    expect(first.jti).not.toBe(second.jti)
  }).pipe(Effect.provide(layer))
)
