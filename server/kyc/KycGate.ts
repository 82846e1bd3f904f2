/** KycGate: what clients may not do until they have proved who they are, as far as the settings say. */
import { VerificationRequired, type ServiceUnavailable } from "#contract/Problem.ts"
import type { KycGate as Gate } from "#contract/KycViews.ts"
import { KycRecords, type KycUnavailable } from "#db/KycRecords.ts"
import type { KycStatus } from "#domain/kycStatus.ts"
import { unavailable } from "#server/api/refusals.ts"
import { AppConfig } from "#server/Config.ts"
import { WithdrawalGate, WithdrawalGateUnavailable } from "#server/funding/WithdrawalGate.ts"
import { Cache, Clock, Context, Effect, Exit, Layer } from "effect"

/** A client who trades is not looked up with every order. */
const APPROVAL_BELIEVED = "5 seconds"
const APPROVALS_MAX = 20_000

export class KycGate extends Context.Service<
  KycGate,
  {
    /** Undefined when the gate is open for the client; else where they stand. */
    readonly closedFor: (gate: Gate, userId: string) => Effect.Effect<KycStatus | undefined, KycUnavailable>
    /** In front of a handler. */
    readonly require: (gate: Gate, userId: string) => Effect.Effect<void, VerificationRequired | ServiceUnavailable>
  }
>()("server/kyc/KycGate") {
  static readonly layer = Layer.effect(
    KycGate,
    Effect.gen(function* () {
      const { kycEnabled, kycGates, s3Endpoint } = yield* AppConfig
      const records = yield* KycRecords
      const enabled = kycEnabled && s3Endpoint !== ""

      /** An approval that has run out does not wait for the sweep. */
      const look = Effect.fnUntraced(function* (userId: string) {
        const { approvedUntil, status } = yield* records.client(userId)
        const isOver = approvedUntil !== undefined && approvedUntil <= (yield* Clock.currentTimeMillis)
        if (status !== "approved") return status
        return isOver ? ("expired" as const) : undefined
      })
      const believed = yield* Cache.makeWith(look, {
        capacity: APPROVALS_MAX,
        timeToLive: (exit) => (Exit.isSuccess(exit) && exit.value === undefined ? APPROVAL_BELIEVED : 0)
      })

      const closedFor = (gate: Gate, userId: string) =>
        enabled && kycGates.includes(gate) ? Cache.get(believed, userId) : Effect.succeed(undefined)

      return KycGate.of({
        closedFor,
        require: (gate, userId) =>
          closedFor(gate, userId).pipe(
            Effect.mapError(unavailable),
            Effect.flatMap((status) => (status === undefined ? Effect.void : Effect.fail(new VerificationRequired({}))))
          )
      })
    })
  )
}

/** The same gate in front of withdrawals. */
export const KycWithdrawalGate = Layer.effect(
  WithdrawalGate,
  Effect.map(KycGate, (gate) =>
    WithdrawalGate.of({
      refusal: (clientId) =>
        gate.closedFor("withdrawal", clientId).pipe(
          Effect.mapError(({ cause }) => new WithdrawalGateUnavailable({ cause })),
          Effect.map((status) => (status === undefined ? undefined : { reason: "VERIFICATION_REQUIRED" as const, context: { status } }))
        )
    })
  )
)
