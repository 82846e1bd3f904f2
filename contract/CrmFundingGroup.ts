/** CrmFundingGroup: what the CRM does about deposits and withdrawals. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { requiresScope, ServiceAccess } from "#contract/CrmAccess.ts"
import { DepositDecision, DepositId, FundingPage, FundingView, WithdrawalDecision, WithdrawalId } from "#contract/FundingViews.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable } from "#contract/Problem.ts"
import { IdempotencyKey } from "#contract/Requests.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { AccountId, pageQuery } from "#contract/Wire.ts"
import { FundingStatus } from "#domain/FundingRequest.ts"

const query = {
  ...pageQuery,
  status: Schema.optionalKey(FundingStatus),
  accountId: Schema.optionalKey(AccountId),
  clientId: Schema.optionalKey(UserId)
}
const headers = {
  "idempotency-key": Schema.optionalKey(
    IdempotencyKey.annotate({
      description:
        "Names this decision: sent again with the same key it is the same decision and, where the account refused it, the same refusal. " +
        "Without a key, a decision that was refused is tried anew."
    })
  )
}
const errors = [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ServiceUnavailable] as const

const ANSWER =
  "Answered when the account has done it, with the request as it is then. The same decision again, however often and from wherever, is answered " +
  "the same and moves nothing; one that contradicts what was decided is 409 `REQUEST_DECIDED`, with the state in `context`. 503 `OUTCOME_UNKNOWN`: " +
  "send it again; should nobody do so, the platform finishes by itself what was begun."

export class CrmFundingGroup extends HttpApiGroup.make("crmFunding")
  .add(
    HttpApiEndpoint.get("deposits", "/crm/deposits", { query, success: FundingPage, error: ServiceUnavailable })
      .annotateMerge(OpenApi.annotations({ summary: "Deposits, newest first" }))
      .annotateMerge(requiresScope("funding:read")),
    HttpApiEndpoint.get("deposit", "/crm/deposits/:depositId", {
      params: { depositId: DepositId },
      success: FundingView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One deposit" }))
      .annotateMerge(requiresScope("funding:read")),
    HttpApiEndpoint.post("decideDeposit", "/crm/deposits/:depositId/decision", {
      params: { depositId: DepositId },
      headers,
      payload: DepositDecision,
      success: FundingView,
      error: errors
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Decide a deposit",
          description: `An approval books the deposit's amount, or the one given, once: the deposit's id is the booking's reference. ${ANSWER}`
        })
      )
      .annotateMerge(requiresScope("funding:decide")),
    HttpApiEndpoint.get("withdrawals", "/crm/withdrawals", { query, success: FundingPage, error: ServiceUnavailable })
      .annotateMerge(OpenApi.annotations({ summary: "Withdrawals, newest first" }))
      .annotateMerge(requiresScope("funding:read")),
    HttpApiEndpoint.get("withdrawal", "/crm/withdrawals/:withdrawalId", {
      params: { withdrawalId: WithdrawalId },
      success: FundingView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One withdrawal" }))
      .annotateMerge(requiresScope("funding:read")),
    HttpApiEndpoint.post("decideWithdrawal", "/crm/withdrawals/:withdrawalId/decision", {
      params: { withdrawalId: WithdrawalId },
      headers,
      payload: WithdrawalDecision,
      success: FundingView,
      error: errors
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Decide a withdrawal",
          description:
            "An approval is checked against the account once more: losses since the request may have eaten what was held back, and then it is 422 " +
            "`INSUFFICIENT_WITHDRAWABLE_AMOUNT`, the request stays as it was and may be approved later or declined. Every other end frees what was " +
            `held back. ${ANSWER}`
        })
      )
      .annotateMerge(requiresScope("funding:decide"))
  )
  .middleware(ServiceAccess)
  .annotateMerge(
    OpenApi.annotations({
      title: "CRM: deposits and withdrawals",
      description: "Told of by `deposit.requested` and `withdrawal.requested`, decided here; each change is told by `….status_changed`."
    })
  ) {}
