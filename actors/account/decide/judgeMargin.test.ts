import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, tags, type Desk, type Scene } from "#actors/account/testing.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import type { AccountGroup } from "#domain/AccountGroup.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { configured, money } from "#domain/testing.ts"

const d = decimal
const at = (bid: string, ask: string, scene: Scene = {}) => marketOf({ EURUSD: [bid, ask] }, scene)
const group = (change: Partial<AccountGroup>, base?: Configuration) => configured({}, { professional: change }, base)

/** No step may contradict its own evidence, nor the quotes and the configuration it names. */
const isLegal = (desk: Desk, configuration: Configuration = configured({})) =>
  expect(violationsOf(desk.journal, desk.state, () => configuration)).toEqual([])

describe("USDCHF 1 lot at 1:30: margin 3,333.33 USD", () => {
  /** Equity is balance plus what the position has lost; at 0.90000 it opened, and each point is 1.1111 USD. */
  const desk = (balance: string) => {
    const opened = openAccount({ balance: "10000", leverage: 30 })
    opened.do(order({ symbol: "USDCHF", side: "buy" }), marketOf({ USDCHF: ["0.90000", "0.90000"] }))
    opened.do({ _tag: "ApplyBalanceOperation", kind: "correction", amount: d(balance) - d("10000"), reference: "set" }, flat)
    return opened
  }
  const flat = marketOf({ USDCHF: ["0.90000", "0.90000"] })
  it("uses 3,333.33", () => {
    expect(desk("5000").figures(flat)["usedMargin"]).toBe("3333.33")
  })
  it("margin call at equity 3,333.33 (100 %), not at 3,333.34", () => {
    expect(desk("3333.34").state.marginWatch).toBe("healthy")
    expect(desk("3333.33").state.marginWatch).toBe("marginCall")
  })
  it("stop-out at 1,666.66 (49.9998 %) and not yet at 1,666.67", () => {
    const spared = desk("1666.67")
    expect(spared.state.marginWatch).toBe("marginCall")
    expect(spared.state.positions.size).toBe(1)
    const closed = desk("1666.66")
    expect(closed.tags).toContain("StopOutStarted")
    expect(closed.state.positions.size).toBe(0)
    expect(formatDecimal(closed.events("StopOutStarted")[0]?.figures.marginLevelPercent ?? 0n)).toMatch(/^49\.9998/)
  })
})

