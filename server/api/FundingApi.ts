/** FundingApi: deposits and withdrawals of clients. */
import { CurrentAccount, CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import type { DepositDecision, WithdrawalDecision } from "#contract/FundingViews.ts"
import { Forbidden, NotFound } from "#contract/Problem.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { FundingRequests, type FundingFilter } from "#db/FundingRequests.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { originOf } from "#server/api/execute.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { Funding, type FundingVerdict } from "#server/funding/Funding.ts"
import { fundingOverview } from "#server/funding/fundingOverview.ts"
import { fundingView } from "#server/funding/fundingView.ts"
import { Effect } from "effect"
import { HttpApiBuilder, HttpApiSchema } from "effect/http-api"

export interface FundingPageQuery extends Omit<FundingFilter, "kind"> {
  readonly limit?: number
  readonly cursor?: number
}

export const fundingPage = Effect.fnUntraced(function* (kind: FundingKind, { cursor, limit, ...filter }: FundingPageQuery) {
  const requests = yield* FundingRequests
  const page = yield* requests.page({ kind, ...filter }, { limit: limit ?? PAGE_LIMIT, cursor }).pipe(Effect.mapError(unavailable))
  return { requests: page.rows.map(fundingView), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
})

/** Decides, and says so to the audit trail. */
export const decideFunding = Effect.fnUntraced(function* (verdict: FundingVerdict) {
  const { amount, kind, reason, requestId, status } = verdict
  yield* note({ subject: `${kind}:${requestId}`, after: { status, amount }, ...(reason === undefined ? {} : { reason }) })
  // a key is its sender's own: the client and the CRM may both have a "1"
  const key = verdict.key === undefined ? undefined : `${verdict.origin.kind} ${verdict.key}`
  const record = yield* Funding.use((funding) => funding.decide({ ...verdict, key }))
  return fundingView(record)
})

/** A decision of the wire in the service's words. */
export const verdictOf = (decision: DepositDecision | WithdrawalDecision) => ({
  status: decision.decision,
  amount: "amount" in decision ? decision.amount : undefined,
  reason: decision.reason
})

/** Nobody else may send a client's money anywhere, nor announce some: not staff, and not who looks at the platform as the client. */
const ownAccount = Effect.gen(function* () {
  const account = yield* CurrentAccount
  const user = yield* CurrentUser
  return account.clientId === user.userId ? account : yield* new Forbidden({})
})

const request = Effect.fnUntraced(function* (kind: FundingKind, key: string, payload: FundingRequest) {
  const { accountId, clientId, currency } = yield* ownAccount
  const origin = originOf(yield* CurrentUser)
  const { amount, method } = payload
  yield* note({ after: { kind, method, amount, currency: payload.currency } })
  const asked = { kind, accountId, clientId, currencyOfAccount: currency, key, origin, ...payload }
  const body = fundingView(yield* Funding.use((funding) => funding.request(asked)))
  yield* note({ after: { kind, requestId: body.requestId, method, amount, currency: payload.currency } })
  return HttpApiSchema.withHeaders({ body, headers: { location: `/accounts/${accountId}/${kind}s/${body.requestId}` } })
})

const cancel = Effect.fnUntraced(function* (kind: FundingKind, key: string, requestId: string) {
  const { accountId } = yield* CurrentAccount
  const requests = yield* FundingRequests
  const found = yield* requests.find(requestId).pipe(Effect.mapError(unavailable))
  if (found?.accountId !== accountId || found.kind !== kind) {
    return yield* new NotFound({ code: kind === "deposit" ? "DEPOSIT_NOT_FOUND" : "WITHDRAWAL_NOT_FOUND" })
  }
  const origin = originOf(yield* CurrentUser)
  return yield* decideFunding({ kind, requestId, status: "canceled", key, origin })
})

const ofAccount = Effect.fnUntraced(function* (kind: FundingKind, query: FundingPageQuery) {
  const { accountId } = yield* CurrentAccount
  return yield* fundingPage(kind, { ...query, accountId })
})

export const FundingApi = HttpApiBuilder.group(Api, "funding", (handlers) =>
  handlers.handleAll({
    overview: fundingOverview,
    deposits: ({ query }) => ofAccount("deposit", query),
    withdrawals: ({ query }) => ofAccount("withdrawal", query),
    requestDeposit: ({ headers, payload }) => request("deposit", headers["idempotency-key"], payload),
    requestWithdrawal: ({ headers, payload }) => request("withdrawal", headers["idempotency-key"], payload),
    cancelDeposit: ({ headers, params: { depositId } }) => cancel("deposit", headers["idempotency-key"], depositId),
    cancelWithdrawal: ({ headers, params: { withdrawalId } }) => cancel("withdrawal", headers["idempotency-key"], withdrawalId)
  })
)
