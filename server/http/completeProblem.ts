/** completeProblem: gives a problem its request's trace id, and the answer a Retry-After where the problem says when. */
import { RequestId } from "#server/http/RequestId.ts"
import { Effect, Predicate } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"

const retryAfter = (seconds: number) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", String(seconds)))
  )

/** Answers `problem` itself: it was made for this request, so it may still be completed. Anything that is no problem of ours stays as it is. */
export const completeProblem = <E>(problem: E) =>
  Effect.gen(function* () {
    if (!Predicate.hasProperty(problem, "traceId")) return problem
    Object.assign(problem, { traceId: yield* RequestId })
    if (Predicate.hasProperty(problem, "retryAfterSeconds") && typeof problem.retryAfterSeconds === "number") {
      yield* retryAfter(problem.retryAfterSeconds)
    }
    return problem
  })
