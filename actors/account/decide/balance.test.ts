import { describe, expect, it } from "vitest"
import { BOOKED_REFERENCES_MAX } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { doubtfulReference } from "#actors/account/decide/balance.ts"
import { Desk, marketOf, openAccount, order } from "#actors/account/testing.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { decimal } from "#domain/Decimal.ts"
import { money, NOON } from "#domain/testing.ts"

const d = decimal
const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })
type Kind = Extract<AccountCommand, { readonly _tag: "ApplyBalanceOperation" }>["kind"]
const operation = (kind: Kind, amount: string, reference: string = `${kind} ${amount}`): AccountCommand => ({
  _tag: "ApplyBalanceOperation",
  kind,
  amount: d(amount),
  reference
})
const reserve = (requestId: string, amount: string): AccountCommand => ({ _tag: "ReserveWithdrawal", requestId, amount: d(amount) })
const release = (requestId: string): AccountCommand => ({ _tag: "ReleaseWithdrawal", requestId })
const settle = (requestId: string): AccountCommand => ({ _tag: "SettleWithdrawal", requestId })

describe("opening an account", () => {
  const open = { _tag: "OpenAccount", clientId: "C1", currency: "USD", mode: "hedging", group: "professional", leverage: 100 } as const
  it.each([
    ["is done once", {}, "accepted"],
    ["needs a known group", { group: "platinum" }, "UNKNOWN_GROUP"],
    ["needs a known group", { group: "constructor" }, "UNKNOWN_GROUP"],
    ["needs a leverage from 1 up", { leverage: 0 }, "INVALID_LEVERAGE"],
    ["needs a whole leverage", { leverage: 1.5 }, "INVALID_LEVERAGE"],
    ["needs a leverage within the limit", { leverage: 2_001 }, "INVALID_LEVERAGE"],
    ["needs a currency whose digits are known", { currency: "XXX" }, "INVALID_CURRENCY"]
  ])("%s", (_title, fields, expected) => {
    expect(new Desk().try({ ...open, ...fields }, market)).toBe(expected)
  })
  it("a second time is refused", () => {
    expect(openAccount().try(open, market)).toBe("ACCOUNT_ALREADY_OPEN")
  })
  it("comes before anything else", () => {
    const desk = new Desk()
    expect(desk.try(order({ side: "buy" }), market)).toBe("ACCOUNT_NOT_OPEN")
    expect(desk.try({ _tag: "ApplyQuotes", quotes: [] }, market)).toBe("ACCOUNT_NOT_OPEN")
    expect(desk.journal).toEqual([])
  })
  it("sets the digits of its currency", () => {
    const yen = openAccount({ currency: "JPY", balance: "0" })
    expect(yen.state.currencyDigits).toBe(0)
    expect(yen.try(operation("deposit", "100.5"), market)).toBe("INVALID_AMOUNT")
  })
})

