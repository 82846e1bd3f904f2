/** fundingView: a deposit or a withdrawal as the wire carries it. */
import type { FundingView, FundingWayView } from "#contract/FundingViews.ts"
import type { FundingRecord, FundingStep } from "#db/FundingRequests.ts"
import { currencyDigitsOf } from "#domain/Currency.ts"
import { formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { FundingWay } from "#domain/FundingConditions.ts"

/** Steps that are done; what the account refused changed nothing. */
const isDone = (step: FundingStep): boolean => step.finishedAt !== undefined && step.refusal === undefined

export const fundingView = (record: FundingRecord): FundingView => {
  const digits = currencyDigitsOf(record.currency) ?? 2
  return {
    requestId: record.requestId,
    kind: record.kind,
    accountId: record.accountId,
    clientId: record.clientId,
    method: record.method,
    amount: formatDecimal(record.amount, digits),
    currency: record.currency,
    details: record.details,
    status: record.status,
    approvedAmount: record.approvedAmount === undefined ? null : formatDecimal(record.approvedAmount, digits),
    reason: record.reason ?? null,
    history: record.steps.filter(isDone).map(({ begunAt, finishedAt, origin, reason, status }) => ({
      status,
      at: finishedAt ?? begunAt,
      by: origin.kind,
      reason: reason ?? null
    })),
    requestedAt: record.requestedAt,
    updatedAt: record.updatedAt
  }
}

/** Null where the method does not serve the currency in this direction. */
export const fundingWayView = (
  way: FundingWay | null,
  account: { readonly currency: string; readonly currencyDigits: number },
  dayAmount: Decimal
): FundingWayView | null => {
  const limits = way?.limits[account.currency]
  if (way === null || limits === undefined) return null
  const money = (value: Decimal) => formatDecimal(value, account.currencyDigits)
  return {
    note: way.note,
    fields: way.fields,
    amountMin: money(limits.amountMin),
    amountMax: money(limits.amountMax),
    dayMax: money(limits.dayMax),
    dayAmount: money(dayAmount)
  }
}
