/** decide is total: whatever is asked of whatever account in whatever market, it answers; and what it refuses has changed nothing. */
import * as fc from "fast-check"
import { Schema } from "effect"
import { describe, expect, it } from "vitest"
import { AccountCommand } from "#actors/account/AccountCommand.ts"
import { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import { marketOf, openAccount, order, type Desk, type Opening } from "#actors/account/testing.ts"
import { nextWakeAt, tripwires } from "#actors/account/tripwires.ts"
import { decimal, parseDecimal } from "#domain/Decimal.ts"
import { configured, NOON, present, type QuoteTable } from "#domain/testing.ts"

const d = decimal
const quotes: QuoteTable = { EURUSD: ["1.10000", "1.10010"], USDJPY: ["150.000", "150.010"], BTCUSD: ["60000.00", "60010.00"] }

/** Amounts that bite: none, the smallest, the largest, off every grid, and ordinary ones. */
const amount = fc.constantFrom(
  ...[
    "0",
    "0.00000001",
    "-0.00000001",
    "-1",
    "0.01",
    "1",
    "1.1",
    "1.09999",
    "1.2",
    "150",
    "60000",
    "999999999999999.99999999",
    "-999999999999999"
  ].map((text) => present(parseDecimal(text)))
)
const integer = fc.constantFrom(-1, 0, 1, 100, 500, 100_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER)
const time = fc.constantFrom(0, NOON - 1, NOON, NOON + 1, NOON + 86_400_000, 8_640_000_000_000_000, Number.MAX_SAFE_INTEGER)
const symbol = fc.constantFrom("EURUSD", "USDJPY", "BTCUSD", "EURGBP", "NOPE", "__PROTO__")
const id = fc.constantFrom("O1", "O2", "P1", "P2", "P3", "P99", "", "P0", "constructor", "P1e3")
const side = fc.constantFrom<"buy" | "sell">("buy", "sell")
const trailingStop = fc.record({ distancePoints: integer, stepPoints: integer })
const reference = fc.constantFrom("R", "first deposit", "W1", "toString")
const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined })

/** Leaves out what is undefined, as the wire does. */
const clean = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
const command = (tag: AccountCommand["_tag"], fields: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<AccountCommand> =>
  fc.record(fields).map((values) => decodeCommand({ _tag: tag, ...clean(values) }))
/** Commands reach the core decoded: what the schema refuses never does. */
const decodeCommand = (candidate: unknown): AccountCommand => Schema.decodeUnknownSync(Schema.toType(AccountCommand))(candidate)

const exits = { stopLoss: optional(amount), takeProfit: optional(amount), trailingStop: optional(trailingStop) }
const nullable = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(fc.option(arbitrary, { nil: null }), { nil: undefined })

const anyCommand: fc.Arbitrary<AccountCommand> = fc.oneof(
  command("PlaceOrder", {
    symbol,
    side,
    type: fc.constantFrom("market", "limit", "stop", "stopLimit"),
    lots: amount,
    limitPrice: optional(amount),
    stopPrice: optional(amount),
    timeInForce: fc.constantFrom("GTC", "GTD", "DAY", "IOC", "FOK"),
    expiresAt: optional(time),
    ...exits,
    maxSlippagePoints: optional(integer),
    requestedPrice: optional(amount),
    ocoGroup: optional(fc.constantFrom("A", "__proto__"))
  }),
  command("ModifyOrder", {
    orderId: id,
    limitPrice: optional(amount),
    stopPrice: optional(amount),
    lots: optional(amount),
    stopLoss: nullable(amount),
    takeProfit: nullable(amount),
    trailingStop: nullable(trailingStop),
    expiresAt: optional(time)
  }),
  command("ModifyPosition", {
    positionId: id,
    stopLoss: nullable(amount),
    takeProfit: nullable(amount),
    trailingStop: nullable(trailingStop)
  }),
  command("CancelOrder", { orderId: id }),
  command("CancelOrders", { symbol: optional(symbol), side: optional(side) }),
  command("ClosePosition", { positionId: id, lots: optional(amount), maxSlippagePoints: optional(integer) }),
  command("ClosePositions", { symbol: optional(symbol), side: optional(side), result: fc.constantFrom("all", "winners", "losers") }),
  command("CloseBy", { positionId: id, oppositePositionId: id }),
  command("ReversePosition", { positionId: id }),
  command("ApplyBalanceOperation", {
    kind: fc.constantFrom("deposit", "withdrawal", "creditIn", "creditOut", "correction"),
    amount,
    reference
  }),
  command("ReserveWithdrawal", { requestId: reference, amount }),
  command("ReleaseWithdrawal", { requestId: reference }),
  command("SettleWithdrawal", { requestId: reference }),
  command("ChangeSettings", {
    leverage: optional(integer),
    group: optional(fc.constantFrom("retail", "professional", "toString")),
    lotsMax: nullable(amount),
    openPositionsMax: nullable(integer),
    tradingMode: optional(fc.constantFrom("full", "closeOnly", "none"))
  }),
  command("ApplyQuotes", { quotes: fc.constant([]) }),
  command("ApplyRollover", {})
)

const opening: fc.Arbitrary<Opening> = fc.record({
  currency: fc.constantFrom("USD", "EUR", "JPY", "BTC"),
  mode: fc.constantFrom<"hedging" | "netting">("hedging", "netting"),
  leverage: fc.constantFrom(1, 100, 2_000),
  balance: fc.constantFrom("0", "100", "100000")
})

const scene = { configuration: configured({}, { professional: { markUpPoints: { "*": 3 } } }) }

/** An account with a few positions and orders of its own. */
const furnished = (options: Opening): Desk => {
  const desk = openAccount(options)
  for (const each of [
    order({ side: "buy", volume: "0.1" }),
    order({ side: "sell", volume: "0.2", symbol: "USDJPY" }),
    order({ side: "buy", volume: "0.1", type: "limit", limitPrice: d("1.05"), ocoGroup: "A" }),
    order({ side: "sell", volume: "0.1", type: "stop", stopPrice: d("1.05"), ocoGroup: "A" })
  ]) {
    desk.try(each, marketOf(quotes, scene))
  }
  return desk
}

const unchanged = (before: AccountState, after: AccountState) =>
  expect({ ...after, orderCount: before.orderCount, lastEventAt: before.lastEventAt }).toEqual(before)

describe("decide", () => {
  it("answers every command with events that can be written, or with a reason; a refusal changes nothing", () => {
    const encode = Schema.encodeSync(AccountEvent)
    fc.assert(
      fc.property(opening, fc.array(anyCommand, { maxLength: 30 }), fc.boolean(), (options, commands, isQuoted) => {
        const desk = furnished(options)
        const market = marketOf(isQuoted ? quotes : {}, scene)
        for (const each of commands) {
          const before = desk.state
          const outcome = desk.try(each, market)
          for (const event of desk.last.events) expect(() => encode(event)).not.toThrow()
          if (outcome !== "accepted") unchanged(before, desk.state)
          tripwires(desk.state, market)
          nextWakeAt(desk.state, market)
        }
        expect(violationsOf(desk.journal, desk.state, () => market.configuration)).toEqual([])
      }),
      { numRuns: Number(process.env["KEEL_PROPERTY_RUNS"] ?? 400) }
    )
  })

  it("is a function: asked twice, it answers the same", () => {
    fc.assert(
      fc.property(opening, anyCommand, (options, each) => {
        const { state } = furnished(options)
        const market = marketOf(quotes, scene)
        expect(decide("1", state, each, market)).toEqual(decide("1", state, each, market))
      })
    )
  })
})