describe("the balance is always the sum of its ledger entries", () => {
  it("deposits, withdrawals and corrections move it; credit moves credit", () => {
    const desk = openAccount({ balance: "0" })
    for (const each of [
      operation("deposit", "1000"),
      operation("creditIn", "200"),
      operation("withdrawal", "300"),
      operation("correction", "-1.5"),
      operation("creditOut", "50")
    ]) {
      desk.do(each, market)
    }
    const entries = desk.journal.flatMap((event) => (event._tag === "LedgerEntryBooked" ? [event.entry] : []))
    expect(
      entries.map(({ entryId, kind, amount, balanceAfter, creditAfter }) => [entryId, kind, amount, balanceAfter, creditAfter].map(String))
    ).toEqual(
      [
        ["L1", "deposit", d("1000"), d("1000"), 0n],
        ["L2", "creditIn", d("200"), d("1000"), d("200")],
        ["L3", "withdrawal", d("-300"), d("700"), d("200")],
        ["L4", "correction", d("-1.5"), d("698.5"), d("200")],
        ["L5", "creditOut", d("-50"), d("698.5"), d("150")]
      ].map((row) => row.map(String))
    )
    expect([money(desk.state.balance), money(desk.state.credit)]).toEqual(["698.50", "150.00"])
  })
  it("a credit is keyed by its request: applied twice, it books once", () => {
    const desk = openAccount({ balance: "0" })
    desk.do(operation("deposit", "100", "CRM-1"), market)
    expect(desk.try(operation("deposit", "100", "CRM-1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
    expect(desk.try(operation("deposit", "999", "CRM-1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
    expect(money(desk.state.balance)).toBe("100.00")
  })
  it.each([
    ["0", "INVALID_AMOUNT"],
    ["-1", "INVALID_AMOUNT"],
    ["0.001", "INVALID_AMOUNT"],
    ["1000000000000.01", "INVALID_AMOUNT"],
    ["1000000000000", "accepted"]
  ])("a deposit of %s: %s", (amount, expected) => {
    expect(openAccount().try(operation("deposit", amount), market)).toBe(expected)
  })
  it("no more credit goes out than is there", () => {
    expect(openAccount().try(operation("creditOut", "1"), market)).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
  })
})

describe("withdrawals", () => {
  it("take no more than is free: positions' margin and losses stay", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    expect(desk.try(operation("withdrawal", "8889.91"), market)).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    expect(desk.last.rejection?.context).toEqual({ amount: "8889.91", withdrawable: "8889.9" })
    expect(desk.try(operation("withdrawal", "8889.90"), market)).toBe("accepted")
  })
  it("credit and floating profit cannot be withdrawn", () => {
    const desk = openAccount()
    desk.do(operation("creditIn", "500"), market)
    desk.do(order({ side: "buy", volume: "0.01" }), market)
    const risen = marketOf({ EURUSD: ["1.20000", "1.20010"] })
    expect(desk.try(operation("withdrawal", "10000.01"), risen)).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    expect(desk.try(operation("withdrawal", "10000"), risen)).toBe("accepted")
  })
  it("a request reserves its amount: balance unchanged, free margin reduced", () => {
    const desk = openAccount()
    desk.do(reserve("W1", "4000"), market)
    expect(desk.figures(market)).toMatchObject({ balance: "10000.00", equity: "10000.00", freeMargin: "6000.00" })
    expect(desk.try(reserve("W2", "6000.01"), market)).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    expect(desk.try(reserve("W1", "1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
  })
  it("declined or canceled releases it", () => {
    const desk = openAccount()
    desk.do(reserve("W1", "4000"), market)
    desk.do(release("W1"), market)
    expect(desk.events("WithdrawalReleased")).toMatchObject([{ requestId: "W1", amount: d("4000") }])
    expect(desk.figures(market)["freeMargin"]).toBe("10000.00")
    expect(desk.try(release("W1"), market)).toBe("RESERVATION_NOT_FOUND")
  })
  it("approved books one entry and frees the reservation with it", () => {
    const desk = openAccount()
    desk.do(reserve("W1", "4000"), market)
    desk.do(settle("W1"), market)
    expect(desk.tags).toEqual(["LedgerEntryBooked"])
    expect(desk.figures(market)).toMatchObject({ balance: "6000.00", freeMargin: "6000.00" })
    expect(desk.try(settle("W1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
    expect(desk.try(reserve("W1", "1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
  })
  it("is checked again at approval: losses since may have eaten what was held back", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", volume: "5" }), market)
    desk.do(reserve("W1", "4000"), market)
    const fallen = marketOf({ EURUSD: ["1.09500", "1.09510"] })
    expect(desk.try(settle("W1"), fallen)).toBe("INSUFFICIENT_WITHDRAWABLE_AMOUNT")
    expect(desk.state.reservations.get("W1")).toBe(d("4000"))
    expect(desk.try(settle("W1"), market)).toBe("accepted")
  })
  it("the whole account is not withdrawn twice by parallel requests", () => {
    const desk = openAccount()
    const outcomes = Array.from({ length: 50 }, (_, index) => desk.try(reserve(`W${index}`, "3000"), market))
    expect(outcomes.filter((outcome) => outcome === "accepted")).toHaveLength(3)
  })
  it("an account that cannot be valued gives nothing out, but takes deposits", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    expect(desk.try(operation("withdrawal", "1"), marketOf({}))).toBe("NO_QUOTE")
    expect(desk.try(operation("deposit", "1"), marketOf({}))).toBe("accepted")
  })
})

describe("settings", () => {
  const change = (fields: Omit<Extract<AccountCommand, { readonly _tag: "ChangeSettings" }>, "_tag">): AccountCommand => ({
    _tag: "ChangeSettings",
    ...fields
  })
  it("only what differs is recorded; nothing at all is refused", () => {
    const desk = openAccount()
    desk.do(change({ leverage: 50, group: "professional", tradingMode: "full" }), market)
    expect(desk.last.events).toEqual([{ _tag: "SettingsChanged", at: NOON, leverage: 50 }])
    expect(desk.try(change({ leverage: 50 }), market)).toBe("NOTHING_TO_CHANGE")
    expect(desk.try(change({ lotsMax: null }), market)).toBe("NOTHING_TO_CHANGE")
    expect(desk.try(change({ group: "platinum" }), market)).toBe("UNKNOWN_GROUP")
    expect(desk.try(change({ leverage: 0 }), market)).toBe("INVALID_LEVERAGE")
  })
  it("limits are set and removed", () => {
    const desk = openAccount()
    desk.do(change({ lotsMax: d("2"), openPositionsMax: 1 }), market)
    expect(desk.try(order({ side: "buy", volume: "2.01" }), market)).toBe("ACCOUNT_LOTS_LIMIT")
    desk.do(order({ side: "buy", volume: "1" }), market)
    expect(desk.try(order({ side: "buy", volume: "1" }), market)).toBe("OPEN_POSITIONS_LIMIT")
    desk.do(change({ openPositionsMax: null }), market)
    expect(desk.try(order({ side: "buy", volume: "1.01" }), market)).toBe("ACCOUNT_LOTS_LIMIT")
    desk.do(change({ lotsMax: null }), market)
    expect(desk.try(order({ side: "buy", volume: "1.01" }), market)).toBe("accepted")
  })
  it("resting orders count against the limit on lots", () => {
    const desk = openAccount()
    desk.do(change({ lotsMax: d("2") }), market)
    desk.do(order({ side: "buy", volume: "1.5", type: "limit", limitPrice: d("1") }), market)
    expect(desk.try(order({ side: "buy", volume: "0.51" }), market)).toBe("ACCOUNT_LOTS_LIMIT")
  })
  it("a change of leverage computes margins anew, at their opening prices and rates", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1") }), market)
    desk.do(change({ leverage: 50 }), marketOf({ EURUSD: ["1.50000", "1.50010"] }))
    expect(desk.tags).toEqual(["SettingsChanged", "PositionModified", "OrderModified"])
    expect([money(desk.position.margin), money(desk.order.reservedMargin)]).toEqual(["2200.20", "2000.00"])
  })
  it("a change of group brings its caps, and may bring a margin call", () => {
    const desk = openAccount({ leverage: 200, balance: "3600" })
    desk.do(order({ side: "buy" }), market)
    desk.do(change({ group: "retail" }), market)
    expect(money(desk.position.margin)).toBe("3667.00")
    expect(desk.tags).toEqual(["SettingsChanged", "PositionModified", "MarginCallEntered"])
  })
})

describe("a reference books once for ever", () => {
  const many = openAccount({ balance: "0" })
  for (let index = 0; index <= BOOKED_REFERENCES_MAX; index++) many.do(operation("deposit", "1", `R${index}`), market)

  it("of which the account keeps the newest", () => {
    expect(many.state.bookedReferences.size).toBe(BOOKED_REFERENCES_MAX)
    expect(many.try(operation("deposit", "1", "R1"), market)).toBe("REFERENCE_ALREADY_BOOKED")
  })
  it("and asks the journal for one that it may have forgotten", () => {
    expect(doubtfulReference(many.state, operation("deposit", "1", "R0"))).toBe("R0")
    expect(doubtfulReference(many.state, reserve("R0", "1"))).toBe("R0")
    expect(doubtfulReference(many.state, operation("deposit", "1", "R1"))).toBeUndefined()
    expect(doubtfulReference(many.state, order({ side: "buy" }))).toBeUndefined()
    expect(doubtfulReference(openAccount().state, operation("deposit", "1", "R0"))).toBeUndefined()
  })
  it("which says that it was booked", () => {
    const asking = { askedBy: "staff", isReferenceBooked: true } as const
    for (const command of [operation("deposit", "1", "R0"), reserve("R0", "1"), settle("R0")]) {
      expect(decide("1", many.state, command, market, asking).rejection?.reason).toBe("REFERENCE_ALREADY_BOOKED")
    }
    expect(many.try(operation("deposit", "1", "R new"), market)).toBe("accepted")
  })
})
