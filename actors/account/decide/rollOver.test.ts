import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, type Scene } from "#actors/account/testing.ts"
import { nextWakeAt } from "#actors/account/tripwires.ts"
import { decimal } from "#domain/Decimal.ts"
import { configured, money } from "#domain/testing.ts"

const d = decimal
const swap = { kind: "points", long: d("-5.47"), short: d("1.2"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] } as const
const configuration = configured({ AUDUSD: { swap } })
const at = (text: string, scene: Scene = {}) =>
  marketOf({ AUDUSD: ["0.65000", "0.65010"], EURUSD: ["1.10000", "1.10010"] }, { configuration, now: Date.parse(text), ...scene })

/** 2 lots AUDUSD, bought on Monday 2026-11-23 at noon in New York. */
const desk = () => {
  const opened = openAccount({ balance: "100000" })
  opened.do(order({ symbol: "AUDUSD", side: "buy", volume: "2" }), at("2026-11-23T17:00:00Z"))
  return opened
}
const rollOver = { _tag: "ApplyRollover" } as const

describe("swap is charged to positions open at 17:00 New York", () => {
  it("2 lots AUDUSD at −5.47 points, one night: −10.94 USD", () => {
    const held = desk()
    expect(held.do(rollOver, at("2026-11-23T21:59:59Z"))).toEqual([])
    held.do(rollOver, at("2026-11-23T22:00:00Z"))
    expect(held.tags).toEqual(["SwapAccrued", "RolloverCompleted"])
    expect(held.events("SwapAccrued")).toMatchObject([{ positionId: "P1", tradingDay: "2026-11-23", nights: 1, amount: d("-10.94") }])
  })
  it("Wednesday ×3: −32.82", () => {
    const held = desk()
    held.do(rollOver, at("2026-11-24T22:00:00Z"))
    held.do(rollOver, at("2026-11-25T22:00:00Z"))
    expect(held.events("SwapAccrued")).toMatchObject([{ nights: 3, amount: d("-32.82") }])
  })
  it("accrued swap counts in equity and is booked when the position closes", () => {
    const held = desk()
    const night = at("2026-11-23T22:00:00Z")
    const before = held.figures(night)["equity"]
    held.do(rollOver, night)
    expect([before, held.figures(night)["equity"]]).toEqual(["99980.00", "99969.06"])
    held.do({ _tag: "ClosePosition", positionId: "P1" }, night)
    expect(held.events("LedgerEntryBooked").map(({ entry }) => [entry.kind, money(entry.amount)])).toEqual([
      ["profit", "-20.00"],
      ["swap", "-10.94"]
    ])
  })
  it("nothing on a weekend's days, which are completed all the same", () => {
    const held = desk()
    held.do(rollOver, at("2026-11-27T22:00:00Z"))
    held.do(rollOver, at("2026-11-29T23:00:00Z"))
    expect(held.tags).toEqual(["RolloverCompleted", "RolloverCompleted"])
  })
})

