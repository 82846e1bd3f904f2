/** identityProblems: what failures of sign-in become on the wire. */
import { Conflict, LinkInvalid, ProofRefused, ServiceUnavailable, Unauthenticated, ValidationFailed } from "#contract/Problem.ts"
import { RETRY_AFTER_SECONDS, unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"

const busy = () => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: RETRY_AFTER_SECONDS })

export const weakPassword = (pointer: string, detail: string) => new ValidationFailed({ errors: [{ in: "body", pointer, detail }] })

/** Of the database, the accounts and the hashing. */
export const unavailableHandlers = {
  IdentityUnavailable: () => Effect.fail(unavailable()),
  ReadsUnavailable: () => Effect.fail(unavailable()),
  OutcomeUnknown: () => Effect.fail(unavailable()),
  AccountQuarantined: () => Effect.fail(unavailable()),
  CommandIdReused: () => Effect.fail(unavailable()),
  HashingBusy: () => Effect.fail(busy())
}
export const hashingHandlers = {
  IdentityUnavailable: unavailableHandlers.IdentityUnavailable,
  HashingBusy: unavailableHandlers.HashingBusy
}
export const invalidCredentials = () => new Unauthenticated({ code: "INVALID_CREDENTIALS" })
export const wrongPassword = () => new ProofRefused({ code: "WRONG_PASSWORD" })
export const wrongCode = () => new ProofRefused({ code: "WRONG_CODE" })
export const linkInvalid = () => new LinkInvalid({})
export const emailTaken = () => new Conflict({ code: "EMAIL_TAKEN" })
export const twoFactorState = ({ enabled }: { readonly enabled: boolean }) =>
  new Conflict({ code: enabled ? "TWO_FACTOR_ON" : "TWO_FACTOR_OFF" })
