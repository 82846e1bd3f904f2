/** funding: deposits and withdrawals of the account on the page. Loaded with the page that shows them. */
import { Result } from "effect"
import type { FundingGroup } from "#contract/FundingGroup.ts"
import { FundingOverview, FundingPage, FundingRequestBody, FundingView } from "#contract/FundingViews.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { call } from "./client.ts"
import type { LoadPage } from "./history.ts"
import { type Answer, operationsOf } from "./operation.ts"
import { sendOnce } from "./sendOnce.ts"

const funding = operationsOf<typeof FundingGroup>()
const overview = funding("GET /accounts/:accountId/funding", { success: FundingOverview })
const pages = {
  deposit: funding("GET /accounts/:accountId/deposits", { success: FundingPage }),
  withdrawal: funding("GET /accounts/:accountId/withdrawals", { success: FundingPage })
}
const codecs = { payload: FundingRequestBody, success: FundingView }
const requests = {
  deposit: funding("POST /accounts/:accountId/deposits", codecs),
  withdrawal: funding("POST /accounts/:accountId/withdrawals", codecs)
}
const depositEnd = funding("DELETE /accounts/:accountId/deposits/:depositId", { success: FundingView })
const withdrawalEnd = funding("DELETE /accounts/:accountId/withdrawals/:withdrawalId", { success: FundingView })

const PAGE_ROWS = 50

export const loadFundingOverview = (accountId: string): Promise<Answer<FundingOverview>> => call(overview({ params: { accountId } }))

const loader =
  (kind: FundingKind): LoadPage<FundingView> =>
  async (accountId, cursor) => {
    const query = { limit: String(PAGE_ROWS), ...(cursor === undefined ? {} : { cursor: String(cursor) }) }
    return Result.map(await call(pages[kind]({ params: { accountId }, query })), (page) => ({
      rows: page.requests,
      next: page.nextCursor === null ? undefined : Number(page.nextCursor)
    }))
  }
/** Newest first. */
export const loadFunding: Readonly<Record<FundingKind, LoadPage<FundingView>>> = {
  deposit: loader("deposit"),
  withdrawal: loader("withdrawal")
}

export const requestFunding = (kind: FundingKind, accountId: string, payload: FundingRequest): Promise<Answer<FundingView>> =>
  sendOnce((headers) => call(requests[kind]({ params: { accountId }, headers, payload })))

export const cancelFunding = ({ accountId, kind, requestId }: FundingView): Promise<Answer<FundingView>> =>
  sendOnce((headers) =>
    call(
      kind === "deposit"
        ? depositEnd({ params: { accountId, depositId: requestId }, headers })
        : withdrawalEnd({ params: { accountId, withdrawalId: requestId }, headers })
    )
  )
