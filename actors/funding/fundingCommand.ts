/** fundingCommand: what a step of a deposit or a withdrawal does in the account; undefined when it moves nothing there. Pure. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { FundingKind, FundingStatus } from "#domain/FundingRequest.ts"

/** `amount`: of the request, or what was approved of it. The request's id is the booking's reference, so it books once whatever happens. */
export const fundingCommand = (kind: FundingKind, requestId: string, status: FundingStatus, amount: Decimal): AccountCommand | undefined =>
  kind === "deposit" ? depositCommand(requestId, status, amount) : withdrawalCommand(requestId, status, amount)

const depositCommand = (reference: string, status: FundingStatus, amount: Decimal): AccountCommand | undefined =>
  status === "approved" ? { _tag: "ApplyBalanceOperation", kind: "deposit", amount, reference } : undefined

/** A withdrawal holds its amount back from the request to the end; every end but the approval lets it go. */
const withdrawalCommand = (requestId: string, status: FundingStatus, amount: Decimal): AccountCommand | undefined => {
  switch (status) {
    case "requested":
      return { _tag: "ReserveWithdrawal", requestId, amount }
    case "processing":
      return undefined
    case "approved":
      return { _tag: "SettleWithdrawal", requestId }
    case "declined":
    case "canceled":
    case "failed":
      return { _tag: "ReleaseWithdrawal", requestId }
  }
}
