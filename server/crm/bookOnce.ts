/**
 * bookOnce: a balance operation, once for its reference: the same operation again is answered with what it booked, whenever and by whomever it
 * was booked. What was refused burns no reference: it may be tried anew, when there is money or with another amount.
 */
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import type { CommandRefused } from "#contract/Problem.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { balanceCommandId, bookedEntry } from "#server/api/bookedEntry.ts"
import { executeAs } from "#server/api/execute.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"
import { randomUUID } from "node:crypto"

type Operation = Omit<Extract<AccountCommand, { readonly _tag: "ApplyBalanceOperation" }>, "_tag">

const signedAmount = ({ amount, kind }: Operation): bigint => (kind === "withdrawal" || kind === "creditOut" ? -amount : amount)

/** What stands under the reference, when it is this very operation. */
const bookedBefore = Effect.fnUntraced(function* (accountId: string, operation: Operation, refused: CommandRefused) {
  const reads = yield* AccountReads
  const entry = yield* reads.bookedUnder(accountId, operation.reference).pipe(Effect.mapError(unavailable))
  if (entry?.kind !== operation.kind || entry.amount !== signedAmount(operation)) return yield* Effect.fail(refused)
  return { version: refused.version, entry }
})

export const bookOnce = Effect.fn("crm.bookOnce")(function* (origin: Origin, accountId: string, operation: Operation) {
  const commandId = balanceCommandId(operation.reference)
  const attempt = (id: string) => executeAs(origin, accountId, id, { _tag: "ApplyBalanceOperation", ...operation })
  return yield* attempt(commandId).pipe(
    // an answer of before: the account alone knows whether the reference was booked meanwhile
    Effect.catchTag(["CommandRefused", "IdempotencyKeyReused"], () => attempt(`${commandId} ${randomUUID()}`)),
    Effect.flatMap((outcome) => Effect.map(bookedEntry(outcome), (entry) => ({ version: outcome.version, entry }))),
    Effect.catchTag("CommandRefused", (refused) =>
      refused.code === "REFERENCE_ALREADY_BOOKED" ? bookedBefore(accountId, operation, refused) : Effect.fail(refused)
    )
  )
})
