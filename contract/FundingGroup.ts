/** FundingGroup: what clients do about deposits and withdrawals. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AccountAccess, Session } from "#contract/Access.ts"
import {
  DepositId,
  FundingOverview,
  FundingPage,
  FundingRefused,
  FundingRequestBody,
  FundingView,
  WithdrawalId
} from "#contract/FundingViews.ts"
import {
  CommandRefused,
  Conflict,
  Forbidden,
  IdempotencyKeyMissing,
  IdempotencyKeyReused,
  NotFound,
  ServiceUnavailable
} from "#contract/Problem.ts"
import { commandHeaders } from "#contract/Requests.ts"
import { AccountId, pageQuery } from "#contract/Wire.ts"
import { FundingStatus } from "#domain/FundingRequest.ts"

const inAccount = { accountId: AccountId }
const requestErrors = [
  IdempotencyKeyMissing,
  IdempotencyKeyReused,
  Forbidden,
  NotFound,
  FundingRefused,
  CommandRefused,
  ServiceUnavailable
] as const
const cancelErrors = [IdempotencyKeyMissing, IdempotencyKeyReused, NotFound, Conflict, CommandRefused, ServiceUnavailable] as const

const query = { ...pageQuery, status: Schema.optionalKey(FundingStatus) }
const created = HttpApiSchema.WithHeaders(FundingView.pipe(HttpApiSchema.status(201)), {
  location: Schema.String.check(Schema.isMaxLength(128))
})

export class FundingGroup extends HttpApiGroup.make("funding")
  .add(
    HttpApiEndpoint.get("overview", "/accounts/:accountId/funding", {
      params: inAccount,
      success: FundingOverview,
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Methods, limits, and what may be withdrawn",
        description: "Everything that a form for a deposit or a withdrawal needs to say beforehand what would be refused."
      })
    ),
    HttpApiEndpoint.get("deposits", "/accounts/:accountId/deposits", {
      params: inAccount,
      query,
      success: FundingPage,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Deposits, newest first" })),
    HttpApiEndpoint.post("requestDeposit", "/accounts/:accountId/deposits", {
      params: inAccount,
      headers: commandHeaders,
      payload: FundingRequestBody,
      success: created,
      error: requestErrors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Request a deposit",
        description: "Nothing is booked until it is approved. For the account's own client alone, not for an impersonation session."
      })
    ),
    HttpApiEndpoint.delete("cancelDeposit", "/accounts/:accountId/deposits/:depositId", {
      params: { ...inAccount, depositId: DepositId },
      headers: commandHeaders,
      success: FundingView,
      error: cancelErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Cancel a deposit that nobody works on yet" })),
    HttpApiEndpoint.get("withdrawals", "/accounts/:accountId/withdrawals", {
      params: inAccount,
      query,
      success: FundingPage,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Withdrawals, newest first" })),
    HttpApiEndpoint.post("requestWithdrawal", "/accounts/:accountId/withdrawals", {
      params: inAccount,
      headers: commandHeaders,
      payload: FundingRequestBody,
      success: created,
      error: requestErrors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Request a withdrawal",
        description:
          "Answered when the amount is held back: the balance stays, free margin falls. For the account's own client alone, not for an impersonation session."
      })
    ),
    HttpApiEndpoint.delete("cancelWithdrawal", "/accounts/:accountId/withdrawals/:withdrawalId", {
      params: { ...inAccount, withdrawalId: WithdrawalId },
      headers: commandHeaders,
      success: FundingView,
      error: cancelErrors
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Cancel a withdrawal that nobody works on yet",
        description: "Answered when its amount is free again."
      })
    )
  )
  .middleware(AccountAccess)
  .middleware(Session)
  .annotateMerge(
    OpenApi.annotations({
      title: "Deposits and withdrawals",
      description:
        "A request waits for a decision by the CRM or by staff; only an approval moves money, once. docs/funding.md says what each state means."
    })
  ) {}
