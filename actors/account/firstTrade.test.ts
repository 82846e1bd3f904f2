import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { money } from "#domain/testing.ts"

describe("a first trade of 1 lot EURUSD, account USD 10,000 at 1:100", () => {
  const opening = marketOf({ EURUSD: ["1.10000", "1.10010"] })
  const risen = marketOf({ EURUSD: ["1.10110", "1.10120"] })

  it("is filled at the ask, uses 1,100.10 of margin and leaves an equity of 9,990.00", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), opening)
    expect(desk.tags).toEqual(["OrderPlaced", "OrderFilled", "PositionOpened"])
    expect(money(desk.position.openPrice)).toBe("1.1001")
    expect(desk.figures(opening)).toEqual({
      balance: "10000.00",
      credit: "0.00",
      equity: "9990.00",
      usedMargin: "1100.10",
      freeMargin: "8889.90",
      marginLevelPercent: "908.0993"
    })
  })

  it("has an equity of 10,100.00 at 1.10110, and a balance of 10,100.00 when it is closed there", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), opening)
    expect(desk.figures(risen)["equity"]).toBe("10100.00")
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, risen)
    expect(desk.tags).toEqual(["PositionClosed", "LedgerEntryBooked"])
    expect(money(desk.state.balance)).toBe("10100.00")
    expect(desk.state.positions.size).toBe(0)
  })
})
