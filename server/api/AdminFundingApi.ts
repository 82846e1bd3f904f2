/** AdminFundingApi: what staff do about deposits and withdrawals. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import type { DepositDecision, WithdrawalDecision } from "#contract/FundingViews.ts"
import { FundingConditionsStore } from "#db/FundingConditionsStore.ts"
import type { FundingConditions } from "#domain/FundingConditions.ts"
import type { FundingKind } from "#domain/FundingRequest.ts"
import { originOf } from "#server/api/execute.ts"
import { decideFunding, fundingPage, verdictOf } from "#server/api/FundingApi.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

const staffDecision = Effect.fnUntraced(function* (
  kind: FundingKind,
  requestId: string,
  decision: DepositDecision | WithdrawalDecision,
  key: string | undefined
) {
  const origin = originOf(yield* CurrentUser)
  return yield* decideFunding({ kind, requestId, ...verdictOf(decision), key, origin })
})

const putConditions = Effect.fnUntraced(function* (conditions: FundingConditions) {
  const store = yield* FundingConditionsStore
  const { userId } = yield* CurrentUser
  const before = yield* store.current.pipe(Effect.mapError(unavailable))
  yield* note({ before: before.conditions, after: conditions })
  return yield* store.change(conditions, userId).pipe(Effect.mapError(unavailable))
})

export const AdminFundingApi = HttpApiBuilder.group(Api, "adminFunding", (handlers) =>
  handlers.handleAll({
    deposits: ({ query }) => fundingPage("deposit", query),
    withdrawals: ({ query }) => fundingPage("withdrawal", query),
    decideDeposit: ({ headers, params: { depositId }, payload }) =>
      staffDecision("deposit", depositId, payload, headers["idempotency-key"]),
    decideWithdrawal: ({ headers, params: { withdrawalId }, payload }) =>
      staffDecision("withdrawal", withdrawalId, payload, headers["idempotency-key"]),
    conditions: () => FundingConditionsStore.use((store) => store.current).pipe(Effect.mapError(unavailable)),
    putConditions: ({ payload }) => putConditions(payload)
  })
)
