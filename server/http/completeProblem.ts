/** completeProblem: gives a problem its request's trace id, and the answer a Retry-After where the problem says when. */
import { Exchange } from "#server/http/Exchange.ts"
import { Effect, Predicate } from "effect"

/** Answers `problem` itself: it was made for this request, so it may still be completed. Anything that is no problem of ours stays as it is. */
export const completeProblem = <E>(problem: E): Effect.Effect<E> =>
  Effect.map(Exchange, ({ headers, requestId }) => {
    if (!Predicate.hasProperty(problem, "traceId")) return problem
    Object.assign(problem, { traceId: requestId })
    if (Predicate.hasProperty(problem, "retryAfterSeconds") && typeof problem.retryAfterSeconds === "number") {
      headers["retry-after"] = String(problem.retryAfterSeconds)
    }
    return problem
  })
