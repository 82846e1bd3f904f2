import { describe, expect, it } from "vitest"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { Desk, marketOf, openAccount, order, quote, type Scene } from "#actors/account/testing.ts"
import { decimal, formatDecimal, type Decimal } from "#domain/Decimal.ts"
import { configured, money, NOON } from "#domain/testing.ts"

const d = decimal
const at = (bid: string, ask: string, scene: Scene = {}) => marketOf({ EURUSD: [bid, ask] }, scene)
const calm = at("1.10000", "1.10010")

interface Exits {
  readonly stopLoss?: Decimal
  readonly takeProfit?: Decimal
}

const closing = (desk: Desk): string => {
  const [closed] = desk.events("PositionClosed")
  return closed === undefined ? "open" : `${closed.trade.cause} at ${formatDecimal(closed.trade.price)}`
}

const after = (side: "buy" | "sell", exits: Exits, bid: string, ask: string): string => {
  const desk = openAccount()
  desk.do(order({ side, ...exits }), calm)
  desk.tick(at(bid, ask))
  return closing(desk)
}

describe("the exits of a long watch the bid, those of a short the ask", () => {
  it.each([
    ["buy", { stopLoss: d("1.09900") }, "1.09901", "1.09910", "open"],
    ["buy", { stopLoss: d("1.09900") }, "1.09900", "1.09910", "stopLoss at 1.099"],
    ["buy", { takeProfit: d("1.10100") }, "1.10099", "1.10120", "open"],
    ["buy", { takeProfit: d("1.10100") }, "1.10100", "1.10120", "takeProfit at 1.101"],
    ["sell", { stopLoss: d("1.10100") }, "1.10000", "1.10099", "open"],
    ["sell", { stopLoss: d("1.10100") }, "1.10000", "1.10100", "stopLoss at 1.101"],
    ["sell", { takeProfit: d("1.09900") }, "1.09880", "1.09901", "open"],
    ["sell", { takeProfit: d("1.09900") }, "1.09880", "1.09900", "takeProfit at 1.099"]
  ] as const)("%s %o at %s/%s: %s", (side, exits, bid, ask, expected) => {
    expect(after(side, exits, bid, ask)).toBe(expected)
  })
})

it("a polled quote touches nothing, whatever its price", () => {
  const desk = openAccount()
  desk.do(order({ side: "buy", stopLoss: d("1.09900"), takeProfit: d("1.10100") }), calm)
  const polled = { ...quote("EURUSD", "1.05000", "1.05010"), source: "rest" as const }
  desk.tick({ ...calm, quote: (symbol) => (symbol === "EURUSD" ? polled : undefined) })
  expect(closing(desk)).toBe("open")
})

describe("over a gap", () => {
  it("a stop-loss gets the gap price, never its level", () => {
    expect(after("buy", { stopLoss: d("1.09900") }, "1.08000", "1.08010")).toBe("stopLoss at 1.08")
    expect(after("sell", { stopLoss: d("1.10100") }, "1.12000", "1.12010")).toBe("stopLoss at 1.1201")
  })
  it("a take-profit gets the better market price: price improvement is symmetric", () => {
    expect(after("buy", { takeProfit: d("1.10100") }, "1.12000", "1.12010")).toBe("takeProfit at 1.12")
    expect(after("sell", { takeProfit: d("1.09900") }, "1.08000", "1.08010")).toBe("takeProfit at 1.0801")
  })
  it("slippage worsens a stop-loss, not a take-profit", () => {
    const configuration = configured({ EURUSD: { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 5 }] } } })
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09900"), takeProfit: d("1.10100") }), calm)
    desk.do(order({ side: "buy", stopLoss: d("1.09900"), takeProfit: d("1.10100") }), calm)
    desk.tick(at("1.10100", "1.10110", { configuration }))
    expect(closing(desk)).toBe("takeProfit at 1.101")
    const losing = openAccount()
    losing.do(order({ side: "buy", stopLoss: d("1.09900") }), calm)
    losing.tick(at("1.09900", "1.09910", { configuration }))
    expect(closing(losing)).toBe("stopLoss at 1.09895")
  })
})

describe("stop-loss and take-profit reachable on the same tick", () => {
  it("the stop-loss comes first", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), calm)
    const crossed: AccountEvent = {
      _tag: "PositionModified",
      at: NOON,
      position: { ...desk.position, stopLoss: d("1.10050"), takeProfit: d("1.10020") }
    }
    const both = new Desk([...desk.journal, crossed])
    both.tick(at("1.10030", "1.10040"))
    expect(closing(both)).toBe("stopLoss at 1.1003")
  })
})

