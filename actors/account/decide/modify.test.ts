import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { decimal } from "#domain/Decimal.ts"
import { money, NOON } from "#domain/testing.ts"

const d = decimal
const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })
type Command<Tag extends AccountCommand["_tag"]> = Extract<AccountCommand, { readonly _tag: Tag }>
const modifyPosition = (fields: Omit<Command<"ModifyPosition">, "_tag" | "positionId">): AccountCommand => ({
  _tag: "ModifyPosition",
  positionId: "P1",
  ...fields
})
const modifyOrder = (fields: Omit<Command<"ModifyOrder">, "_tag" | "orderId">): AccountCommand => ({
  _tag: "ModifyOrder",
  orderId: "O1",
  ...fields
})

describe("modifying a position", () => {
  const desk = () => {
    const opened = openAccount()
    opened.do(order({ side: "buy", stopLoss: d("1.09"), takeProfit: d("1.12") }), market)
    return opened
  }
  it("changes what is named, keeps what is not, removes what is null", () => {
    const modified = desk()
    modified.do(modifyPosition({ stopLoss: d("1.095") }), market)
    expect(modified.position).toMatchObject({ stopLoss: d("1.095"), takeProfit: d("1.12") })
    modified.do(modifyPosition({ takeProfit: null }), market)
    expect("takeProfit" in modified.position).toBe(false)
    expect(modified.position.stopLoss).toBe(d("1.095"))
  })
  it.each([
    ["nothing named", {}, "NOTHING_TO_CHANGE"],
    ["nothing different", { stopLoss: d("1.09") }, "NOTHING_TO_CHANGE"],
    ["a stop-loss at the bid", { stopLoss: d("1.1") }, "STOP_LOSS_ON_WRONG_SIDE"],
    ["a take-profit at the bid", { takeProfit: d("1.1") }, "TAKE_PROFIT_ON_WRONG_SIDE"],
    ["a price off the grid", { stopLoss: d("1.090001") }, "INVALID_PRICE"],
    ["a negative price", { stopLoss: d("-1") }, "INVALID_PRICE"],
    ["a trailing distance of 0", { trailingStop: { distancePoints: 0, stepPoints: 0 } }, "INVALID_TRAILING_STOP"],
    ["a negative step", { trailingStop: { distancePoints: 10, stepPoints: -1 } }, "INVALID_TRAILING_STOP"]
  ])("%s is refused", (_title, fields, expected) => {
    expect(desk().try(modifyPosition(fields), market)).toBe(expected)
  })
  it("a trailing stop takes its place at once", () => {
    const trailed = desk()
    trailed.do(modifyPosition({ trailingStop: { distancePoints: 100, stepPoints: 0 } }), market)
    expect(trailed.tags).toEqual(["PositionModified", "TrailingStopMoved"])
    expect(trailed.position.stopLoss).toBe(d("1.099"))
    trailed.do(modifyPosition({ trailingStop: null }), market)
    expect(trailed.position.stopLoss).toBe(d("1.099"))
    expect(trailed.position.trailingStop).toBeUndefined()
  })
  it("stays possible in a closed market and on a stale quote, but not without any quote", () => {
    expect(desk().try(modifyPosition({ stopLoss: d("1.095") }), { ...market, now: NOON + 3_600_000 })).toBe("accepted")
    expect(desk().try(modifyPosition({ stopLoss: d("1.095") }), marketOf({}))).toBe("NO_QUOTE")
  })
})

