/**
 * GuessLimit: how often somebody may be wrong about the password of an address, or the code behind it, over all nodes together.
 *
 * A try is taken before the password is looked at and given back when it was no guess; so that of a thousand guesses at the same moment, from
 * wherever and to whichever node, no more than the quota are looked at. Addresses that nobody has here are counted alike.
 */
import { TooManyRequests, type ServiceUnavailable } from "#contract/Problem.ts"
import { SignInTries, type TryPolicy } from "#db/SignInTries.ts"
import { unavailable } from "#server/api/refusals.ts"
import { setLimitHeaders } from "#server/http/RateLimits.ts"
import type { LimitPolicy } from "#server/http/TokenBuckets.ts"
import { Clock, Context, Effect, Layer, Schedule } from "effect"

export const GUESSES: LimitPolicy = { name: "failed-logins", quota: 10, windowSeconds: 300 }

const POLICY: TryPolicy = { tryMillis: (GUESSES.windowSeconds * 1000) / GUESSES.quota, windowMillis: GUESSES.windowSeconds * 1000 }

/** What is left when the whole quota is back at `fullAt`. */
export const guessesLeft = (fullAt: number, now: number) => {
  const remaining = Math.max(0, Math.floor((now + POLICY.windowMillis - fullAt) / POLICY.tryMillis))
  const nextAt = fullAt + POLICY.tryMillis - POLICY.windowMillis
  return {
    allowed: remaining > 0,
    remaining: Math.min(GUESSES.quota, remaining),
    retryAfterSeconds: remaining > 0 ? 0 : Math.max(1, Math.ceil((nextAt - now) / 1000)),
    resetSeconds: Math.max(0, Math.ceil((fullAt - now) / 1000))
  }
}

export class GuessLimit extends Context.Service<
  GuessLimit,
  {
    /** Runs what looks at a password or a code of this address, unless too many were wrong. */
    readonly guard: <A, E, R>(
      emailKey: string,
      effect: Effect.Effect<A, E, R>,
      isGuess: (error: E) => boolean
    ) => Effect.Effect<A, E | TooManyRequests | ServiceUnavailable, R>
  }
>()("server/auth/GuessLimit") {
  static readonly layer = Layer.effect(
    GuessLimit,
    Effect.gen(function* () {
      const tries = yield* SignInTries

      const guard = <A, E, R>(emailKey: string, effect: Effect.Effect<A, E, R>, isGuess: (error: E) => boolean) =>
        Effect.gen(function* () {
          const now = yield* Clock.currentTimeMillis
          const { allowed, fullAt } = yield* Effect.mapError(tries.take(emailKey, POLICY, now), unavailable)
          const left = guessesLeft(fullAt, now)
          yield* setLimitHeaders(GUESSES, left)
          if (!allowed) return yield* new TooManyRequests({ retryAfterSeconds: Math.max(1, left.retryAfterSeconds) })
          const giveBack = Effect.andThen(
            Effect.ignore(tries.giveBack(emailKey, POLICY)),
            setLimitHeaders(GUESSES, guessesLeft(fullAt - POLICY.tryMillis, now))
          )
          // who hangs up before the answer gets nothing back
          return yield* effect.pipe(
            Effect.tapError((error) => (isGuess(error) ? Effect.void : giveBack)),
            Effect.tap(() => giveBack)
          )
        })

      const cleanUp = Effect.flatMap(Clock.currentTimeMillis, tries.removeFull).pipe(
        Effect.catchTag("IdentityUnavailable", (error) => Effect.logWarning("Old tries not removed", { cause: error.cause }))
      )
      yield* cleanUp.pipe(Effect.repeat(Schedule.spaced("1 minute")), Effect.forkScoped)

      return GuessLimit.of({ guard })
    })
  )
}
