/** fundingRefusal: why a deposit or a withdrawal cannot be requested, as far as the conditions say. The server and the client's form ask the same. */
import { Schema } from "effect"
import { DECIMAL_DIGITS, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import type { FundingConditions, FundingWay } from "#domain/FundingConditions.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"

/** A closed set in order of precedence: when several apply, the first is told. Clients' programs tell refusals apart by these. */
export const FundingRefusalReason = Schema.Literals([
  "VERIFICATION_REQUIRED",
  "METHOD_NOT_AVAILABLE",
  "CURRENCY_MISMATCH",
  "INVALID_AMOUNT",
  "AMOUNT_BELOW_MINIMUM",
  "AMOUNT_ABOVE_MAXIMUM",
  "DETAIL_MISSING",
  "DETAIL_NOT_ACCEPTED",
  "OPEN_REQUESTS_LIMIT",
  "DAY_LIMIT_EXCEEDED"
])
export type FundingRefusalReason = typeof FundingRefusalReason.Type

export interface FundingRefusal {
  readonly reason: FundingRefusalReason
  /** Figures that show why, as text. */
  readonly context: Readonly<Record<string, string>>
}

/** What the account has asked for already. */
export interface FundingUsage {
  /** Requests of this kind that are neither decided nor canceled. */
  readonly openRequests: number
  /** By this method in the last 24 hours, without those that came to nothing. */
  readonly dayAmount: Decimal
}

export interface FundedAccount {
  readonly currency: string
  readonly currencyDigits: number
}

const refuse = (reason: FundingRefusalReason, context: FundingRefusal["context"]): FundingRefusal => ({ reason, context })

/** The way in which a method serves accounts of this currency, or undefined when it does not. */
export const wayOf = (conditions: FundingConditions, kind: FundingKind, method: string): FundingWay | undefined =>
  conditions.methods.find(({ name }) => name === method)?.[kind] ?? undefined

export const fundingRefusal = (
  conditions: FundingConditions,
  kind: FundingKind,
  request: FundingRequest,
  account: FundedAccount,
  usage: FundingUsage
): FundingRefusal | undefined => {
  const way = wayOf(conditions, kind, request.method)
  const limits = way?.limits[account.currency]
  if (way === undefined || limits === undefined) {
    return refuse("METHOD_NOT_AVAILABLE", { method: request.method, currency: account.currency })
  }
  if (request.currency !== account.currency) {
    return refuse("CURRENCY_MISMATCH", { currency: request.currency, accountCurrency: account.currency })
  }
  const amount = formatDecimal(request.amount)
  if (request.amount <= 0n || request.amount % 10n ** BigInt(DECIMAL_DIGITS - account.currencyDigits) !== 0n) {
    return refuse("INVALID_AMOUNT", { amount, currencyDigits: String(account.currencyDigits) })
  }
  const money = (value: Decimal) => formatDecimal(value, account.currencyDigits)
  if (request.amount < limits.amountMin) return refuse("AMOUNT_BELOW_MINIMUM", { amount, amountMin: money(limits.amountMin) })
  if (request.amount > limits.amountMax) return refuse("AMOUNT_ABOVE_MAXIMUM", { amount, amountMax: money(limits.amountMax) })
  const ofDetails = detailsRefusal(way, request.details)
  if (ofDetails !== undefined) return ofDetails
  const openRequestsMax = kind === "deposit" ? conditions.openDepositsMax : conditions.openWithdrawalsMax
  if (usage.openRequests >= openRequestsMax) {
    return refuse("OPEN_REQUESTS_LIMIT", { openRequests: String(usage.openRequests), openRequestsMax: String(openRequestsMax) })
  }
  if (usage.dayAmount + request.amount > limits.dayMax) {
    return refuse("DAY_LIMIT_EXCEEDED", { amount, dayAmount: money(usage.dayAmount), dayMax: money(limits.dayMax) })
  }
  return undefined
}

const detailsRefusal = (way: FundingWay, details: FundingRequest["details"]): FundingRefusal | undefined => {
  const missing = way.fields.find(({ name, required }) => required && (details[name] ?? "").trim() === "")
  if (missing !== undefined) return refuse("DETAIL_MISSING", { field: missing.name })
  for (const [name, value] of Object.entries(details)) {
    const field = way.fields.find((one) => one.name === name)
    if (field === undefined) return refuse("DETAIL_NOT_ACCEPTED", { field: name })
    if (value.length > field.lengthMax) return refuse("DETAIL_NOT_ACCEPTED", { field: name, lengthMax: String(field.lengthMax) })
  }
  return undefined
}
