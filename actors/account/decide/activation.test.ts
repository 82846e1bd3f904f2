import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, quote, type Scene } from "#actors/account/testing.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import type { OrderRequest } from "#domain/Order.ts"
import { configured, NOON } from "#domain/testing.ts"

const d = decimal
const at = (bid: string, ask: string, scene: Scene = {}) => marketOf({ EURUSD: [bid, ask] }, scene)
const gold = (bid: string, ask: string) => marketOf({ XAUUSD: [bid, ask] })
const calm = at("1.10000", "1.10010")

/** Places the order in a calm market, then shows the account one tick. */
const tickAfter = (fields: Partial<OrderRequest> & Pick<OrderRequest, "side">, bid: string, ask: string) => {
  const desk = openAccount()
  desk.do(order(fields), calm)
  const tags = desk.tick(at(bid, ask))
  return { desk, tags, fill: desk.events("OrderFilled")[0] }
}
const fillPrice = (fields: Partial<OrderRequest> & Pick<OrderRequest, "side">, bid: string, ask: string): string => {
  const { fill } = tickAfter(fields, bid, ask)
  return fill === undefined ? "rests" : formatDecimal(fill.price)
}

describe("buy limits and buy stops watch the ask, sell limits and sell stops the bid", () => {
  it.each([
    ["buy limit", { side: "buy", type: "limit", limitPrice: d("1.09900") }, "1.09880", "1.09901", "rests"],
    ["buy limit", { side: "buy", type: "limit", limitPrice: d("1.09900") }, "1.09880", "1.09900", "1.099"],
    ["buy stop", { side: "buy", type: "stop", stopPrice: d("1.10100") }, "1.10090", "1.10099", "rests"],
    ["buy stop", { side: "buy", type: "stop", stopPrice: d("1.10100") }, "1.10090", "1.10100", "1.101"],
    ["sell limit", { side: "sell", type: "limit", limitPrice: d("1.10100") }, "1.10099", "1.10120", "rests"],
    ["sell limit", { side: "sell", type: "limit", limitPrice: d("1.10100") }, "1.10100", "1.10120", "1.101"],
    ["sell stop", { side: "sell", type: "stop", stopPrice: d("1.09900") }, "1.09901", "1.09910", "rests"],
    ["sell stop", { side: "sell", type: "stop", stopPrice: d("1.09900") }, "1.09900", "1.09910", "1.099"]
  ] as const)("%s %o at %s/%s: %s", (_title, fields, bid, ask, expected) => {
    expect(fillPrice(fields, bid, ask)).toBe(expected)
  })
})

describe("over a gap", () => {
  it.each([
    [
      "a stop fills at the gap price, never the level",
      { side: "buy", type: "stop", stopPrice: d("1.10100") },
      "1.12000",
      "1.12010",
      "1.1201"
    ],
    ["a sell stop too", { side: "sell", type: "stop", stopPrice: d("1.09900") }, "1.08000", "1.08010", "1.08"],
    ["a limit fills at the better market price", { side: "buy", type: "limit", limitPrice: d("1.09900") }, "1.08000", "1.08010", "1.0801"],
    ["a sell limit too", { side: "sell", type: "limit", limitPrice: d("1.10100") }, "1.12000", "1.12010", "1.12"]
  ] as const)("%s", (_title, fields, bid, ask, expected) => {
    expect(fillPrice(fields, bid, ask)).toBe(expected)
  })
})

