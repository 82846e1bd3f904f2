import { describe, expect, it } from "vitest"
import type { FundingOverview } from "#contract/FundingViews.ts"
import { decimal } from "#domain/Decimal.ts"
import { readFunding, type FundingForm } from "./readFunding.ts"

const overview: FundingOverview = {
  accountId: "100001",
  version: 5,
  currency: "USD",
  currencyDigits: 2,
  withdrawable: "500.00",
  reservedForWithdrawals: "0.00",
  withdrawalRefusal: null,
  openDeposits: 0,
  openDepositsMax: 5,
  openWithdrawals: 4,
  openWithdrawalsMax: 5,
  methods: [
    {
      name: "bankTransfer",
      title: "Bank transfer",
      deposit: null,
      withdrawal: {
        note: "n",
        fields: [{ name: "iban", title: "IBAN", required: true, lengthMax: 34 }],
        amountMin: "50.00",
        amountMax: "1000.00",
        dayMax: "2000.00",
        dayAmount: "1500.00"
      }
    }
  ]
}
const form: FundingForm = { method: "bankTransfer", amount: "100", details: { iban: " GB33 ", bic: " " } }
const read = (change: Partial<FundingForm>, more: Partial<FundingOverview> = {}, withdrawable: bigint | undefined = decimal("600")) =>
  readFunding({ ...overview, ...more }, "withdrawal", { ...form, ...change }, withdrawable)

describe("the form", () => {
  it("is a request, without what was left empty", () => {
    expect(read({})).toEqual({
      request: { method: "bankTransfer", amount: decimal("100"), currency: "USD", details: { iban: "GB33" } },
      refusal: undefined
    })
  })
  it("with nothing in it is no request and no mistake", () =>
    expect(read({ amount: " " })).toEqual({ request: undefined, refusal: undefined }))

  it.each<[string, Partial<FundingForm>, Partial<FundingOverview>]>([
    ["INVALID_AMOUNT", { amount: "ten" }, {}],
    ["INVALID_AMOUNT", { amount: "1e3" }, {}],
    ["INVALID_AMOUNT", { amount: "100.001" }, {}],
    ["AMOUNT_BELOW_MINIMUM", { amount: "49.99" }, {}],
    ["AMOUNT_ABOVE_MAXIMUM", { amount: "1000.01" }, {}],
    ["DETAIL_MISSING", { details: { iban: "" } }, {}],
    ["OPEN_REQUESTS_LIMIT", {}, { openWithdrawals: 5 }],
    ["DAY_LIMIT_EXCEEDED", { amount: "500.01" }, {}],
    ["METHOD_NOT_AVAILABLE", { method: "card" }, {}]
  ])("says %s beforehand", (code, change, more) => expect(read(change, more).refusal?.code).toBe(code))

  it("says when more is asked for than is free, and leaves it to the server while that is not known", () => {
    expect(read({ amount: "500" }, {}, decimal("499.99")).refusal).toEqual({
      code: "INSUFFICIENT_WITHDRAWABLE_AMOUNT",
      context: { amount: "500", withdrawable: "499.99" }
    })
    expect(readFunding(overview, "withdrawal", { ...form, amount: "500" }, undefined).refusal).toBeUndefined()
  })
})