describe("the margin call", () => {
  const desk = () => {
    const opened = openAccount({ balance: "2000" })
    opened.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    return opened
  }
  it("is entered at a level at or below its threshold, once, and left above it", () => {
    const called = desk()
    expect(called.tick(at("1.09101", "1.09101"))).toEqual([])
    expect(called.tick(at("1.09100", "1.09100"))).toEqual(["MarginCallEntered"])
    expect(called.tick(at("1.09000", "1.09000"))).toEqual([])
    expect(called.tick(at("1.09100", "1.09100"))).toEqual([])
    expect(called.tick(at("1.09101", "1.09101"))).toEqual(["MarginCallLeft"])
    isLegal(called)
  })
  it("keeps figures, levels and quotes", () => {
    const called = desk()
    called.tick(at("1.09100", "1.09100"))
    expect(called.events("MarginCallEntered")).toMatchObject([
      {
        figures: { equity: d("1100"), usedMargin: d("1100"), marginLevelPercent: d("100") },
        quotes: [{ symbol: "EURUSD", bid: d("1.091") }],
        marginCallLevelPercent: d("100"),
        stopOutLevelPercent: d("50"),
        configurationVersion: 1
      }
    ])
  })
  it("refuses new exposure while in it, closing is always allowed", () => {
    const low = at("1.09050", "1.09050")
    const called = desk()
    called.tick(low)
    expect(called.try(order({ side: "buy", volume: "0.01" }), low)).toBe("MARGIN_CALL_ACTIVE")
    expect(called.try(order({ side: "buy", volume: "0.01", type: "limit", limitPrice: d("1") }), low)).toBe("MARGIN_CALL_ACTIVE")
    expect(called.try({ _tag: "ClosePosition", positionId: "P1", lots: d("0.1") }, low)).toBe("accepted")
  })
  it("refuses nothing when the group is configured so; then free margin decides", () => {
    const lenient = group({ refuseExposureInMarginCall: false })
    const called = desk()
    called.tick(at("1.09050", "1.09050", { configuration: lenient }))
    expect(called.state.marginWatch).toBe("marginCall")
    expect(called.try(order({ side: "buy", volume: "0.01" }), at("1.09050", "1.09050", { configuration: lenient }))).toBe(
      "INSUFFICIENT_FREE_MARGIN"
    )
  })
  it("levels are configurable per group", () => {
    const called = desk()
    const strict = { configuration: group({ marginCallLevelPercent: d("150"), stopOutLevelPercent: d("120") }) }
    expect(called.tick(at("1.09651", "1.09651", strict))).toEqual([])
    expect(called.tick(at("1.09650", "1.09650", strict))).toEqual(["MarginCallEntered"])
    expect(called.tick(at("1.09321", "1.09321", strict))).toEqual([])
    expect(called.tick(at("1.09320", "1.09320", strict))).toContain("StopOutStarted")
  })
  it("a deposit leaves it, and so does closing enough", () => {
    const low = at("1.09050", "1.09050")
    const called = desk()
    called.tick(low)
    called.do({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: d("100"), reference: "D2" }, low)
    expect(called.tags).toEqual(["LedgerEntryBooked", "MarginCallLeft"])
    const closing = desk()
    closing.tick(low)
    closing.do({ _tag: "ClosePosition", positionId: "P1", lots: d("0.5") }, low)
    expect(closing.tags).toEqual(["PositionReduced", "LedgerEntryBooked", "MarginCallLeft"])
  })
  it("without margin there is no level, and no margin call", () => {
    const flat = openAccount({ balance: "0" })
    expect(flat.tick(at("1.1", "1.1"))).toEqual([])
    expect(flat.figures(at("1.1", "1.1"))["marginLevelPercent"]).toBeNull()
  })
})

/** Balance 10,000 at 1:100: buy 5 EURUSD at 1.1000, buy 3 at 1.1100. */
const example = (scene: Scene = {}) => {
  const desk = openAccount({ balance: "10000" })
  desk.do(order({ side: "buy", volume: "5" }), at("1.10000", "1.10000", scene))
  desk.do(order({ side: "buy", volume: "3" }), at("1.11000", "1.11000", scene))
  return desk
}

