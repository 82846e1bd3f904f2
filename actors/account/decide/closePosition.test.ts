import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, type Scene } from "#actors/account/testing.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { configured, money, NOON, type QuoteTable } from "#domain/testing.ts"

const d = decimal
const at = (bid: string, ask: string, scene: Scene = {}) => marketOf({ EURUSD: [bid, ask] }, scene)
const calm = at("1.10000", "1.10010")
const risen = at("1.10110", "1.10120")

describe("closing", () => {
  it("a long closes at the bid, a short at the ask", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    desk.do(order({ side: "sell" }), calm)
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, risen)
    expect(desk.events("PositionClosed")[0]?.trade).toMatchObject({ side: "sell", entry: "close", cause: "close", price: d("1.1011") })
    desk.do({ _tag: "ClosePosition", positionId: "P2" }, risen)
    expect(desk.events("PositionClosed")[0]?.trade).toMatchObject({ side: "buy", price: d("1.1012"), realizedProfit: d("-120") })
    expect(money(desk.state.balance)).toBe("9980.00")
  })
  it("what was closed is told apart from what never was", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, calm)
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1" }, calm)).toBe("POSITION_CLOSED")
    for (const positionId of ["P2", "P0", "P01", "P-1", "p1", "O1", "", "P1e0", "P9999999999999999999"]) {
      expect(desk.try({ _tag: "ClosePosition", positionId }, calm)).toBe("POSITION_NOT_FOUND")
    }
  })
  it("is refused in a closed market and on a stale quote", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1" }, { ...calm, now: NOON + 60_001 })).toBe("STALE_QUOTE")
    const configuration = configured({ EURUSD: { holidays: [{ date: "2026-11-23" }] } })
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1" }, at("1.10000", "1.10010", { configuration }))).toBe("MARKET_CLOSED")
  })
  it("may carry a slippage limit", () => {
    const configuration = configured({ EURUSD: { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 3 }] } } })
    const slipping = at("1.10000", "1.10010", { configuration })
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1", maxSlippagePoints: 2 }, slipping)).toBe("SLIPPAGE_EXCEEDED")
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1", maxSlippagePoints: 3 }, slipping)).toBe("accepted")
  })
})

describe("partial close", () => {
  const desk = () => {
    const opened = openAccount()
    opened.do(order({ side: "buy", volume: "3", stopLoss: d("1.09"), takeProfit: d("1.12") }), calm)
    return opened
  }
  it("realizes its rounded share of the accrued swap, half away from zero, and leaves the rest", () => {
    const partial = desk()
    partial.apply({ _tag: "SwapAccrued", at: NOON, positionId: "P1", tradingDay: "2026-11-20", nights: 1, amount: d("-0.05") })
    const { lots } = partial.position ?? { lots: 0n }
    partial.do({ _tag: "ClosePosition", positionId: "P1", lots: lots / 2n }, risen)
    expect(money(partial.events("PositionReduced")[0]?.trade.swap)).toBe("-0.03")
    expect(money(partial.position?.swap)).toBe("-0.02")
  })

  it("books its share and keeps stop-loss, take-profit, opening price and its share of the margin", () => {
    const partial = desk()
    partial.do({ _tag: "ClosePosition", positionId: "P1", lots: d("1") }, risen)
    expect(partial.tags).toEqual(["PositionReduced", "LedgerEntryBooked"])
    expect(money(partial.state.balance)).toBe("10100.00")
    expect(partial.position).toMatchObject({
      lots: d("2"),
      openPrice: d("1.1001"),
      stopLoss: d("1.09"),
      takeProfit: d("1.12"),
      margin: d("2200.20")
    })
  })
  it("in many small parts books what the whole would have, to half a cent a part", () => {
    const partial = desk()
    for (let part = 0; part < 300; part++) partial.do({ _tag: "ClosePosition", positionId: "P1", lots: d("0.01") }, risen)
    expect(partial.state.positions.size).toBe(0)
    expect(money(partial.state.balance)).toBe("10300.00")
  })
  it.each([
    ["0", "LOTS_BELOW_MINIMUM"],
    ["-1", "LOTS_BELOW_MINIMUM"],
    ["0.005", "LOTS_BELOW_MINIMUM"],
    ["1.005", "LOTS_OFF_STEP"],
    ["3.01", "LOTS_ABOVE_POSITION"],
    ["3", "accepted"]
  ])("of %s lots of 3: %s", (lots, expected) => {
    expect(desk().try({ _tag: "ClosePosition", positionId: "P1", lots: d(lots) }, risen)).toBe(expected)
  })
  it("realizes its share of swap, and the rest stays with what is left", () => {
    const partial = desk()
    const accrued = { ...partial.position, swap: d("-1.00") }
    partial.apply({ _tag: "PositionModified", at: NOON, position: accrued })
    partial.do({ _tag: "ClosePosition", positionId: "P1", lots: d("1") }, calm)
    expect(partial.events("PositionReduced")[0]).toMatchObject({ trade: { swap: d("-0.33") }, position: { swap: d("-0.67") } })
    partial.do({ _tag: "ClosePosition", positionId: "P1" }, calm)
    expect(partial.events("PositionClosed")[0]?.trade.swap).toBe(d("-0.67"))
  })
})