describe("modifying an order", () => {
  const desk = (balance = "10000") => {
    const opened = openAccount({ balance })
    opened.do(
      order({ side: "buy", type: "limit", limitPrice: d("1.05"), stopLoss: d("1.04"), timeInForce: "GTD", expiresAt: NOON + 60_000 }),
      market
    )
    return opened
  }
  it("changes price, volume, exits and expiry; the margin held back follows", () => {
    const modified = desk()
    modified.do(
      modifyOrder({ limitPrice: d("1.06"), lots: d("2"), stopLoss: null, takeProfit: d("1.08"), expiresAt: NOON + 90_000 }),
      market
    )
    expect(modified.order).toMatchObject({ limitPrice: d("1.06"), lots: d("2"), takeProfit: d("1.08"), expiresAt: NOON + 90_000 })
    expect("stopLoss" in modified.order).toBe(false)
    expect(money(modified.order.reservedMargin)).toBe("2120.00")
    expect(modified.order.status).toBe("pending")
  })
  it.each([
    ["nothing named", {}, "NOTHING_TO_CHANGE"],
    ["nothing different", { limitPrice: d("1.05") }, "NOTHING_TO_CHANGE"],
    ["a stop price of a limit", { stopPrice: d("1.2") }, "UNEXPECTED_PRICE"],
    ["a limit above the ask", { limitPrice: d("1.2") }, "PRICE_ON_WRONG_SIDE"],
    ["a stop-loss beyond the new limit", { limitPrice: d("1.03") }, "STOP_LOSS_ON_WRONG_SIDE"],
    ["no volume", { lots: 0n }, "LOTS_BELOW_MINIMUM"],
    ["a volume off the step", { lots: d("1.005") }, "LOTS_OFF_STEP"],
    ["too much volume", { lots: d("101") }, "LOTS_ABOVE_MAXIMUM"],
    ["an expiry in the past", { expiresAt: NOON }, "INVALID_EXPIRY"],
    ["more margin than is free", { lots: d("10") }, "INSUFFICIENT_FREE_MARGIN"]
  ])("%s is refused", (_title, fields, expected) => {
    expect(desk().try(modifyOrder(fields), market)).toBe(expected)
  })
  it("only a GTD order has an expiry to change", () => {
    const good = openAccount()
    good.do(order({ side: "buy", type: "limit", limitPrice: d("1.05") }), market)
    expect(good.try(modifyOrder({ expiresAt: NOON + 60_000 }), market)).toBe("INVALID_EXPIRY")
  })
  it("the margin it holds back already counts for it: all of it may be used", () => {
    expect(desk("2100.01").try(modifyOrder({ lots: d("2") }), market)).toBe("accepted")
    expect(desk("2099.99").try(modifyOrder({ lots: d("2") }), market)).toBe("INSUFFICIENT_FREE_MARGIN")
  })
  it("a larger volume is new exposure, anything else is not", () => {
    const closing = desk()
    closing.do({ _tag: "ChangeSettings", tradingMode: "closeOnly" }, market)
    expect(closing.try(modifyOrder({ lots: d("2") }), market)).toBe("CLOSE_ONLY")
    expect(closing.try(modifyOrder({ lots: d("0.5") }), market)).toBe("accepted")
    expect(closing.try(modifyOrder({ limitPrice: d("1.06") }), market)).toBe("accepted")
  })
  it("what is over is told apart from what never was", () => {
    const over = desk()
    over.do({ _tag: "CancelOrder", orderId: "O1" }, market)
    expect(over.try(modifyOrder({ lots: d("2") }), market)).toBe("ORDER_NOT_PENDING")
    expect(over.try({ _tag: "ModifyOrder", orderId: "O2", lots: d("2") }, market)).toBe("ORDER_NOT_FOUND")
  })
})

describe("canceling", () => {
  const desk = () => {
    const opened = openAccount({ balance: "100000" })
    for (const side of ["buy", "sell"] as const) {
      opened.do(order({ side, type: "limit", limitPrice: d(side === "buy" ? "1.05" : "1.15") }), market)
      opened.do(
        order({ symbol: "GBPUSD", side, type: "limit", limitPrice: d(side === "buy" ? "1.25" : "1.35") }),
        marketOf({ GBPUSD: ["1.3", "1.3001"] })
      )
    }
    return opened
  }
  it.each([
    ["all", {}, []],
    ["by symbol", { symbol: "EURUSD" }, ["O2", "O4"]],
    ["by side", { side: "buy" }, ["O3", "O4"]],
    ["by both", { symbol: "GBPUSD", side: "sell" }, ["O1", "O2", "O3"]]
  ] as const)("%s", (_title, filter, left) => {
    const canceling = desk()
    canceling.do({ _tag: "CancelOrders", ...filter }, market)
    expect([...canceling.state.orders.keys()]).toEqual(left)
  })
  it("frees the margin that was held back", () => {
    const canceling = desk()
    canceling.do({ _tag: "CancelOrders" }, market)
    expect(canceling.figures(market)["usedMargin"]).toBe("0.00")
  })
  it("an unknown symbol is refused, nothing to cancel is not", () => {
    expect(openAccount().try({ _tag: "CancelOrders", symbol: "NOPE" }, market)).toBe("UNKNOWN_SYMBOL")
    expect(openAccount().do({ _tag: "CancelOrders" }, market)).toEqual([])
  })
})
