/**
 * WithdrawalGate: whether a client may withdraw at all, whatever the amount. Asked when a withdrawal is requested; who verifies clients
 * provides it.
 */
import type { FundingRefusal } from "#domain/fundingRefusal.ts"
import { Context, Effect, Layer, Schema } from "effect"

/** It could not be found out; nothing is requested meanwhile. */
export class WithdrawalGateUnavailable extends Schema.TaggedError<WithdrawalGateUnavailable>()("WithdrawalGateUnavailable", {
  cause: Schema.String
}) {}

export class WithdrawalGate extends Context.Service<
  WithdrawalGate,
  {
    /** Undefined when the client may withdraw; else such as VERIFICATION_REQUIRED, with what is missing in the context. */
    readonly refusal: (clientId: string) => Effect.Effect<FundingRefusal | undefined, WithdrawalGateUnavailable>
  }
>()("server/funding/WithdrawalGate") {
  /** Where nobody has to be verified. */
  static readonly open = Layer.succeed(WithdrawalGate, WithdrawalGate.of({ refusal: () => Effect.succeed(undefined) }))
}