describe("a rollover runs once per account and trading day", () => {
  it("also when two nodes try", () => {
    const held = desk()
    held.do(rollOver, at("2026-11-23T22:00:00Z"))
    expect(held.do(rollOver, at("2026-11-23T22:00:00Z"))).toEqual([])
    expect(held.do(rollOver, at("2026-11-24T21:59:59Z"))).toEqual([])
  })
  it("also after downtime: every missed day is caught up with, oldest first", () => {
    const held = desk()
    held.do(rollOver, at("2026-12-01T12:00:00Z"))
    expect(held.events("SwapAccrued").map(({ tradingDay, nights }) => [tradingDay, nights])).toEqual([
      ["2026-11-23", 1],
      ["2026-11-24", 1],
      ["2026-11-25", 3],
      ["2026-11-26", 1],
      ["2026-11-27", 1],
      ["2026-11-30", 1]
    ])
    expect(held.events("RolloverCompleted")).toHaveLength(8)
    expect(held.state.rolledOverDay).toBe("2026-11-30")
  })
  it("whatever comes first after it catches up before anything else", () => {
    const held = desk()
    held.do({ _tag: "ClosePosition", positionId: "P1" }, at("2026-11-23T22:00:01Z"))
    expect(held.tags).toEqual(["SwapAccrued", "RolloverCompleted", "PositionClosed", "LedgerEntryBooked", "LedgerEntryBooked"])
  })
  it("a quote that came before it is judged before it", () => {
    const held = desk()
    held.do({ _tag: "ModifyPosition", positionId: "P1", stopLoss: d("0.64") }, at("2026-11-23T21:59:00Z"))
    const market = at("2026-11-23T22:00:01Z")
    const early = { ...market.quote("AUDUSD")!, bid: d("0.63"), ask: d("0.6301"), receivedAt: Date.parse("2026-11-23T21:59:59Z") }
    held.do({ _tag: "ApplyQuotes", quotes: [early] }, market)
    expect(held.tags).toEqual(["PositionClosed", "LedgerEntryBooked"])
  })
  it("a position opened after it waits for the next", () => {
    const held = desk()
    held.do(order({ symbol: "AUDUSD", side: "sell", volume: "1" }), at("2026-11-23T22:30:00Z"))
    held.do(rollOver, at("2026-11-24T22:00:00Z"))
    expect(held.events("SwapAccrued").map(({ positionId }) => positionId)).toEqual(["P1", "P2"])
    expect(held.journal.filter(({ _tag }) => _tag === "SwapAccrued")).toHaveLength(3)
  })
  it("a flat account has none", () => {
    expect(openAccount().do(rollOver, at("2027-11-23T22:00:00Z"))).toEqual([])
  })
  it("one hour earlier in UTC in US summer time", () => {
    const held = openAccount({ balance: "100000" })
    held.do(order({ symbol: "AUDUSD", side: "buy" }), at("2026-07-01T17:00:00Z"))
    expect(held.do(rollOver, at("2026-07-01T20:59:59Z"))).toEqual([])
    expect(held.do(rollOver, at("2026-07-01T21:00:00Z"))).toHaveLength(2)
  })
  it("waits for a missing rate, for all positions of the account together", () => {
    const held = desk()
    const inFrancs = {
      ...configuration,
      instruments: { ...configuration.instruments, AUDUSD: { ...configuration.instruments["AUDUSD"]!, profitCurrency: "CHF" } }
    }
    expect(held.do(rollOver, at("2026-11-23T22:00:00Z", { configuration: inFrancs }))).toEqual([])
    expect(held.do(rollOver, at("2026-11-23T22:00:00Z"))).toHaveLength(2)
  })
})

describe("the account wakes by itself", () => {
  it("at the next rollover", () => {
    const held = desk()
    expect(nextWakeAt(held.state, at("2026-11-23T17:00:00Z"))).toBe(Date.parse("2026-11-23T22:00:00Z"))
    held.do(rollOver, at("2026-11-23T22:00:00Z"))
    expect(nextWakeAt(held.state, at("2026-11-23T22:00:00Z"))).toBe(Date.parse("2026-11-24T22:00:00Z"))
  })
  it("at once when a rollover was missed", () => {
    const now = "2026-11-25T12:00:00Z"
    expect(nextWakeAt(desk().state, at(now))).toBe(Date.parse(now))
  })
  it("at an order's expiry, and when a closed market opens", () => {
    const resting = openAccount()
    const expiresAt = Date.parse("2026-11-28T12:00:00Z")
    const limit = order({ side: "buy", type: "limit", limitPrice: d("1"), timeInForce: "GTD", expiresAt })
    resting.do(limit, at("2026-11-23T17:00:00Z"))
    expect(nextWakeAt(resting.state, at("2026-11-23T17:00:00Z"))).toBe(expiresAt)
    const sessions = [{ openMinute: 17 * 60, closeMinute: 5 * 1_440 + 17 * 60 }]
    const closed = { configuration: configured({ EURUSD: { sessions } }) }
    const open = openAccount()
    open.do(order({ side: "buy", type: "limit", limitPrice: d("1") }), at("2026-11-23T17:00:00Z"))
    expect(nextWakeAt(open.state, at("2026-11-28T12:00:00Z", closed))).toBe(Date.parse("2026-11-29T22:00:00Z"))
    expect(nextWakeAt(open.state, at("2026-11-23T17:00:00Z", closed))).toBeUndefined()
  })
  it("never without exposure", () => {
    expect(nextWakeAt(openAccount().state, at("2026-11-23T17:00:00Z"))).toBeUndefined()
  })
})
