/**
 * withDeadline: a bound on a query that holds even when the connection is dead.
 *
 * Interrupting a query waits for the server's word, which never comes from a black-holed socket; so the query runs detached and only the
 * waiting for it is timed.
 */
import { Deferred, Effect, type Duration } from "effect"
import { SqlError } from "effect/sql"

export const withDeadline = <A, E, R, E2>(
  effect: Effect.Effect<A, E, R>,
  deadline: Duration.Input,
  onFailure: (cause: unknown) => E2
): Effect.Effect<A, E2, R> =>
  // no generator: one made for each query would keep what it holds, the query's parameters with it, until the next full collection
  Effect.flatMap(Deferred.make<A, E>(), (done) =>
    Effect.forkDetach(Deferred.into(effect, done)).pipe(
      Effect.andThen(Deferred.await(done)),
      Effect.timeout(deadline),
      Effect.mapError(onFailure),
      // a transaction whose connection broke dies of its rollback, which cannot be sent any more: that is the same failure
      Effect.catchDefect((defect) => (SqlError.isSqlError(defect) ? Effect.fail(onFailure(defect)) : Effect.die(defect)))
    )
  )