describe("close all", () => {
  const quotes: QuoteTable = { EURUSD: ["1.10000", "1.10010"], GBPUSD: ["1.30000", "1.30010"] }
  const moved = marketOf({ EURUSD: ["1.10110", "1.10120"], GBPUSD: ["1.29900", "1.29910"] })
  const desk = () => {
    const opened = openAccount({ balance: "100000" })
    for (const symbol of ["EURUSD", "GBPUSD"]) {
      for (const side of ["buy", "sell"] as const) opened.do(order({ symbol, side }), marketOf(quotes))
    }
    return opened
  }
  it.each([
    ["everything", { result: "all" }, []],
    ["by symbol", { result: "all", symbol: "EURUSD" }, ["P3", "P4"]],
    ["by side", { result: "all", side: "buy" }, ["P2", "P4"]],
    ["winners", { result: "winners" }, ["P2", "P3"]],
    ["losers", { result: "losers" }, ["P1", "P4"]],
    ["winners of one side", { result: "winners", side: "sell" }, ["P1", "P2", "P3"]]
  ] as const)("%s", (_title, filter, left) => {
    const closing = desk()
    closing.do({ _tag: "ClosePositions", ...filter }, moved)
    expect([...closing.state.positions.keys()]).toEqual(left)
  })
  it("with nothing to close does nothing, and is no refusal", () => {
    expect(openAccount().do({ _tag: "ClosePositions", result: "all" }, moved)).toEqual([])
  })
  it("closes what can be closed; refused only when nothing can", () => {
    const configuration = configured({ GBPUSD: { holidays: [{ date: "2026-11-23" }] } })
    const closing = desk()
    closing.do({ _tag: "ClosePositions", result: "all" }, marketOf(quotes, { configuration }))
    expect([...closing.state.positions.values()].map(({ symbol }) => symbol)).toEqual(["GBPUSD", "GBPUSD"])
    expect(closing.try({ _tag: "ClosePositions", result: "all" }, marketOf(quotes, { configuration }))).toBe("MARKET_CLOSED")
  })
})

describe("close-by", () => {
  const desk = (longLots = "2", shortLots = "1") => {
    const opened = openAccount({ balance: "100000" })
    opened.do(order({ side: "buy", volume: longLots }), calm)
    opened.do(order({ side: "sell", volume: shortLots }), risen)
    return opened
  }
  it("the other position's open price is the closing price; the total result sits in the first deal, the second has 0", () => {
    const both = desk("1", "1")
    both.do({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P2" }, at("1.20000", "1.20010"))
    expect(both.events("PositionClosed").map(({ trade }) => [formatDecimal(trade.price), money(trade.realizedProfit)])).toEqual([
      ["1.1011", "100.00"],
      ["1.1001", "0.00"]
    ])
    expect(money(both.state.balance)).toBe("100100.00")
  })
  it("leaves what the larger one has more", () => {
    const both = desk("2", "0.5")
    both.do({ _tag: "CloseBy", positionId: "P2", oppositePositionId: "P1" }, calm)
    expect([...both.state.positions.values()]).toMatchObject([{ positionId: "P1", lots: d("1.5") }])
    expect(money(both.state.balance)).toBe("100050.00")
  })
  it("needs two opposite positions of one symbol in a hedging account", () => {
    const both = desk()
    both.do(order({ side: "buy" }), calm)
    expect(both.try({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P3" }, calm)).toBe("POSITIONS_NOT_OPPOSITE")
    expect(both.try({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P1" }, calm)).toBe("POSITIONS_NOT_OPPOSITE")
    expect(both.try({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P9" }, calm)).toBe("POSITION_NOT_FOUND")
    const netting = openAccount({ mode: "netting" })
    netting.do(order({ side: "buy" }), calm)
    expect(netting.try({ _tag: "CloseBy", positionId: "P1", oppositePositionId: "P1" }, calm)).toBe("NOT_HEDGING")
  })
})

describe("reverse", () => {
  it("closes the position and opens the same volume the other way, by one order", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09") }), calm)
    desk.do({ _tag: "ReversePosition", positionId: "P1" }, risen)
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionClosed", "LedgerEntryBooked", "PositionOpened"])
    expect(desk.events("OrderFilled")[0]?.tradeIds).toEqual(["T2", "T3"])
    expect(desk.position).toMatchObject({ positionId: "P2", side: "sell", lots: d("1"), openPrice: d("1.1011") })
    expect(desk.position.stopLoss).toBeUndefined()
    expect(money(desk.state.balance)).toBe("10100.00")
  })
  it("does both or neither: what the closed half leaves must carry the opened one", () => {
    const loose = configured({}, { professional: { refuseExposureInMarginCall: false, stopOutLevelPercent: d("1") } })
    const scene = { configuration: loose }
    const desk = openAccount({ balance: "1150" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10010", scene))
    const before = desk.state
    expect(desk.try({ _tag: "ReversePosition", positionId: "P1" }, at("1.09000", "1.09010", scene))).toBe("INSUFFICIENT_FREE_MARGIN")
    expect(desk.state).toEqual(before)
  })
  it("is new exposure: refused while only closing is allowed", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    desk.do({ _tag: "ChangeSettings", tradingMode: "closeOnly" }, calm)
    expect(desk.try({ _tag: "ReversePosition", positionId: "P1" }, calm)).toBe("CLOSE_ONLY")
    expect(desk.try({ _tag: "ClosePosition", positionId: "P1" }, calm)).toBe("accepted")
  })
})
