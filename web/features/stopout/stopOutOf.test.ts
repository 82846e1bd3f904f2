import { describe, expect, it } from "vitest"
import type { ChangeView } from "#contract/Views.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import { stopOutOf } from "./stopOutOf.ts"

const figures = (marginLevelPercent: string | null) => ({
  balance: "10000",
  credit: "0",
  equity: "4400",
  usedMargin: "9006.6",
  freeMargin: "-4606.6",
  marginLevelPercent
})
const quote = { symbol: "EURUSD", bid: "1.0931", ask: "1.0932", time: 1_000, receivedAt: 1_001, sequence: 7, source: "ws" }
const levels = { marginCallLevelPercent: "100", stopOutLevelPercent: "50", configurationVersion: 1 }
const trade = {
  tradeId: "T3",
  positionId: "P1",
  symbol: "EURUSD",
  side: "sell",
  entry: "close",
  cause: "stopOut",
  lots: "5",
  price: "1.0931",
  realizedProfit: "-3500",
  swap: "0",
  commission: "0",
  quote,
  executedAt: 2_000
}

/** Events in their order, each with the next place in the journal. */
const journal = (...events: ReadonlyArray<readonly [type: string, data: ChangeView["data"]]>): ReadonlyArray<ChangeView> =>
  events.map(([type, data], index) => ({ sequence: index + 1, type, time: 2_000 + index, data }))

const step = (number: number, rule: string, of: ChangeView["data"]): readonly [string, ChangeView["data"]] => [
  "LiquidationStepTaken",
  { step: number, rule, before: figures("48.85306331"), after: figures("49.99545496"), quotes: [quote], ...of }
]
const started = (level: string) =>
  ["StopOutStarted", { figures: figures(level), quotes: [quote], ...levels, strategy: "largestLoss" }] as const
const ended = ["StopOutEnded", { figures: figures(null), quotes: [{ ...quote, sequence: 8, receivedAt: 1_002 }], ...levels }] as const

const CHANGES = journal(
  started("47"),
  ended,
  started("48.85306331"),
  step(1, "largestReservedMargin", { orderId: "O1" }),
  ["OrderCanceled", { orderId: "O1", cause: "stopOut" }],
  step(2, "largestLoss", { positionId: "P1", lots: "5" }),
  ["PositionClosed", { positionId: "P1", trade }],
  ended,
  ["OrderPlaced", {}]
)

describe("a stop-out", () => {
  it.each(["3", "5", "7", "T3", "8"])("is told whole from its event %s", (key) => {
    const stopOut = stopOutOf(CHANGES, key)
    expect(stopOut?.time).toBe(2_002)
    expect(stopOut?.steps.map(({ step: number, rule, trade: closed }) => [number, rule, closed?.tradeId])).toEqual([
      [1, "largestReservedMargin", undefined],
      [2, "largestLoss", "T3"]
    ])
    expect(stopOut?.end?.figures.marginLevelPercent).toBe(null)
    expect(formatDecimal(stopOut?.figures.marginLevelPercent ?? 0n)).toBe("48.85306331")
  })

  it("names each tick once, in the order in which they came", () => {
    expect(stopOutOf(CHANGES, "T3")?.ticks.map(({ sequence }) => sequence)).toEqual([7, 8])
  })

  it("has no end while it goes on", () => {
    expect(stopOutOf(CHANGES.slice(0, 7), "T3")?.end).toBe(undefined)
  })

  it.each([
    ["an event after it", CHANGES, "9"],
    ["an event that is not there", CHANGES, "T4"],
    ["events that do not reach back to its beginning", CHANGES.slice(3), "T3"]
  ])("is not found by %s", (_, changes, key) => {
    expect(stopOutOf(changes, key)).toBe(undefined)
  })
})
