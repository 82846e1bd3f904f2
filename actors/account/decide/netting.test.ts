import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { configured, money } from "#domain/testing.ts"

const d = decimal
const at = (bid: string, ask: string) => marketOf({ EURUSD: [bid, ask] })
const calm = at("1.10000", "1.10010")
const risen = at("1.10110", "1.10120")

const netting = () => {
  const desk = openAccount({ mode: "netting", balance: "100000" })
  desk.do(order({ side: "buy", volume: "1", stopLoss: d("1.09") }), calm)
  return desk
}

describe("a netting account has one position per symbol", () => {
  it("the same direction averages the open price by volume", () => {
    const desk = netting()
    desk.do(order({ side: "buy", volume: "2" }), at("1.10300", "1.10310"))
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionIncreased"])
    expect(desk.state.positions.size).toBe(1)
    expect(desk.position).toMatchObject({ positionId: "P1", lots: d("3"), openPrice: d("1.1021"), stopLoss: d("1.09") })
    // each part's margin stays as it was when it opened
    expect(money(desk.position.margin)).toBe("3306.30")
  })
  it("the average is kept to 8 digits, half away from zero", () => {
    const desk = netting()
    desk.do(order({ side: "buy", volume: "0.02" }), at("1.10000", "1.10011"))
    expect(formatDecimal(desk.position.openPrice)).toBe("1.1001002")
    desk.do(order({ side: "buy", volume: "0.01" }), at("1.10000", "1.10012"))
    expect(formatDecimal(desk.position.openPrice)).toBe("1.10010039")
  })
  it("exits that the new order names replace the position's", () => {
    const desk = netting()
    desk.do(order({ side: "buy", stopLoss: d("1.095"), takeProfit: d("1.2") }), calm)
    expect(desk.position).toMatchObject({ stopLoss: d("1.095"), takeProfit: d("1.2") })
  })
  it("the opposite direction reduces", () => {
    const desk = netting()
    desk.do(order({ side: "sell", volume: "0.4" }), risen)
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionReduced", "LedgerEntryBooked"])
    expect(desk.position).toMatchObject({ lots: d("0.6"), openPrice: d("1.1001"), side: "buy", stopLoss: d("1.09"), margin: d("660.06") })
    expect(money(desk.state.balance)).toBe("100040.00")
  })
  it("an equal opposite closes", () => {
    const desk = netting()
    desk.do(order({ side: "sell", volume: "1" }), risen)
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionClosed", "LedgerEntryBooked"])
    expect(desk.state.positions.size).toBe(0)
  })
  it("a larger opposite closes and opens the remainder", () => {
    const desk = netting()
    desk.do(order({ side: "sell", volume: "1.5", takeProfit: d("1.05") }), risen)
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionClosed", "LedgerEntryBooked", "PositionOpened"])
    expect(desk.events("OrderFilled")[0]?.tradeIds).toEqual(["T2", "T3"])
    expect(desk.position).toMatchObject({ positionId: "P2", side: "sell", lots: d("0.5"), openPrice: d("1.1011"), takeProfit: d("1.05") })
    expect(desk.position.stopLoss).toBeUndefined()
  })
  it("pending orders net too when they fill", () => {
    const desk = netting()
    desk.do(order({ side: "sell", type: "limit", limitPrice: d("1.10100") }), calm)
    expect(desk.tick(risen)).toEqual(["OrderTriggered", "OrderFilled", "PositionClosed", "LedgerEntryBooked"])
  })
  it("reducing is closing: allowed in close-only mode and past every limit, opening is not", () => {
    const desk = netting()
    desk.do({ _tag: "ChangeSettings", tradingMode: "closeOnly", openPositionsMax: 0, lotsMax: 0n }, calm)
    expect(desk.try(order({ side: "sell", volume: "1.01" }), calm)).toBe("CLOSE_ONLY")
    expect(desk.try(order({ side: "sell", volume: "0.5" }), calm)).toBe("accepted")
  })
  it("reducing needs no free margin", () => {
    const desk = openAccount({ mode: "netting", balance: "1150" })
    desk.do(order({ side: "buy" }), calm)
    const low = at("1.09940", "1.09950")
    desk.tick(low)
    expect(desk.state.marginWatch).toBe("marginCall")
    expect(desk.try(order({ side: "buy", volume: "0.01" }), low)).toBe("MARGIN_CALL_ACTIVE")
    expect(desk.try(order({ side: "sell", volume: "0.5" }), low)).toBe("accepted")
  })
  it("each of the two deals of a turn-round has its commission", () => {
    const commissions = { "*": { kind: "lot", rate: d("2"), minimum: 0n } } as const
    const market = marketOf({ EURUSD: ["1.10110", "1.10120"] }, { configuration: configured({}, { professional: { commissions } }) })
    const desk = netting()
    desk.do(order({ side: "sell", volume: "3" }), market)
    expect(desk.events("LedgerEntryBooked").map(({ entry }) => [entry.kind, money(entry.amount), entry.reference])).toEqual([
      ["profit", "100.00", "T2"],
      ["commission", "-2.00", "T2"],
      ["commission", "-4.00", "T3"]
    ])
  })
  it("reverse turns the position round", () => {
    const desk = netting()
    desk.do({ _tag: "ReversePosition", positionId: "P1" }, risen)
    expect([...desk.state.positions.values()]).toMatchObject([{ side: "sell", lots: d("1") }])
  })
})

describe("splitting an order in halves", () => {
  it.each(["netting", "hedging"] as const)("keeps the exposure in a %s account", (mode) => {
    const whole = openAccount({ mode, balance: "100000" })
    whole.do(order({ side: "buy", volume: "2" }), calm)
    const halves = openAccount({ mode, balance: "100000" })
    halves.do(order({ side: "buy", volume: "1" }), calm)
    halves.do(order({ side: "buy", volume: "1" }), calm)
    expect(halves.figures(risen)).toEqual(whole.figures(risen))
  })
})
