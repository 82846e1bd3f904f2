import { Effect, Layer } from "effect"
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { marketOf, openAccount, order, type Desk } from "#actors/account/testing.ts"
import { AccountReads, type OrderRecord, type PositionRecord } from "#db/AccountReads.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { commandResult } from "#server/api/commandResult.ts"
import { digitsOf } from "#server/api/views.ts"

const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })
const later = marketOf({ EURUSD: ["1.10110", "1.10120"] })

/** What the command did, as an answer; `records` is what the read tables hold of orders and positions that are over. */
const resultOf = (
  desk: Desk,
  command: AccountCommand,
  records: { readonly orders?: ReadonlyArray<OrderRecord>; readonly positions?: ReadonlyArray<PositionRecord> } = {},
  orderId?: string,
  at = market
) => {
  const before = desk.journal.length
  desk.try(command, at)
  const outcome = { version: desk.journal.length, firstSequence: before + 1, events: desk.last.events, rejection: desk.last.rejection }
  const reads = Layer.mock(AccountReads)({
    order: (_accountId, id) => Effect.succeed(records.orders?.find((record) => record.orderId === id)),
    position: (_accountId, id) => Effect.succeed(records.positions?.find((record) => record.positionId === id))
  })
  return Effect.runSync(commandResult("100001", outcome, orderId, digitsOf(2, defaultConfiguration)).pipe(Effect.provide(reads)))
}

describe("the answer to", () => {
  it("a market order tells its fill and its position", () => {
    const result = resultOf(openAccount(), order({ side: "buy" }), {}, "O1")
    expect(result.order).toMatchObject({ orderId: "O1", status: "filled", fillPrice: "1.10010", positionId: "P1" })
    expect(result.positions).toMatchObject([{ positionId: "P1", status: "open", openPrice: "1.10010" }])
    expect(result.trades).toMatchObject([{ tradeId: "T1", price: "1.10010", entry: "open" }])
    expect(result.version).toBe(result.changes.at(-1)?.sequence)
  })

  it("a limit order tells that it waits", () => {
    const result = resultOf(openAccount(), order({ side: "buy", type: "limit", limitPrice: 109_000_000n }), {}, "O1")
    expect(result.order).toMatchObject({ status: "pending", limitPrice: "1.09000", positionId: null })
    expect(result.trades).toEqual([])
  })

  it("a change of a position tells it as it is afterwards", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    const result = resultOf(desk, { _tag: "ModifyPosition", positionId: "P1", stopLoss: 109_000_000n })
    expect(result.order).toBeNull()
    expect(result.positions).toMatchObject([{ positionId: "P1", stopLoss: "1.09000", status: "open" }])
  })

  it("a partial close tells what is left and what it realized", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    const result = resultOf(desk, { _tag: "ClosePosition", positionId: "P1", lots: 40_000_000n }, {}, undefined, later)
    expect(result.positions).toMatchObject([{ positionId: "P1", status: "open", lots: "0.6" }])
    expect(result.trades).toMatchObject([{ entry: "close", lots: "0.4", realizedProfit: "40.00" }])
  })

  it("a close tells the position with its end, from the read tables", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    const closed = { ...desk.position, status: "closed", closedAt: 5, closePrice: 110_110_000n, realizedProfit: 10_000_000_000n } as const
    const result = resultOf(desk, { _tag: "ClosePosition", positionId: "P1" }, { positions: [closed] }, undefined, later)
    expect(result.positions).toMatchObject([{ positionId: "P1", status: "closed", closePrice: "1.10110", realizedProfit: "100.00" }])
  })

  it("a cancellation tells the order with its end, from the read tables", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: 109_000_000n }), market)
    const canceled = {
      ...desk.order,
      status: "canceled",
      updatedAt: 5,
      fillPrice: undefined,
      positionId: undefined,
      cancelCause: "client",
      rejection: undefined
    } as const
    const result = resultOf(desk, { _tag: "CancelOrder", orderId: "O1" }, { orders: [canceled] }, "O1")
    expect(result.order).toMatchObject({ orderId: "O1", status: "canceled", cancelCause: "client" })
  })
})