describe("a position that opens beyond its own stop-loss", () => {
  it("is closed by the same quote: a gap through both a limit and the stop behind it", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09900"), stopLoss: d("1.09800") }), calm)
    expect(desk.tick(at("1.09000", "1.09010"))).toEqual([
      "OrderTriggered",
      "OrderFilled",
      "PositionOpened",
      "PositionClosed",
      "LedgerEntryBooked"
    ])
    expect(money(desk.state.balance)).toBe("9990.00")
  })
})

describe("a trailing stop runs on the server", () => {
  const trailingStop = { distancePoints: 100, stepPoints: 0 }
  const trailed = (side: "buy" | "sell", stepPoints = 0) => {
    const desk = openAccount()
    desk.do(order({ side, trailingStop: { ...trailingStop, stepPoints } }), calm)
    return desk
  }
  const stop = (desk: Desk) => formatDecimal(desk.position.stopLoss ?? 0n)

  it("starts at its distance from the price the position could be closed at", () => {
    expect(stop(trailed("buy"))).toBe("1.099")
    expect(stop(trailed("sell"))).toBe("1.1011")
  })
  it("follows the market and never moves back", () => {
    const desk = trailed("buy")
    desk.tick(at("1.10050", "1.10060"))
    expect(stop(desk)).toBe("1.0995")
    expect(desk.tick(at("1.10020", "1.10030"))).toEqual([])
    expect(stop(desk)).toBe("1.0995")
    desk.tick(at("1.09950", "1.09960"))
    expect(closing(desk)).toBe("stopLoss at 1.0995")
  })
  it("of a short follows the ask down", () => {
    const desk = trailed("sell")
    desk.tick(at("1.09940", "1.09950"))
    expect(stop(desk)).toBe("1.1005")
    expect(desk.tick(at("1.09990", "1.10000"))).toEqual([])
  })
  it("moves only in steps of at least its step", () => {
    const desk = trailed("buy", 20)
    expect(desk.tick(at("1.10019", "1.10029"))).toEqual([])
    expect(desk.tick(at("1.10020", "1.10030"))).toEqual(["TrailingStopMoved"])
    expect(stop(desk)).toBe("1.0992")
  })
  it("keeps a stop-loss that is nearer until it has caught up with it", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09950"), trailingStop }), calm)
    expect(stop(desk)).toBe("1.0995")
    desk.tick(at("1.10060", "1.10070"))
    expect(stop(desk)).toBe("1.0996")
  })
  it("records the quote that moved it", () => {
    const desk = trailed("buy")
    desk.do({ _tag: "ApplyQuotes", quotes: [quote("EURUSD", "1.10050", "1.10060")] }, calm)
    expect(desk.events("TrailingStopMoved")).toMatchObject([{ positionId: "P1", stopLoss: d("1.0995"), quote: { bid: d("1.1005") } }])
  })
})

describe("nothing is triggered", () => {
  it("on a stale quote", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09900") }), calm)
    expect(desk.tick({ ...at("1.09000", "1.09010"), now: NOON + 60_001 })).toEqual([])
  })
  it("in a closed market; when it opens the first fresh quote decides", () => {
    const sessions = [{ openMinute: 17 * 60, closeMinute: 5 * 1_440 + 17 * 60 }]
    const configuration = configured({ EURUSD: { sessions } })
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09900") }), calm)
    expect(desk.tick(at("1.09000", "1.09010", { configuration, now: Date.UTC(2026, 10, 28, 12) }))).not.toContain("PositionClosed")
    desk.tick(at("1.09500", "1.09510", { configuration, now: Date.UTC(2026, 10, 29, 22) }))
    expect(closing(desk)).toBe("stopLoss at 1.095")
  })
  it("but a kill switch does not keep exits from protecting the client", () => {
    const configuration = { ...configured({}), halted: true }
    const desk = openAccount()
    desk.do(order({ side: "buy", stopLoss: d("1.09900") }), calm)
    desk.do({ _tag: "ChangeSettings", tradingMode: "none" }, calm)
    desk.tick(at("1.09900", "1.09910", { configuration }))
    expect(closing(desk)).toBe("stopLoss at 1.099")
  })
})