describe("stop-limit accepts both conventions: the limit on either side of the stop", () => {
  const stopLimit = (stopPrice: string, limitPrice: string, side: "buy" | "sell" = "buy") => {
    const desk = openAccount({ balance: "100000" })
    desk.do(
      order({ symbol: "XAUUSD", side, type: "stopLimit", stopPrice: d(stopPrice), limitPrice: d(limitPrice) }),
      gold("1940.00", "1940.30")
    )
    return desk
  }
  const fillsAt = (stopPrice: string, limitPrice: string, ask: string): string => {
    const desk = stopLimit(stopPrice, limitPrice)
    desk.tick(gold((Number(ask) - 0.3).toFixed(2), ask))
    return desk.state.orders.size === 0 ? formatDecimal(desk.position.openPrice) : desk.order.status
  }
  it.each([
    ["1949.99", "pending"],
    ["1950.00", "1950"],
    ["1951.00", "1951"],
    ["1952.00", "1952"],
    ["1952.01", "triggered"]
  ])("with stop 1950 / limit 1952 a buy at %s: %s", (ask, expected) => {
    expect(fillsAt("1950.00", "1952.00", ask)).toBe(expected)
  })
  it("once triggered it stays a limit until filled", () => {
    const desk = stopLimit("1950.00", "1952.00")
    expect(desk.tick(gold("1959.70", "1960.00"))).toEqual(["OrderTriggered"])
    expect(desk.tick(gold("1952.00", "1952.30"))).toEqual([])
    expect(desk.tick(gold("1941.70", "1942.00"))).toEqual(["OrderFilled", "PositionOpened"])
  })
  it("MetaTrader's pull-back: the limit below a buy's stop waits for the price to come back", () => {
    const desk = stopLimit("1950.00", "1948.00")
    expect(desk.tick(gold("1950.00", "1950.30"))).toEqual(["OrderTriggered"])
    expect(desk.tick(gold("1947.80", "1948.10"))).toEqual([])
    expect(desk.tick(gold("1947.50", "1947.80"))).toEqual(["OrderFilled", "PositionOpened"])
    expect(formatDecimal(desk.position.openPrice)).toBe("1947.8")
  })
  it("a sell mirrors it at the bid", () => {
    const desk = stopLimit("1930.00", "1928.00", "sell")
    expect(desk.tick(gold("1927.99", "1928.29"))).toEqual(["OrderTriggered"])
    expect(desk.tick(gold("1928.00", "1928.30"))).toEqual(["OrderFilled", "PositionOpened"])
  })
  it("a triggered one may still be canceled, or its limit changed", () => {
    const desk = stopLimit("1950.00", "1952.00")
    desk.tick(gold("1959.70", "1960.00"))
    expect(desk.try({ _tag: "ModifyOrder", orderId: "O1", stopPrice: d("1970") }, gold("1959.70", "1960.00"))).toBe("UNEXPECTED_PRICE")
    desk.do({ _tag: "ModifyOrder", orderId: "O1", limitPrice: d("1953") }, gold("1959.70", "1960.00"))
    desk.do({ _tag: "CancelOrder", orderId: "O1" }, gold("1959.70", "1960.00"))
    expect(desk.state.orders.size).toBe(0)
  })
})

describe("slippage", () => {
  const configuration = configured({ EURUSD: { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 5 }] } } })
  const scene = { configuration }
  it("worsens a stop, which is a market order once touched", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.10100") }), calm)
    desk.tick(at("1.10090", "1.10100", scene))
    expect(formatDecimal(desk.position.openPrice)).toBe("1.10105")
  })
  it("does not touch a limit, which fills at its price or better", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900") }), calm)
    desk.tick(at("1.09890", "1.09900", scene))
    expect(formatDecimal(desk.position.openPrice)).toBe("1.099")
  })
})

describe("free margin is checked again when a pending order activates", () => {
  const limit = order({ side: "buy", type: "limit", limitPrice: d("1.00000") })
  it("an order that fails on activation is rejected with its reason", () => {
    const desk = openAccount({ balance: "2200" })
    desk.do(order({ side: "buy" }), calm)
    desk.do(limit, calm)
    // 10,010 lost: the limit's 1,000 are no longer there, and the margin call refuses exposure
    const loose = configured({}, { professional: { refuseExposureInMarginCall: false, stopOutLevelPercent: d("0.0001") } })
    const tags = desk.tick(at("1.09000", "1.09010", { configuration: loose }))
    expect(tags).toEqual(["MarginCallEntered"])
    expect(desk.tick(at("0.99990", "1.00000", { configuration: { ...loose, halted: true } }))).toContain("OrderActivationRejected")
    expect(desk.events("OrderActivationRejected")[0]?.rejection.reason).toBe("TRADING_HALTED")
  })
  it("INSUFFICIENT_FREE_MARGIN when losses have eaten it", () => {
    const quiet = configured(
      {},
      { professional: { refuseExposureInMarginCall: false, marginCallLevelPercent: 0n, stopOutLevelPercent: 0n } }
    )
    const desk = openAccount({ balance: "12000" })
    desk.do(order({ side: "buy" }), calm)
    desk.do(limit, calm)
    const tags = desk.tick(at("0.99990", "1.00000", { configuration: quiet }))
    expect(tags).toEqual(["OrderTriggered", "OrderActivationRejected"])
    expect(desk.events("OrderActivationRejected")[0]?.rejection).toMatchObject({
      reason: "INSUFFICIENT_FREE_MARGIN",
      context: { requiredMargin: "1000", freeMargin: "879.9" }
    })
    expect(desk.state.orders.size).toBe(0)
  })
  it("the margin that the order itself held back is free for it", () => {
    const desk = openAccount({ balance: "1001" })
    desk.do(limit, calm)
    expect(desk.figures(calm)["freeMargin"]).toBe("1.00")
    expect(desk.tick(at("0.99990", "1.00000"))).toEqual(["OrderTriggered", "OrderFilled", "PositionOpened", "MarginCallEntered"])
  })
  it("new exposure is refused while in a margin call", () => {
    const desk = openAccount({ balance: "1150" })
    desk.do(order({ side: "buy" }), calm)
    expect(desk.try(order({ side: "sell", volume: "0.01" }), at("1.09970", "1.09980"))).toBe("accepted")
    desk.tick(at("1.09940", "1.09950"))
    expect(desk.state.marginWatch).toBe("marginCall")
    expect(desk.try(order({ side: "sell", volume: "0.01" }), at("1.09940", "1.09950"))).toBe("MARGIN_CALL_ACTIVE")
  })
})

