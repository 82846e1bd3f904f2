/** refusals: the problem that each refusal and each failure of an account becomes. */
import type { AccountFailure, AccountUnavailable, Outcome } from "#actors/account/AccountProtocol.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable } from "#contract/Problem.ts"

/** After this a client may ask again: a take-over or a restart of the database takes about as long. */
export const RETRY_AFTER_SECONDS = 2
/** Staff have to act first. */
const QUARANTINE_RETRY_AFTER_SECONDS = 300

/** A refused order is kept under an id. */
const refusedOrderId = (outcome: Outcome): string | undefined => {
  for (const event of outcome.events) if (event._tag === "OrderRejected") return event.orderId
  return undefined
}

/** Missing things are 404, things that have moved on 409, all else 422. */
export const refusalProblem = (outcome: Outcome, { context, reason }: Rejection): CommandRefused | NotFound | Conflict => {
  const { version } = outcome
  if (reason === "ORDER_NOT_FOUND" || reason === "POSITION_NOT_FOUND") return new NotFound({ code: reason, context })
  if (reason === "ORDER_NOT_PENDING" || reason === "POSITION_CLOSED") return new Conflict({ code: reason, context, version })
  const orderId = refusedOrderId(outcome)
  return new CommandRefused({ code: reason, context, version, ...(orderId === undefined ? {} : { orderId }) })
}

export const unavailable = (): ServiceUnavailable => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: RETRY_AFTER_SECONDS })

/** Of reading an account. */
export const unavailableProblem = (failure: AccountUnavailable): ServiceUnavailable =>
  failure._tag === "AccountQuarantined"
    ? new ServiceUnavailable({ code: "ACCOUNT_QUARANTINED", retryAfterSeconds: QUARANTINE_RETRY_AFTER_SECONDS })
    : unavailable()

/** Of a command: whether it was done is not known. */
export const outcomeUnknown = (): ServiceUnavailable =>
  new ServiceUnavailable({ code: "OUTCOME_UNKNOWN", retryAfterSeconds: RETRY_AFTER_SECONDS })

export const failureProblem = (failure: AccountFailure): ServiceUnavailable | IdempotencyKeyReused => {
  switch (failure._tag) {
    case "CommandIdReused":
      return new IdempotencyKeyReused({})
    case "OutcomeUnknown":
      return outcomeUnknown()
    case "AccountQuarantined":
      return unavailableProblem(failure)
  }
}
