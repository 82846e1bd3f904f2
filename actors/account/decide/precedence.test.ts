/**
 * The order of the reasons in Rejection.ts is their precedence: a command that could be refused for several is refused for the first.
 *
 * Each row breaks one rule more than the row after it, so every row proves its reason against all that follow.
 */
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { marketOf, openAccount, order, type Desk, type Scene } from "#actors/account/testing.ts"
import { RejectionReason } from "#domain/RejectionReason.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal } from "#domain/Decimal.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { configured, NOON, type QuoteTable } from "#domain/testing.ts"

const d = decimal
const PRECEDENCE: ReadonlyArray<string> = RejectionReason.literals

type Fields = Partial<Extract<AccountCommand, { readonly _tag: "PlaceOrder" }>>

/** One fault, as a change to a good order, its market, or its account. */
interface Fault {
  readonly reason: string
  readonly fields?: Fields
  readonly instrument?: Partial<Instrument>
  readonly configuration?: Partial<Configuration>
  readonly quotes?: QuoteTable
  readonly ageMillis?: number
  readonly settings?: Omit<Extract<AccountCommand, { readonly _tag: "ChangeSettings" }>, "_tag">
  readonly balance?: string
}

const GOOD_QUOTES: QuoteTable = { EURGBP: ["0.85000", "0.85010"], EURUSD: ["1.10000", "1.10010"], GBPUSD: ["1.30000", "1.30010"] }

const outcome = (faults: ReadonlyArray<Fault>, base: Fields): string => {
  const merged = faults.toReversed().reduce<Fault>(
    (all, fault) => ({
      ...all,
      ...fault,
      fields: { ...all.fields, ...fault.fields },
      instrument: { ...all.instrument, ...fault.instrument },
      configuration: { ...all.configuration, ...fault.configuration },
      settings: { ...all.settings, ...fault.settings }
    }),
    { reason: "" }
  )
  const desk = openAccount({ balance: merged.balance ?? "1000000" })
  const { settings } = merged
  if (settings !== undefined && Object.keys(settings).length > 0) desk.do({ _tag: "ChangeSettings", ...settings }, marketOf(GOOD_QUOTES))
  const configuration = { ...configured({ EURGBP: merged.instrument ?? {} }), ...merged.configuration }
  const market = marketOf(merged.quotes ?? GOOD_QUOTES, { configuration })
  const command = order({ symbol: "EURGBP", side: "buy", ...base, ...merged.fields })
  return desk.try(command, { ...market, now: NOON + (merged.ageMillis ?? 0) })
}

const closedToday: Partial<Instrument> = { holidays: [{ date: "2026-11-23" }] }
const slipping: Partial<Instrument> = { slippage: { kind: "fixed", tiers: [{ fromLots: 0n, points: 5 }] } }

const marketOrderFaults: ReadonlyArray<Fault> = [
  { reason: "UNKNOWN_SYMBOL", fields: { symbol: "NOPE" } },
  { reason: "TRADING_DISABLED", settings: { tradingMode: "none" } },
  { reason: "TRADING_HALTED", configuration: { halted: true } },
  { reason: "OPEN_POSITIONS_LIMIT", settings: { openPositionsMax: 0 } },
  { reason: "ACCOUNT_LOTS_LIMIT", settings: { lotsMax: d("0.001") } },
  { reason: "LOTS_OFF_STEP", fields: { lots: d("1.005") } },
  { reason: "UNEXPECTED_PRICE", fields: { limitPrice: d("1") } },
  { reason: "INVALID_PRICE", fields: { stopLoss: d("0.8000001") } },
  { reason: "INVALID_TIME_IN_FORCE", fields: { timeInForce: "DAY" } },
  { reason: "INVALID_EXPIRY", fields: { expiresAt: NOON } },
  { reason: "INVALID_TRAILING_STOP", fields: { trailingStop: { distancePoints: 0, stepPoints: 0 } } },
  { reason: "INVALID_SLIPPAGE", fields: { maxSlippagePoints: -1 } },
  { reason: "MARKET_CLOSED", instrument: closedToday },
  { reason: "STALE_QUOTE", ageMillis: 60_001 },
  { reason: "NO_CONVERSION_RATE", quotes: { EURGBP: ["0.85000", "0.85010"] } },
  { reason: "STOP_LOSS_ON_WRONG_SIDE", fields: { stopLoss: d("0.9") } },
  { reason: "TAKE_PROFIT_ON_WRONG_SIDE", fields: { takeProfit: d("0.8") } },
  { reason: "TOO_CLOSE_TO_MARKET", fields: { takeProfit: d("0.85001") }, instrument: { stopsLevelPoints: 10 } },
  { reason: "SLIPPAGE_EXCEEDED", fields: { maxSlippagePoints: 1 }, instrument: slipping },
  { reason: "INSUFFICIENT_FREE_MARGIN", balance: "1" }
]

