/** AdminFundingGroup: what staff do about deposits and withdrawals. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { STAFF, type Role } from "#contract/Role.ts"
import { DepositDecision, DepositId, FundingPage, FundingView, WithdrawalDecision, WithdrawalId } from "#contract/FundingViews.ts"
import { CommandRefused, Conflict, IdempotencyKeyReused, NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { IdempotencyKey } from "#contract/Requests.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { AccountId, pageQuery } from "#contract/Wire.ts"
import { defaultFundingConditions } from "#domain/defaultFundingConditions.ts"
import { FundingConditions } from "#domain/FundingConditions.ts"
import { FundingStatus } from "#domain/FundingRequest.ts"

const decisionErrors = [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ServiceUnavailable] as const
const ADMIN: ReadonlyArray<Role> = ["admin"]
const CONFIGURATION: ReadonlyArray<Role> = ["operator", "admin"]

const staffQuery = {
  ...pageQuery,
  status: Schema.optionalKey(FundingStatus),
  accountId: Schema.optionalKey(AccountId),
  clientId: Schema.optionalKey(UserId)
}
const decisionHeaders = { "idempotency-key": Schema.optionalKey(IdempotencyKey) }

export const FundingConditionsView = Schema.Struct({
  version: Schema.Int,
  conditions: FundingConditions
}).annotate({ identifier: "VersionedFundingConditions", examples: [{ version: 1, conditions: defaultFundingConditions }] })

export class AdminFundingGroup extends HttpApiGroup.make("adminFunding")
  .add(
    HttpApiEndpoint.get("deposits", "/admin/deposits", { query: staffQuery, success: FundingPage, error: ServiceUnavailable })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Deposits of all accounts, newest first" })),
    HttpApiEndpoint.get("withdrawals", "/admin/withdrawals", { query: staffQuery, success: FundingPage, error: ServiceUnavailable })
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
      title: "Administration: deposits and withdrawals",
      description: "Lists of all accounts, methods and limits, and decisions where no CRM makes them."
    })
  ) {}
