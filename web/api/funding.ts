/** funding: deposits and withdrawals of the account on the page. Loaded with the page that shows them. */
import { Effect, Result } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApi, HttpApiClient } from "effect/http-api"
import { Problems, RateLimit, SameSite } from "#contract/Access.ts"
import { FundingGroup } from "#contract/FundingGroup.ts"
import type { FundingOverview, FundingView } from "#contract/FundingViews.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { type Answer, answerTo, clientOptions } from "./client.ts"
import type { LoadPage } from "./history.ts"
import { sendOnce } from "./sendOnce.ts"

class FundingApi extends HttpApi.make("clientFunding").add(FundingGroup).middleware(SameSite).middleware(RateLimit).middleware(Problems) {}

const { funding } = Effect.runSync(HttpApiClient.make(FundingApi, clientOptions).pipe(Effect.provide(FetchHttpClient.layer)))

const PAGE_ROWS = 50

export const loadFundingOverview = (accountId: string): Promise<Answer<FundingOverview>> =>
  answerTo(funding.overview({ params: { accountId } }))

const loader =
  (kind: FundingKind): LoadPage<FundingView> =>
  async (accountId, cursor) => {
    const list = kind === "deposit" ? funding.deposits : funding.withdrawals
    const query = { limit: PAGE_ROWS, ...(cursor === undefined ? {} : { cursor }) }
    return Result.map(await answerTo(list({ params: { accountId }, query })), ({ nextCursor, requests }) => ({
      rows: requests,
      next: nextCursor === null ? undefined : Number(nextCursor)
    }))
  }
/** Newest first. */
export const loadFunding: Readonly<Record<FundingKind, LoadPage<FundingView>>> = {
  deposit: loader("deposit"),
  withdrawal: loader("withdrawal")
}

export const requestFunding = (kind: FundingKind, accountId: string, payload: FundingRequest): Promise<Answer<FundingView>> =>
  sendOnce((headers) => {
    const request = kind === "deposit" ? funding.requestDeposit : funding.requestWithdrawal
    return answerTo(Effect.map(request({ params: { accountId }, headers, payload }), ({ body }) => body))
  })

export const cancelFunding = ({ accountId, kind, requestId }: FundingView): Promise<Answer<FundingView>> =>
  sendOnce((headers) =>
    answerTo(
      kind === "deposit"
        ? funding.cancelDeposit({ params: { accountId, depositId: requestId }, headers })
        : funding.cancelWithdrawal({ params: { accountId, withdrawalId: requestId }, headers })
    )
  )
