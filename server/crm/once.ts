/** once: a request of a program under its Idempotency-Key: done once, and answered the same as often as it is sent. */
import { CurrentService } from "#contract/CrmAccess.ts"
import { IdempotencyKeyReused, type ServiceUnavailable } from "#contract/Problem.ts"
import { ServiceRequests } from "#db/ServiceRequests.ts"
import { outcomeUnknown, unavailable } from "#server/api/refusals.ts"
import { Clock, Effect, Fiber, Schema } from "effect"
import { hash } from "node:crypto"

const bodyHashOf = (request: unknown): string =>
  hash(
    "sha256",
    JSON.stringify(request, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value)),
    "hex"
  )

/**
 * `request` is what the key is good for: another one under the same key is refused. Without a key the request is just done. Whoever hangs up
 * does not stop it halfway. What failed is not kept: it may be tried again.
 */
export const once = <A, I, E, R>(
  key: string | undefined,
  request: unknown,
  answerSchema: Schema.Codec<A, I>,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | IdempotencyKeyReused | ServiceUnavailable, R | ServiceRequests | CurrentService> =>
  Effect.gen(function* () {
    if (key === undefined) return yield* Effect.flatMap(Effect.forkDetach(effect), Fiber.join)
    const requests = yield* ServiceRequests
    const { service } = yield* CurrentService
    const begun = yield* requests
      .begin(service, key, bodyHashOf(request), yield* Clock.currentTimeMillis)
      .pipe(Effect.mapError(unavailable))
    switch (begun._tag) {
      case "Reused":
        return yield* new IdempotencyKeyReused({})
      case "UnderWay":
        return yield* outcomeUnknown()
      case "Answered":
        return yield* Schema.decodeUnknownEffect(answerSchema)(begun.answer).pipe(Effect.orDie)
      case "Begun":
    }
    const encode = Schema.encodeEffect(Schema.fromJsonString(answerSchema))
    const answered = Effect.gen(function* () {
      const value = yield* effect
      const text = yield* Effect.orDie(encode(value))
      // without it the same request is done again, which finds that it was done
      yield* Effect.ignore(requests.answer(service, key, text))
      return value
    }).pipe(Effect.onError(() => Effect.ignore(requests.abandon(service, key))))
    return yield* Effect.flatMap(Effect.forkDetach(answered), Fiber.join)
  })
