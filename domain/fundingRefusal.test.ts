import { describe, expect, it } from "vitest"
import { decimal } from "#domain/Decimal.ts"
import { defaultFundingConditions } from "#domain/defaultFundingConditions.ts"
import { FundingConditions } from "#domain/FundingConditions.ts"
import type { FundingKind, FundingRequest } from "#domain/FundingRequest.ts"
import { fundingRefusal, type FundingUsage } from "#domain/fundingRefusal.ts"
import { Schema } from "effect"

const account = { currency: "USD", currencyDigits: 2 }
const unused: FundingUsage = { openRequests: 0, dayAmount: 0n }
const request: FundingRequest = {
  method: "bankTransfer",
  amount: decimal("1000"),
  currency: "USD",
  details: { accountHolder: "Ada Lovelace", iban: "GB33BUKB20201555555555" }
}
const refusalOf = (change: Partial<FundingRequest>, usage: Partial<FundingUsage> = {}, kind: FundingKind = "withdrawal") =>
  fundingRefusal(defaultFundingConditions, kind, { ...request, ...change }, account, { ...unused, ...usage })

describe("a withdrawal by bank transfer", () => {
  it.each<[string, Partial<FundingRequest>, Partial<FundingUsage>]>([
    ["with all that is asked", {}, {}],
    ["with what may be left out", { details: { ...request.details, bic: "BUKBGB22" } }, {}],
    ["of the least amount", { amount: decimal("50") }, {}],
    ["of the largest amount", { amount: decimal("100000") }, {}],
    ["up to the day's limit", { amount: decimal("100000") }, { dayAmount: decimal("100000") }],
    ["as the last open one", {}, { openRequests: 4 }]
  ])("%s may be requested", (_, change, usage) => {
    expect(refusalOf(change, usage)).toBeUndefined()
  })

  it.each<[string, Partial<FundingRequest>, Partial<FundingUsage>]>([
    ["METHOD_NOT_AVAILABLE", { method: "cheque", currency: "EUR" }, {}],
    ["CURRENCY_MISMATCH", { currency: "EUR", amount: 0n }, {}],
    ["INVALID_AMOUNT", { amount: 0n }, {}],
    ["INVALID_AMOUNT", { amount: -decimal("100") }, {}],
    ["INVALID_AMOUNT", { amount: decimal("100.001") }, {}],
    ["AMOUNT_BELOW_MINIMUM", { amount: decimal("49.99"), details: {} }, {}],
    ["AMOUNT_ABOVE_MAXIMUM", { amount: decimal("100000.01"), details: {} }, {}],
    ["DETAIL_MISSING", { details: { accountHolder: "Ada Lovelace" } }, { openRequests: 5 }],
    ["DETAIL_MISSING", { details: { ...request.details, iban: "  " } }, {}],
    ["DETAIL_NOT_ACCEPTED", { details: { ...request.details, cardNumber: "4111111111111111" } }, {}],
    ["DETAIL_NOT_ACCEPTED", { details: { ...request.details, iban: "1".repeat(35) } }, {}],
    ["OPEN_REQUESTS_LIMIT", {}, { openRequests: 5, dayAmount: decimal("200000") }],
    ["DAY_LIMIT_EXCEEDED", { amount: decimal("100") }, { dayAmount: decimal("199900.01") }]
  ])("is refused with %s", (reason, change, usage) => {
    expect(refusalOf(change, usage)?.reason).toBe(reason)
  })
})

it("a method serves only the currencies that it has limits for", () => {
  expect(
    fundingRefusal(
      defaultFundingConditions,
      "deposit",
      { ...request, method: "crypto", currency: "JPY" },
      { currency: "JPY", currencyDigits: 0 },
      unused
    )?.reason
  ).toBe("METHOD_NOT_AVAILABLE")
})

describe("conditions", () => {
  const decode = Schema.decodeUnknownResult(FundingConditions)
  const conditions = Schema.encodeSync(FundingConditions)(defaultFundingConditions)
  const [method] = conditions.methods
  it("those of a new installation are in order", () => expect(decode(conditions)._tag).toBe("Success"))
  it("two methods of one name are refused", () => expect(decode({ ...conditions, methods: [method, method] })._tag).toBe("Failure"))
  it("a minimum above the maximum is refused", () => {
    const limits = { USD: { amountMin: "10", amountMax: "5", dayMax: "20" } }
    const deposit = { note: "n", fields: [], limits }
    expect(decode({ ...conditions, methods: [{ ...method, deposit }] })._tag).toBe("Failure")
  })
})