describe("OCO", () => {
  const pair = () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900"), ocoGroup: "G" }), calm)
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.10100"), ocoGroup: "G" }), calm)
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.10200"), ocoGroup: "other" }), calm)
    return desk
  }
  it("the fill of one cancels the other in the same decision", () => {
    const desk = pair()
    expect(desk.tick(at("1.09890", "1.09900"))).toEqual(["OrderTriggered", "OrderFilled", "PositionOpened", "OrderCanceled"])
    expect(desk.events("OrderCanceled")).toMatchObject([{ orderId: "O2", cause: "oco" }])
    expect([...desk.state.orders.keys()]).toEqual(["O3"])
  })
  it("the cancel of one cancels the other", () => {
    const desk = pair()
    desk.do({ _tag: "CancelOrder", orderId: "O2" }, calm)
    expect(desk.events("OrderCanceled")).toMatchObject([
      { orderId: "O2", cause: "client" },
      { orderId: "O1", cause: "oco" }
    ])
  })
  it("a tick that reaches both fills only the first", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.10100"), ocoGroup: "G" }), calm)
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.10200"), ocoGroup: "G" }), calm)
    desk.tick(at("1.11000", "1.11010"))
    expect(desk.state.positions.size).toBe(1)
    expect(desk.state.orders.size).toBe(0)
  })
})

describe("expiry", () => {
  const limit = order({ side: "buy", type: "limit", limitPrice: d("1.09900"), timeInForce: "GTD", expiresAt: NOON + 1_000 })
  it("a GTD order expires at its time", () => {
    const desk = openAccount()
    desk.do(limit, calm)
    expect(desk.tick(at("1.10000", "1.10010", { now: NOON + 999 }))).toEqual([])
    expect(desk.tick(at("1.10000", "1.10010", { now: NOON + 1_000 }))).toEqual(["OrderExpired"])
  })
  it("an expired order never fills, whatever comes first", () => {
    const desk = openAccount()
    desk.do(limit, calm)
    expect(desk.tick(at("1.09000", "1.09010", { now: NOON + 1_000 }))).toEqual(["OrderExpired"])
  })
  it("a quote received before the expiry still fills it, although the account was busy until after", () => {
    const desk = openAccount()
    desk.do(limit, calm)
    const market = at("1.10000", "1.10010", { now: NOON + 5_000 })
    desk.do({ _tag: "ApplyQuotes", quotes: [quote("EURUSD", "1.09880", "1.09890", NOON + 900)] }, market)
    expect(desk.tags).toEqual(["OrderTriggered", "OrderFilled", "PositionOpened"])
  })
  it("any command lets it expire first", () => {
    const desk = openAccount()
    desk.do(limit, calm)
    desk.try({ _tag: "CancelOrder", orderId: "O1" }, at("1.10000", "1.10010", { now: NOON + 2_000 }))
    expect(desk.tags).toEqual(["OrderExpired"])
    expect(desk.last.rejection?.reason).toBe("ORDER_NOT_PENDING")
  })
})

describe("the quotes that woke the account are judged in their order, whatever the market is now", () => {
  it("a spike that came back while the account was busy still fills at the spike's quote", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900") }), calm)
    desk.do({ _tag: "ApplyQuotes", quotes: [quote("EURUSD", "1.09800", "1.09810", NOON)] }, calm)
    expect(formatDecimal(desk.position.openPrice)).toBe("1.0981")
    expect(desk.events("OrderFilled")[0]?.quote.bid).toBe(d("1.098"))
  })
  it("nothing is triggered on a stale quote", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900") }), calm)
    expect(desk.tick({ ...at("1.09800", "1.09810"), now: NOON + 60_001 })).toEqual([])
    expect(desk.tick({ ...at("1.09800", "1.09810"), now: NOON + 60_000 })).toContain("OrderFilled")
  })
  it("nothing is triggered in a closed market", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900") }), calm)
    const sessions = [{ openMinute: 17 * 60, closeMinute: 5 * 1_440 + 17 * 60 }]
    const scene = { now: Date.UTC(2026, 10, 28, 12), configuration: configured({ EURUSD: { sessions } }) }
    expect(desk.tick(at("1.09800", "1.09810", scene))).toEqual([])
    expect(desk.tick(at("1.09800", "1.09810", { ...scene, now: Date.UTC(2026, 10, 29, 22) }))).toContain("OrderFilled")
  })
})
