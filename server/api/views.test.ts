import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { AccountSummary, ChangeView, OrderView, PositionView } from "#contract/Views.ts"
import { present } from "#domain/testing.ts"
import { accountSummary, activeOrders, changeView, openPositions } from "#server/api/views.ts"

const quotes = { EURUSD: ["1.10000", "1.10010"] } as const
const higher = { EURUSD: ["1.10110", "1.10120"] } as const

const bought = () => {
  const desk = openAccount()
  desk.do(order({ side: "buy" }), marketOf(quotes))
  return desk
}

describe("an account", () => {
  it("without positions has no margin level", () => {
    const { state } = openAccount()
    expect(accountSummary({ version: 2, state }, marketOf({}))).toMatchObject({
      version: 2,
      balance: "10000.00",
      equity: "10000.00",
      usedMargin: "0.00",
      freeMargin: "10000.00",
      marginLevelPercent: null,
      marginCallLevelPercent: "100.00",
      stopOutLevelPercent: "50.00"
    })
  })

  it("shows money with the currency's digits and levels with four", () => {
    const { state } = bought()
    expect(accountSummary({ version: 5, state }, marketOf(quotes))).toMatchObject({
      equity: "9990.00",
      usedMargin: "1100.10",
      freeMargin: "8889.90",
      floatingProfit: "-10.00",
      marginLevelPercent: "908.0993"
    })
    expect(accountSummary({ version: 5, state }, marketOf(higher))).toMatchObject({ equity: "10100.00", floatingProfit: "100.00" })
  })

  it("in yen has no digits after the point", () => {
    const { state } = openAccount({ currency: "JPY", balance: "1000000" })
    expect(accountSummary({ version: 2, state }, marketOf({})).balance).toBe("1000000")
  })

  it("that cannot be valued says so, and shows what is booked", () => {
    const { state } = bought()
    expect(accountSummary({ version: 5, state }, marketOf({}))).toMatchObject({
      balance: "10000.00",
      usedMargin: "1100.10",
      equity: null,
      freeMargin: null,
      floatingProfit: null,
      marginLevelPercent: null
    })
  })

  it("fits the contract", () => {
    const { state } = bought()
    const encoded = Schema.encodeSync(AccountSummary)(accountSummary({ version: 5, state }, marketOf(quotes)))
    expect(encoded.openedAt).toMatch(/^2026-11-23T17:00:00/u)
  })
})

describe("a position", () => {
  it("shows what closing it now would bring, at the bid for a buy", () => {
    const { state } = bought()
    expect(openPositions(state, marketOf(higher))).toMatchObject([
      {
        positionId: "P1",
        lots: "1",
        openPrice: "1.10010",
        currentPrice: "1.10110",
        floatingProfit: "100.00",
        margin: "1100.10",
        status: "open"
      }
    ])
  })

  it("without a quote shows neither price nor profit", () => {
    const { state } = bought()
    const [position] = openPositions(state, marketOf({}))
    expect(position).toMatchObject({ currentPrice: null, floatingProfit: null })
    expect(Schema.encodeSync(PositionView)(present(position)).closedAt).toBeNull()
  })
})

it("a resting order is shown with what it waits for", () => {
  const desk = openAccount()
  desk.do(order({ side: "buy", type: "limit", volume: "0.5", limitPrice: 109_000_000n, comment: "dip" }), marketOf(quotes))
  const [resting] = activeOrders(desk.state, marketOf(quotes))
  expect(resting).toMatchObject({
    orderId: "O1",
    status: "pending",
    lots: "0.5",
    limitPrice: "1.09000",
    stopPrice: null,
    comment: "dip",
    fillPrice: null
  })
  expect(Schema.encodeSync(OrderView)(present(resting)).expiresAt).toBeNull()
})

it("every event of a busy account can be shown as a change", () => {
  const desk = bought()
  desk.try(order({ side: "buy", volume: "1000" }), marketOf(quotes))
  desk.do({ _tag: "ModifyPosition", positionId: "P1", stopLoss: 109_000_000n }, marketOf(quotes))
  desk.do({ _tag: "ClosePosition", positionId: "P1", lots: 50_000_000n }, marketOf(higher))
  desk.do({ _tag: "ClosePositions", result: "all" }, marketOf(higher))
  const changes = desk.journal.map((event, index) => changeView(index + 1, event))
  for (const change of changes) expect(Schema.decodeUnknownSync(ChangeView)(Schema.encodeSync(ChangeView)(change))).toEqual(change)
  expect(changes.map(({ type }) => type)).toContain("OrderRejected")
  expect(JSON.stringify(changes)).not.toMatch(/_tag|"at":/u)
})
