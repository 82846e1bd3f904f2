/** FundingGroup: what clients and staff do about deposits and withdrawals. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AccountAccess, AllowedRoles, Session, STAFF, type Role } from "#contract/Access.ts"
import {
  DepositDecision,
  DepositId,
  FundingConditionsView,
  FundingOverview,
  FundingPage,
  FundingRefused,
  FundingRequestBody,
  FundingView,
  WithdrawalDecision,
  WithdrawalId
} from "#contract/FundingViews.ts"
import {
  CommandRefused,
  Conflict,
  Forbidden,
  IdempotencyKeyMissing,
  IdempotencyKeyReused,
  NotFound,
  ServiceUnavailable,
  ValidationFailed
} from "#contract/Problem.ts"
import { commandHeaders, IdempotencyKey } from "#contract/Requests.ts"
import { AccountId, pageQuery } from "#contract/Wire.ts"
import { FundingConditions } from "#domain/FundingConditions.ts"
import { FundingStatus } from "#domain/FundingRequest.ts"
import { UserId } from "#contract/UsersGroup.ts"

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
const decisionErrors = [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ServiceUnavailable] as const
const ADMIN: ReadonlyArray<Role> = ["admin"]
const CONFIGURATION: ReadonlyArray<Role> = ["operator", "admin"]

const query = { ...pageQuery, status: Schema.optionalKey(FundingStatus) }
const staffQuery = { ...query, accountId: Schema.optionalKey(AccountId), clientId: Schema.optionalKey(UserId) }
const created = HttpApiSchema.WithHeaders(FundingView.pipe(HttpApiSchema.status(201)), {
  location: Schema.String.check(Schema.isMaxLength(128))
})
const decisionHeaders = { "idempotency-key": Schema.optionalKey(IdempotencyKey) }

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
  .add(
    HttpApiEndpoint.get("listDeposits", "/admin/deposits", { query: staffQuery, success: FundingPage, error: ServiceUnavailable })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Deposits of all accounts, newest first" })),
    HttpApiEndpoint.get("listWithdrawals", "/admin/withdrawals", { query: staffQuery, success: FundingPage, error: ServiceUnavailable })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Withdrawals of all accounts, newest first" })),
    HttpApiEndpoint.post("decideDeposit", "/admin/deposits/:depositId/decision", {
      params: { depositId: DepositId },
      headers: decisionHeaders,
      payload: DepositDecision,
      success: FundingView,
      error: decisionErrors
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(OpenApi.annotations({ summary: "Decide a deposit, where no CRM does" })),
    HttpApiEndpoint.post("decideWithdrawal", "/admin/withdrawals/:withdrawalId/decision", {
      params: { withdrawalId: WithdrawalId },
      headers: decisionHeaders,
      payload: WithdrawalDecision,
      success: FundingView,
      error: decisionErrors
    })
      .annotate(AllowedRoles, ADMIN)
      .annotateMerge(OpenApi.annotations({ summary: "Decide a withdrawal, where no CRM does" })),
    HttpApiEndpoint.get("conditions", "/admin/funding/conditions", { success: FundingConditionsView, error: ServiceUnavailable })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Methods and limits of deposits and withdrawals" })),
    HttpApiEndpoint.put("putConditions", "/admin/funding/conditions", {
      payload: FundingConditions,
      success: FundingConditionsView,
      error: [ValidationFailed, ServiceUnavailable]
    })
      .annotate(AllowedRoles, CONFIGURATION)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Replace methods and limits of deposits and withdrawals",
          description: "For requests from now on; open ones stay as they are."
        })
      )
  )
  .middleware(Session)
  .annotateMerge(
    OpenApi.annotations({
      title: "Deposits and withdrawals",
      description:
        "A request waits for a decision by the CRM or by staff; only an approval moves money, once. docs/funding.md says what each state means."
    })
  ) {}
