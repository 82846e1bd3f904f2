/** readFunding: what stands in the form as a request, or why the server would refuse it; by the rule that the server goes by. */
import type { FundingOverview, FundingWayView } from "#contract/FundingViews.ts"
import { formatDecimal, parseDecimal, type Decimal } from "#domain/Decimal.ts"
import type { FundingConditions, FundingWay } from "#domain/FundingConditions.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { fundingRefusal } from "#domain/fundingRefusal.ts"

export interface FundingForm {
  readonly method: string
  /** As it was typed. */
  readonly amount: string
  readonly details: Readonly<Record<string, string>>
}
export interface ReadFunding {
  /** Undefined while the amount is no number. */
  readonly request: FundingRequest | undefined
  /** Why it would be refused, with the figures that show it; undefined when it would not, or nothing is written yet. */
  readonly refusal: { readonly code: string; readonly context: Readonly<Record<string, string>> } | undefined
}

const way = (view: FundingWayView | null, currency: string): FundingWay | null =>
  view && {
    note: view.note,
    fields: view.fields,
    limits: { [currency]: { amountMin: money(view.amountMin), amountMax: money(view.amountMax), dayMax: money(view.dayMax) } }
  }
const money = (text: string): Decimal => parseDecimal(text) ?? 0n

const conditionsOf = ({ currency, methods, openDepositsMax, openWithdrawalsMax }: FundingOverview): FundingConditions => ({
  openDepositsMax,
  openWithdrawalsMax,
  methods: methods.map(({ deposit, name, title, withdrawal }) => ({
    name,
    title,
    deposit: way(deposit, currency),
    withdrawal: way(withdrawal, currency)
  }))
})

/** Fields that are filled; spaces around an answer are none of it. */
const filled = (details: FundingForm["details"]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(details).flatMap(([name, text]) => (text.trim() === "" ? [] : [[name, text.trim()]])))

/** `withdrawable`: what may be withdrawn now; undefined when that is not known, and then the server says it. */
export const readFunding = (
  overview: FundingOverview,
  kind: FundingKind,
  form: FundingForm,
  withdrawable: Decimal | undefined
): ReadFunding => {
  const amount = parseDecimal(form.amount.trim())
  if (amount === undefined) {
    return { request: undefined, refusal: form.amount.trim() === "" ? undefined : { code: "INVALID_AMOUNT", context: {} } }
  }
  const request = { method: form.method, amount, currency: overview.currency, details: filled(form.details) }
  const dayAmount = money(overview.methods.find(({ name }) => name === form.method)?.[kind]?.dayAmount ?? "0")
  const openRequests = kind === "deposit" ? overview.openDeposits : overview.openWithdrawals
  const refusal = fundingRefusal(conditionsOf(overview), kind, request, overview, { openRequests, dayAmount })
  if (refusal !== undefined) return { request, refusal: { code: refusal.reason, context: refusal.context } }
  if (kind === "withdrawal" && withdrawable !== undefined && amount > withdrawable) {
    const context = { amount: formatDecimal(amount), withdrawable: formatDecimal(withdrawable) }
    return { request, refusal: { code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT", context } }
  }
  return { request, refusal: undefined }
}