describe("the example: buy 5 EURUSD at 1.1000, buy 3 at 1.1100, balance 10,000, 1:100", () => {
  it("margin 8,830; bid 1.0968: level 50.28 %, nothing", () => {
    const desk = example()
    expect(desk.tick(at("1.09680", "1.09690"))).toEqual(["MarginCallEntered"])
    const figures = desk.figures(at("1.09680", "1.09690"))
    expect(figures["usedMargin"]).toBe("8830.00")
    expect(Number(figures["marginLevelPercent"]).toFixed(2)).toBe("50.28")
  })
  it("bid 1.0967: equity 4,360, 49.38 %, stop-out", () => {
    const desk = example()
    desk.tick(at("1.09670", "1.09680"))
    const [started] = desk.events("StopOutStarted")
    expect(money(started?.figures.equity)).toBe("4360.00")
    expect(Number(formatDecimal(started?.figures.marginLevelPercent ?? 0n)).toFixed(2)).toBe("49.38")
  })
  it("largest-loss closes the 3 lots: balance 6,010, margin 5,500, level 79.27 %", () => {
    const desk = example()
    desk.tick(at("1.09670", "1.09680"))
    expect(desk.tags).toEqual([
      "MarginCallEntered",
      "StopOutStarted",
      "LiquidationStepTaken",
      "PositionClosed",
      "LedgerEntryBooked",
      "StopOutEnded"
    ])
    expect(desk.events("LiquidationStepTaken")[0]).toMatchObject({ step: 1, rule: "largestLoss", positionId: "P2", lots: d("3") })
    const [ended] = desk.events("StopOutEnded")
    expect(money(ended?.figures.balance)).toBe("6010.00")
    expect(money(ended?.figures.usedMargin)).toBe("5500.00")
    expect(Number(formatDecimal(ended?.figures.marginLevelPercent ?? 0n)).toFixed(2)).toBe("79.27")
    expect(desk.state.marginWatch).toBe("marginCall")
    isLegal(desk)
  })
  it("smart closes 11,000 units of the 5 lots: realised −36.30, margin 8,709, level 50.06 %", () => {
    const configuration = group({ stopOutStrategy: "smart" })
    const desk = example()
    desk.tick(at("1.09670", "1.09680", { configuration }))
    expect(desk.events("LiquidationStepTaken")[0]).toMatchObject({ rule: "mostMargin", positionId: "P1", lots: d("0.11") })
    expect(money(desk.events("PositionReduced")[0]?.trade.realizedProfit)).toBe("-36.30")
    const [ended] = desk.events("StopOutEnded")
    expect(money(ended?.figures.usedMargin)).toBe("8709.00")
    expect(Number(formatDecimal(ended?.figures.marginLevelPercent ?? 0n)).toFixed(2)).toBe("50.06")
    isLegal(desk, configuration)
  })
  it("10,000 units would give exactly 50.00 %, which is not higher", () => {
    const configuration = group({ stopOutStrategy: "smart", stopOutLevelPercent: 0n })
    const desk = example()
    desk.tick(at("1.09670", "1.09680", { configuration }))
    desk.do({ _tag: "ClosePosition", positionId: "P1", lots: d("0.10") }, at("1.09670", "1.09680", { configuration }))
    expect(desk.figures(at("1.09670", "1.09680", { configuration }))["marginLevelPercent"]).toBe("50")
  })
})

