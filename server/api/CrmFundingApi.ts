/** CrmFundingApi: deposits and withdrawals as the CRM lists and decides them. */
import { Api } from "#contract/Api.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import type { DepositDecision, WithdrawalDecision } from "#contract/FundingViews.ts"
import { NotFound } from "#contract/Problem.ts"
import { FundingRequests } from "#db/FundingRequests.ts"
import type { FundingKind } from "#domain/FundingRequest.ts"
import { decideFunding, fundingPage, verdictOf } from "#server/api/FundingApi.ts"
import { unavailable } from "#server/api/refusals.ts"
import { serviceOrigin } from "#server/crm/serviceOrigin.ts"
import { fundingView } from "#server/funding/fundingView.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

const find = Effect.fnUntraced(function* (kind: FundingKind, requestId: string) {
  const requests = yield* FundingRequests
  const found = yield* requests.find(requestId).pipe(Effect.mapError(unavailable))
  if (found?.opened !== true || found.kind !== kind) {
    return yield* new NotFound({ code: kind === "deposit" ? "DEPOSIT_NOT_FOUND" : "WITHDRAWAL_NOT_FOUND" })
  }
  return fundingView(found)
})

const decide = Effect.fnUntraced(function* (
  kind: FundingKind,
  requestId: string,
  decision: DepositDecision | WithdrawalDecision,
  key: string | undefined
) {
  const origin = serviceOrigin(yield* CurrentService)
  return yield* decideFunding({ kind, requestId, ...verdictOf(decision), key, origin })
})

export const CrmFundingApi = HttpApiBuilder.group(Api, "crmFunding", (handlers) =>
  handlers.handleAll({
    deposits: ({ query }) => fundingPage("deposit", query),
    deposit: ({ params: { depositId } }) => find("deposit", depositId),
    decideDeposit: ({ headers, params: { depositId }, payload }) => decide("deposit", depositId, payload, headers["idempotency-key"]),
    withdrawals: ({ query }) => fundingPage("withdrawal", query),
    withdrawal: ({ params: { withdrawalId } }) => find("withdrawal", withdrawalId),
    decideWithdrawal: ({ headers, params: { withdrawalId }, payload }) =>
      decide("withdrawal", withdrawalId, payload, headers["idempotency-key"])
  })
)
