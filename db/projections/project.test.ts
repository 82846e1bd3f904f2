import { describe, expect, it } from "vitest"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { marketOf, openAccount, order, type Desk } from "#actors/account/testing.ts"
import { decodePositionRecord } from "#db/projections/records.ts"
import { project } from "#db/projections/project.ts"
import { decimal, decimalsAsText } from "#domain/Decimal.ts"

const at = (bid: string) => marketOf({ EURUSD: [bid, bid] })

/** The rows of the account's whole journal. */
const rowsOf = (desk: Desk) => {
  const states: Array<AccountState> = []
  for (const event of desk.journal) states.push(evolve(states.at(-1) ?? initialAccountState, event))
  return project({ accountId: "1", events: desk.journal, before: initialAccountState, states, expectedSequence: 0 })
}

describe("the record of a closed position", () => {
  it("tells all that was closed of it, at the average price by volume", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), at("1.1"))
    desk.do({ _tag: "ClosePosition", positionId: "P1", lots: decimal("0.2") }, at("1.11"))
    desk.do({ _tag: "ClosePosition", positionId: "P1", lots: decimal("0.3") }, at("1.12"))
    desk.do({ _tag: "ModifyPosition", positionId: "P1", stopLoss: decimal("1.05") }, at("1.12"))
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, at("1.13"))
    const [row] = rowsOf(desk).positions
    const data: unknown = JSON.parse(JSON.stringify(row?.data, decimalsAsText))
    // 0.2 × 1.11 + 0.3 × 1.12 + 0.5 × 1.13 = 1.123
    expect(decodePositionRecord(data, "closed", decimal(row?.realized_profit ?? "0"))).toMatchObject({
      lots: decimal("1"),
      closePrice: decimal("1.123"),
      realizedProfit: decimal("2300")
    })
  })

  it("of a netting position counts what was added after a part was closed", () => {
    const desk = openAccount({ mode: "netting" })
    desk.do(order({ side: "buy" }), at("1.1"))
    desk.do(order({ side: "sell", volume: "0.5" }), at("1.11"))
    desk.do(order({ side: "buy", volume: "0.5" }), at("1.1"))
    desk.do(order({ side: "sell", volume: "1" }), at("1.13"))
    const [row] = rowsOf(desk).positions
    // 0.5 × 1.11 + 1 × 1.13 over 1.5
    expect(row).toMatchObject({ status: "closed", data: { lots: decimal("1.5"), closePrice: decimal("1.12333333") } })
  })
})
