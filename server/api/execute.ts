/** execute: a command to the caller's account, and its outcome or the problem it met. */
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { Accounts, type Outcome } from "#actors/account/AccountProtocol.ts"
import { Configurations } from "#actors/Configurations.ts"
import { CurrentAccount, CurrentUser } from "#contract/Access.ts"
import type { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { commandResult } from "#server/api/commandResult.ts"
import { failureProblem, outcomeUnknown, refusalProblem } from "#server/api/refusals.ts"
import { digitsOf } from "#server/api/views.ts"
import { Effect, Fiber } from "effect"

export type CommandProblem = CommandRefused | NotFound | Conflict | IdempotencyKeyReused | ServiceUnavailable

/** Who asked, for the journal. */
export const originOf = (user: typeof CurrentUser.Service): Origin => ({
  kind: user.role === "client" ? "client" : "staff",
  id: user.userId,
  ...(user.impersonation === undefined ? {} : { impersonatedBy: user.impersonation.adminId }),
  ip: user.ip
})

/** Fails with the refusal as a problem. A client that hangs up does not stop its command halfway: that goes on by itself. */
export const executeAs = Effect.fnUntraced(function* (
  origin: Origin,
  accountId: string,
  commandId: string,
  command: AccountCommand
): Effect.fn.Return<Outcome, CommandProblem, Accounts> {
  const accounts = yield* Accounts
  const running = yield* Effect.forkDetach(accounts.execute(accountId, { commandId, command, origin }), { startImmediately: true })
  const outcome = yield* Fiber.join(running).pipe(Effect.mapError(failureProblem))
  return outcome.rejection === undefined ? outcome : yield* Effect.fail(refusalProblem(outcome, outcome.rejection))
})

export const execute = Effect.fnUntraced(function* (
  accountId: string,
  commandId: string,
  command: AccountCommand
): Effect.fn.Return<Outcome, CommandProblem, Accounts | CurrentUser> {
  return yield* executeAs(originOf(yield* CurrentUser), accountId, commandId, command)
})

/** The order that a command made; undefined when it made none. */
const placedOrderId = (outcome: Outcome): string | undefined => {
  for (const event of outcome.events) if (event._tag === "OrderPlaced") return event.order.orderId
  return undefined
}

/** As a trading command is answered. `orderId` names the order that it is about. */
export const executeTrading = Effect.fnUntraced(function* (commandId: string, command: AccountCommand, orderId?: string) {
  const { accountId, currencyDigits } = yield* CurrentAccount
  const configurations = yield* Configurations
  const outcome = yield* execute(accountId, commandId, command)
  return yield* commandResult(
    accountId,
    outcome,
    orderId ?? placedOrderId(outcome),
    digitsOf(currencyDigits, configurations.current())
  ).pipe(Effect.mapError(outcomeUnknown))
})
