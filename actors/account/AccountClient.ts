/** AccountClient: the `Accounts` port over the cluster. Every failure of the way there is an unknown outcome: send the same command id again. */
import { Account, Accounts, OutcomeUnknown, type AccountFailure, type AccountUnavailable } from "#actors/account/AccountProtocol.ts"
import { Cause, Effect, Layer, Stream } from "effect"

/** Longer than an append's deadline and its repetition; the client's own patience is longer still. */
const ANSWER_DEADLINE = "12 seconds"

const isAccountFailure = (error: { readonly _tag: string }): error is AccountFailure =>
  error._tag === "OutcomeUnknown" || error._tag === "CommandIdReused" || error._tag === "AccountQuarantined"
const isAccountUnavailable = (error: { readonly _tag: string }): error is AccountUnavailable =>
  error._tag === "OutcomeUnknown" || error._tag === "AccountQuarantined"

export const AccountClient = Layer.effect(
  Accounts,
  Effect.gen(function* () {
    const client = yield* Account.client
    /** A defect on the other side is logged there; here it only means that nothing is known. */
    const answered = <A, E extends { readonly _tag: string }>(accountId: string, effect: Effect.Effect<A, E>) =>
      effect.pipe(
        Effect.timeoutOrElse({ duration: ANSWER_DEADLINE, orElse: () => Effect.fail(new OutcomeUnknown({ accountId })) }),
        Effect.catchDefect(() => Effect.fail(new OutcomeUnknown({ accountId })))
      )
    return Accounts.of({
      execute: (accountId, request) =>
        answered(accountId, client(accountId).Execute(request)).pipe(
          Effect.mapError((error) => (isAccountFailure(error) ? error : new OutcomeUnknown({ accountId })))
        ),
      wake: (accountId, quotes) =>
        answered(accountId, client(accountId).Wake({ quotes })).pipe(
          Effect.mapError((error) => (isAccountUnavailable(error) ? error : new OutcomeUnknown({ accountId })))
        ),
      view: (accountId) =>
        answered(accountId, client(accountId).View()).pipe(
          Effect.mapError((error) => (isAccountUnavailable(error) ? error : new OutcomeUnknown({ accountId })))
        ),
      watch: (accountId) =>
        client(accountId)
          .Watch()
          .pipe(
            Stream.mapError((error) => (isAccountUnavailable(error) ? error : new OutcomeUnknown({ accountId }))),
            // the account moves to another node, or its actor has a defect: either way it may be watched again
            Stream.catchCause((cause) => (Cause.hasFails(cause) ? Stream.failCause(cause) : Stream.fail(new OutcomeUnknown({ accountId }))))
          )
    })
  })
)
