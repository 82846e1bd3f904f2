/** judgeDecision: whether a decision on a deposit or a withdrawal begins something, repeats what was decided, or contradicts it. Pure. */
import { fundingTransitions, type FundingLifecycleEvent } from "#actors/funding/fundingLifecycle.ts"
import type { Decimal } from "#domain/Decimal.ts"
import type { FundingStatus } from "#domain/FundingRequest.ts"

export interface FundingDecision {
  readonly status: Exclude<FundingStatus, "requested">
  /** Of an approval: what is booked when that differs from what was requested. */
  readonly amount?: Decimal | undefined
  readonly reason?: string | undefined
}
export interface DecidedRequest {
  readonly status: FundingStatus
  readonly amount: Decimal
  /** What was approved. */
  readonly approvedAmount: Decimal | undefined
}

export const EVENT_OF: Readonly<Record<FundingDecision["status"], FundingLifecycleEvent>> = {
  processing: "process",
  approved: "approve",
  declined: "decline",
  canceled: "cancel",
  failed: "fail"
}

const approvedAmountOf = (request: DecidedRequest, decision: FundingDecision): Decimal | undefined =>
  decision.status === "approved" ? (decision.amount ?? request.amount) : undefined

/** The same decision twice is one, whatever reason is given the second time: the first stands. */
export const judgeDecision = (request: DecidedRequest, decision: FundingDecision): "begins" | "repeats" | "contradicts" => {
  if (request.status === decision.status) {
    return request.approvedAmount === approvedAmountOf(request, decision) ? "repeats" : "contradicts"
  }
  return fundingTransitions.next(request.status, EVENT_OF[decision.status]) === undefined ? "contradicts" : "begins"
}

/** Two decisions that ask for the same. */
export const isSameDecision = (request: DecidedRequest, one: FundingDecision, other: FundingDecision): boolean =>
  one.status === other.status && approvedAmountOf(request, one) === approvedAmountOf(request, other)
