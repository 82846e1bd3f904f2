/**
 * AccountClient: the `Accounts` port. Asks an account that is awake on this node directly, any other through the cluster.
 *
 * Every failure of the way there is an unknown outcome: send the same command id again. Only a mailbox that closed before the request began
 * is known to have done nothing; then the cluster knows where the account is now.
 */
import {
  Account,
  AccountQuarantined,
  Accounts,
  CommandIdReused,
  OutcomeUnknown,
  type AccountFailure,
  type AccountUnavailable
} from "#actors/account/AccountProtocol.ts"
import { isMailboxFailure, type MailboxFailure } from "#actors/account/Mailbox.ts"
import { ResidentAccounts, type ResidentAccount } from "#actors/account/ResidentAccounts.ts"
import { Cause, Clock, Context, Effect, Layer, References, Stream } from "effect"

/** Longer than an append's deadline and its repetition; the client's own patience is longer still. */
const ANSWER_DEADLINE = "12 seconds"

const isAccountUnavailable = (error: unknown): error is AccountUnavailable =>
  error instanceof OutcomeUnknown || error instanceof AccountQuarantined
const isAccountFailure = (error: unknown): error is AccountFailure => isAccountUnavailable(error) || error instanceof CommandIdReused

export const AccountClient = Layer.effect(
  Accounts,
  Effect.gen(function* () {
    const client = yield* Account.client
    const residents = yield* ResidentAccounts
    /**
     * An actor keeps the context of the fiber that woke it for as long as it is awake. In this one there is nothing of the
     * request: no session, no body, no span.
     */
    const apart = Context.add(yield* Effect.context(), References.TracerEnabled, false)

    /** A defect on the other side is logged there; here it only means that nothing is known. */
    const unknown = (accountId: string) => Effect.fail(new OutcomeUnknown({ accountId }))

    const overCluster = <A, E, Known extends E | OutcomeUnknown>(
      accountId: string,
      request: Effect.Effect<A, E>,
      isKnown: (error: unknown) => error is Known
    ) =>
      request.pipe(
        Effect.timeoutOrElse({ duration: ANSWER_DEADLINE, orElse: () => unknown(accountId) }),
        Effect.catchDefect(() => unknown(accountId)),
        Effect.mapError((error) => (isKnown(error) ? error : new OutcomeUnknown({ accountId }))),
        Effect.setContext(apart)
      )

    /** Its mailbox bounds the waiting. */
    const ask = <A, E>(
      accountId: string,
      direct: (account: ResidentAccount) => Effect.Effect<A, E | MailboxFailure>,
      cluster: () => Effect.Effect<A, E | OutcomeUnknown>
    ): Effect.Effect<A, E | OutcomeUnknown> =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const account = residents.find(accountId)
        if (account === undefined || !account.isDirect(now)) return cluster()
        return direct(account).pipe(
          Effect.catch((error) => {
            if (!isMailboxFailure(error)) return Effect.fail(error)
            return error._tag === "MailboxClosed" ? cluster() : unknown(accountId)
          }),
          Effect.catchDefect(() => unknown(accountId))
        )
      })

    const view = (accountId: string) =>
      ask(
        accountId,
        (account) => account.view(),
        () => overCluster(accountId, client(accountId).View(), isAccountUnavailable)
      )

    return Accounts.of({
      execute: (accountId, request) =>
        ask(
          accountId,
          (account) => account.execute(request),
          () => overCluster(accountId, client(accountId).Execute(request), isAccountFailure)
        ),
      wake: (accountId, quotes) =>
        ask(
          accountId,
          (account) => account.wake(quotes),
          () => overCluster(accountId, client(accountId).Wake({ quotes }), isAccountUnavailable)
        ),
      view,
      watch: (accountId) =>
        // wakes it apart from the watcher's own context
        Stream.unwrap(Effect.as(view(accountId), client(accountId).Watch())).pipe(
          Stream.mapError((error) => (isAccountUnavailable(error) ? error : new OutcomeUnknown({ accountId }))),
          // the account moves to another node, or its actor has a defect: either way it may be watched again
          Stream.catchCause((cause) => (Cause.hasFails(cause) ? Stream.failCause(cause) : Stream.fail(new OutcomeUnknown({ accountId }))))
        )
    })
  })
)