const pendingOrderFaults: ReadonlyArray<Fault> = [
  { reason: "UNKNOWN_SYMBOL", fields: { symbol: "NOPE" } },
  { reason: "TRADING_DISABLED", settings: { tradingMode: "none" } },
  { reason: "TRADING_HALTED", instrument: { halted: true } },
  { reason: "ACCOUNT_LOTS_LIMIT", settings: { lotsMax: d("0.001") } },
  { reason: "LOTS_ABOVE_MAXIMUM", fields: { lots: d("101.005") } },
  { reason: "LOTS_OFF_STEP", fields: { lots: d("1.005") } },
  { reason: "MISSING_PRICE", fields: { type: "stopLimit" } },
  { reason: "UNEXPECTED_PRICE", fields: { requestedPrice: d("0.9") } },
  { reason: "INVALID_PRICE", fields: { limitPrice: d("-1") } },
  { reason: "INVALID_EXPIRY", fields: { timeInForce: "GTD", expiresAt: NOON } },
  { reason: "INVALID_SLIPPAGE", fields: { maxSlippagePoints: 1 } },
  { reason: "NO_CONVERSION_RATE", quotes: { EURGBP: ["0.85000", "0.85010"] } },
  { reason: "PRICE_ON_WRONG_SIDE", fields: { limitPrice: d("0.9") } },
  { reason: "STOP_LOSS_ON_WRONG_SIDE", fields: { stopLoss: d("0.85") } },
  { reason: "TAKE_PROFIT_ON_WRONG_SIDE", fields: { takeProfit: d("0.5") } },
  { reason: "TOO_CLOSE_TO_MARKET", instrument: { stopsLevelPoints: 9_000 } },
  { reason: "INSUFFICIENT_FREE_MARGIN", balance: "1" }
]

const tables = [
  ["a market order", {}, marketOrderFaults],
  ["a pending order", { type: "limit", limitPrice: d("0.8") }, pendingOrderFaults]
] as const

describe.each(tables)("%s", (_title, base, faults) => {
  it("without a fault is accepted", () => {
    expect(outcome([], base)).toBe("accepted")
  })
  it.each(faults.map((fault, index) => [fault.reason, faults.slice(index)] as const))("%s goes before all that follow", (reason, wrong) => {
    expect(outcome(wrong, base)).toBe(reason)
  })
  it.each(faults.map((fault) => [fault.reason, fault] as const))("%s is found on its own", (reason, fault) => {
    expect(outcome([fault], base)).toBe(reason)
  })
  it("the table is in the order of Rejection.ts", () => {
    const ranks = faults.map(({ reason }) => PRECEDENCE.indexOf(reason))
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b))
    expect(ranks).not.toContain(-1)
  })
})

describe("permission", () => {
  const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })
  const scene = (change: Partial<Configuration>): Scene => ({ configuration: { ...configured({}), ...change } })
  const holding = () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.05") }), market)
    return desk
  }
  const attempts = (desk: Desk, at = market) => ({
    place: desk.try(order({ side: "buy" }), at),
    rest: desk.try(order({ side: "buy", type: "limit", limitPrice: d("1.05") }), at),
    cancel: desk.try({ _tag: "CancelOrder", orderId: "O2" }, at),
    modify: desk.try({ _tag: "ModifyPosition", positionId: "P1", stopLoss: d("1.01") }, at),
    close: desk.try({ _tag: "ClosePosition", positionId: "P1" }, at)
  })
  const onlyClosing = (reason: string) => ({ place: reason, rest: reason, cancel: "accepted", modify: "accepted", close: "accepted" })

  it("kill switch for a client: nothing new, closing stays allowed", () => {
    const desk = holding()
    desk.do({ _tag: "ChangeSettings", tradingMode: "closeOnly" }, market)
    expect(attempts(desk)).toEqual(onlyClosing("CLOSE_ONLY"))
  })
  it("kill switch for a symbol: nothing new, closing stays allowed", () => {
    const halted = configured({ EURUSD: { halted: true } })
    expect(attempts(holding(), marketOf({ EURUSD: ["1.10000", "1.10010"] }, { configuration: halted }))).toEqual(
      onlyClosing("TRADING_HALTED")
    )
  })
  it("kill switch for everything: nothing new, closing stays allowed", () => {
    expect(attempts(holding(), marketOf({ EURUSD: ["1.10000", "1.10010"] }, scene({ halted: true })))).toEqual(
      onlyClosing("TRADING_HALTED")
    )
  })
  it("trading mode none: nothing at all", () => {
    const desk = holding()
    desk.do({ _tag: "ChangeSettings", tradingMode: "none" }, market)
    expect(new Set(Object.values(attempts(desk)))).toEqual(new Set(["TRADING_DISABLED"]))
    expect(desk.try({ _tag: "ClosePositions", result: "all" }, market)).toBe("TRADING_DISABLED")
    expect(desk.try({ _tag: "CancelOrders" }, market)).toBe("TRADING_DISABLED")
  })
  it("an unknown group can trade nothing, and is not judged", () => {
    const desk = holding()
    const groups = { retail: configured({}).groups["retail"]! }
    expect(desk.try(order({ side: "buy" }), marketOf({ EURUSD: ["1.10000", "1.10010"] }, scene({ groups })))).toBe("UNKNOWN_GROUP")
    expect(desk.tick(marketOf({ EURUSD: ["0.50000", "0.50010"] }, scene({ groups })))).toEqual([])
  })
  it("volume: below the minimum, negative, zero, above the maximum", () => {
    const desk = openAccount({ balance: "100000000" })
    expect(["0.001", "0", "-1", "100.01"].map((volume) => desk.try(order({ side: "buy", volume }), market))).toEqual([
      "LOTS_BELOW_MINIMUM",
      "LOTS_BELOW_MINIMUM",
      "LOTS_BELOW_MINIMUM",
      "LOTS_ABOVE_MAXIMUM"
    ])
  })
  it("no more orders rest than an account may have", () => {
    const desk = openAccount({ balance: "100000000" })
    const limit = order({ side: "buy", type: "limit", limitPrice: d("1.05"), volume: "0.01" })
    for (let count = 0; count < 500; count++) desk.do(limit, market)
    expect(desk.try(limit, market)).toBe("OPEN_ORDERS_LIMIT")
  })
})