describe("stop-out", () => {
  it("starts at or below its level and ends when the level is higher", () => {
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    expect(desk.tick(at("1.08551", "1.08551"))).toEqual(["MarginCallEntered"])
    expect(desk.tick(at("1.08550", "1.08550"))).toEqual([
      "StopOutStarted",
      "LiquidationStepTaken",
      "PositionClosed",
      "LedgerEntryBooked",
      "StopOutEnded",
      "MarginCallLeft"
    ])
    isLegal(desk)
  })
  it("each step keeps its quotes, the figures before and after, and the rule that chose it", () => {
    const desk = example()
    desk.tick(at("1.09670", "1.09680"))
    expect(desk.events("LiquidationStepTaken")[0]).toMatchObject({
      before: { balance: d("10000"), equity: d("4360"), usedMargin: d("8830") },
      after: { balance: d("6010"), equity: d("4360"), usedMargin: d("5500") },
      quotes: [{ symbol: "EURUSD", bid: d("1.0967"), ask: d("1.0968") }],
      rule: "largestLoss"
    })
  })
  it("goes on step by step while the level stays at or below", () => {
    const desk = openAccount({ balance: "10000" })
    for (const price of ["1.10000", "1.10100", "1.10200"]) desk.do(order({ side: "buy", volume: "2.5" }), at(price, price))
    desk.tick(at("1.09120", "1.09120"))
    expect(desk.events("LiquidationStepTaken").map(({ step, positionId }) => [step, positionId])).toEqual([
      [1, "P3"],
      [2, "P2"]
    ])
    isLegal(desk)
  })
  it("cancels pending orders by largest reserved margin first", () => {
    const configuration = group({ refuseExposureInMarginCall: false })
    const desk = openAccount({ balance: "10000" })
    desk.do(order({ side: "buy", volume: "5" }), at("1.10000", "1.10000"))
    for (const [volume, limitPrice] of [
      ["0.5", "1.0"],
      ["2", "0.9"],
      ["1", "0.8"]
    ] as const) {
      desk.do(order({ side: "buy", volume, type: "limit", limitPrice: d(limitPrice) }), at("1.10000", "1.10000"))
    }
    // margin 5,500 + 500 + 1,800 + 800 = 8,600; equity 3,500 is 40.7 %, without the largest 51.5 %
    desk.tick(at("1.08700", "1.08700", { configuration }))
    expect(desk.events("LiquidationStepTaken")).toMatchObject([{ rule: "largestReservedMargin", orderId: "O3" }])
    expect(desk.events("OrderCanceled")).toMatchObject([{ orderId: "O3", cause: "stopOut" }])
    expect(desk.state.positions.size).toBe(1)
    isLegal(desk, configuration)
  })
  it("if all are in profit, closes the smallest profit", () => {
    const desk = openAccount({ balance: "2300" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.do({ _tag: "ApplyBalanceOperation", kind: "correction", amount: d("-1700"), reference: "fee" }, at("1.10200", "1.10200"))
    expect(desk.events("LiquidationStepTaken")).toMatchObject([{ rule: "smallestProfit", positionId: "P1" }])
    isLegal(desk)
  })
  it("smart finds the fewest steps although a slippage tier makes more steps dearer", () => {
    const slippage = {
      kind: "byVolume",
      tiers: [
        { fromLots: d("0.5"), points: 40 },
        { fromLots: d("3"), points: 150 }
      ]
    } as const
    const configuration = configured(
      { AUDUSD: { slippage } },
      { professional: { stopOutStrategy: "smart", commissions: { "*": { kind: "lot", rate: d("3.5"), minimum: d("7") } } } }
    )
    const desk = openAccount({ balance: "5000" })
    const scene = { configuration }
    desk.do(order({ symbol: "AUDUSD", side: "buy", volume: "4.1" }), marketOf({ AUDUSD: ["0.64990", "0.65000"] }, scene))
    desk.tick(marketOf({ AUDUSD: ["0.64225", "0.64235"] }, scene))
    expect(desk.events("LiquidationStepTaken").map(({ lots }) => lots)).toEqual([d("0.46")])
    expect(money(desk.events("PositionReduced")[0]?.trade.realizedProfit)).toBe("-425.50")
    isLegal(desk, configuration)
  })
  it("smart goes on with the next position when the first one's whole does not suffice", () => {
    const configuration = group({ stopOutStrategy: "smart" })
    const desk = openAccount({ balance: "10000" })
    desk.do(order({ side: "buy", volume: "5" }), at("1.10000", "1.10000"))
    desk.do(order({ side: "buy", volume: "3" }), at("1.10000", "1.10000"))
    desk.tick(at("1.08800", "1.08800", { configuration }))
    const steps = desk.events("LiquidationStepTaken")
    expect(steps.map(({ positionId, lots }) => [positionId, formatDecimal(lots ?? 0n)])).toEqual([
      ["P1", "5"],
      ["P2", "2.28"]
    ])
    isLegal(desk, configuration)
  })
  it("smart cancels orders only when no position is left", () => {
    const configuration = group({ stopOutStrategy: "smart" })
    const desk = openAccount({ balance: "10000" })
    desk.do(order({ side: "buy", volume: "1" }), at("1.10000", "1.10000"))
    desk.do(order({ side: "buy", volume: "5", type: "limit", limitPrice: d("0.5") }), at("1.10000", "1.10000"))
    desk.tick(at("1.01100", "1.01100", { configuration }))
    expect(desk.events("LiquidationStepTaken").map(({ rule }) => rule)).toEqual(["mostMargin", "largestReservedMargin"])
    isLegal(desk, configuration)
  })
})

describe("a position whose market is closed or stale is skipped, and taken when it opens", () => {
  const quotes = (bid: string) => ({ EURUSD: [bid, bid], GBPUSD: ["1.30000", "1.30000"] }) as const
  const closedGbp = configured({ GBPUSD: { holidays: [{ date: "2026-11-23" }] } })
  const closedBoth = configured({ GBPUSD: { holidays: [{ date: "2026-11-23" }] }, EURUSD: { holidays: [{ date: "2026-11-23" }] } })
  const desk = () => {
    const opened = openAccount({ balance: "4000" })
    opened.do(order({ symbol: "GBPUSD", side: "buy" }), marketOf(quotes("1.10000")))
    opened.do(order({ symbol: "EURUSD", side: "buy" }), marketOf(quotes("1.10000")))
    opened.do(order({ symbol: "GBPUSD", side: "sell", volume: "0.01" }), marketOf(quotes("1.10000")))
    return opened
  }
  it("the smaller loss goes when the larger one's market is closed", () => {
    const closing = desk()
    closing.tick(marketOf(quotes("1.07000"), { configuration: closedGbp }))
    expect(closing.events("LiquidationStepTaken").map(({ positionId }) => positionId)).toEqual(["P2"])
  })
  it("the liquidation is suspended, once, when nothing can go, and goes on with the opening", () => {
    const closing = desk()
    expect(closing.tick(marketOf(quotes("1.07000"), { configuration: closedBoth }))).toEqual([
      "MarginCallEntered",
      "StopOutStarted",
      "LiquidationSuspended"
    ])
    expect(closing.state.liquidation).toBe("suspended")
    expect(closing.tick(marketOf(quotes("1.06900"), { configuration: closedBoth }))).toEqual([])
    expect(closing.tick(marketOf(quotes("1.07000"), { configuration: closedGbp }))).toContain("LiquidationStepTaken")
    isLegal(closing, closedGbp)
  })
  it("a suspended one ends by itself when the level recovers", () => {
    const closing = desk()
    closing.tick(marketOf(quotes("1.07000"), { configuration: closedBoth }))
    expect(closing.tick(marketOf(quotes("1.10000"), { configuration: closedBoth }))).toEqual(["StopOutEnded", "MarginCallLeft"])
    expect(closing.state.liquidation).toBe("idle")
  })
  it("nothing is liquidated on a stale quote", () => {
    const closing = desk()
    const stale = { ...marketOf(quotes("1.07000")), now: Date.UTC(2026, 10, 23, 17, 2) }
    expect(closing.tick(stale)).toEqual(["MarginCallEntered", "StopOutStarted", "LiquidationSuspended"])
    expect(closing.state.positions.size).toBe(3)
  })
})

describe("negative balance protection", () => {
  it("once no position is open and the balance is below 0, one compensation entry brings it to 0: after a stop-out over a gap", () => {
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.tick(at("1.05000", "1.05000"))
    expect(desk.events("LedgerEntryBooked").map(({ entry }) => [entry.kind, money(entry.amount), money(entry.balanceAfter)])).toEqual([
      ["profit", "-5000.00", "-3000.00"],
      ["negativeBalanceProtection", "3000.00", "0.00"]
    ])
    isLegal(desk)
  })
  it("after a stop-loss over a gap", () => {
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy", stopLoss: d("1.09") }), at("1.10000", "1.10000"))
    desk.tick(at("1.05000", "1.05000"))
    expect(desk.events("PositionClosed")[0]?.trade.cause).toBe("stopLoss")
    expect(money(desk.state.balance)).toBe("0.00")
  })
  it("not while another position is open", () => {
    const desk = openAccount({ balance: "2000" })
    const none = { configuration: group({ stopOutLevelPercent: 0n, marginCallLevelPercent: 0n }) }
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.do(order({ side: "sell", volume: "0.9" }), at("1.10000", "1.10000"))
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, at("1.05000", "1.05000", none))
    expect(money(desk.state.balance)).toBe("-3000.00")
    desk.do({ _tag: "ClosePosition", positionId: "P2" }, at("1.10000", "1.10000", none))
    expect(tags(desk.last.events)).toEqual(["PositionClosed", "LedgerEntryBooked"])
    expect(money(desk.state.balance)).toBe("0.00")
  })
  it("is booked once for one close", () => {
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.tick(at("1.05000", "1.05000"))
    expect(desk.tick(at("1.05000", "1.05000"))).toEqual([])
    expect(
      desk.journal.filter((event) => event._tag === "LedgerEntryBooked" && event.entry.kind === "negativeBalanceProtection")
    ).toHaveLength(1)
  })
  it("is off where the group says so", () => {
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), at("1.10000", "1.10000"))
    desk.tick(at("1.05000", "1.05000", { configuration: group({ negativeBalanceProtection: false }) }))
    expect(money(desk.state.balance)).toBe("-3000.00")
  })
})
