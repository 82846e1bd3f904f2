import { describe, expect, it } from "vitest"
import { marketOf, openAccount, order, type Desk } from "#actors/account/testing.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import { decimal, formatDecimal } from "#domain/Decimal.ts"
import { figuresOf, isLevelAtOrBelow } from "#domain/Figures.ts"
import { orderPreview } from "#server/api/orderPreview.ts"

type PlaceOrder = Extract<AccountCommand, { readonly _tag: "PlaceOrder" }>

const quotes = { EURUSD: ["1.10000", "1.10010"] } as const
const market = marketOf(quotes)
const preview = (desk: Desk, command: PlaceOrder, at: Market = market) => orderPreview({ version: 7, state: desk.state }, command, at)

describe("a preview", () => {
  it("of an order tells what then happens", () => {
    const desk = openAccount()
    const shown = preview(desk, order({ side: "buy" }))
    expect(shown).toMatchObject({ version: 7, refusal: null, price: "1.10010", margin: "1100.10", commission: "0.00" })
    expect(desk.state.positions.size).toBe(0)
    desk.do(order({ side: "buy" }), market)
    expect(shown.after).toMatchObject({ equity: "9990.00", usedMargin: "1100.10", freeMargin: "8889.90" })
    expect(desk.figures(market)["equity"]).toBe("9990.00")
  })

  it("of a pending order tells what it holds back", () => {
    const shown = preview(openAccount(), order({ side: "buy", type: "limit", limitPrice: decimal("1.09") }))
    expect(shown).toMatchObject({ refusal: null, price: "1.09000", margin: "1090.00", marginCallPrice: null })
  })

  it("of an order that would be refused tells why, and what it would cost is not known", () => {
    const shown = preview(openAccount(), order({ side: "buy", volume: "50" }))
    expect(shown.refusal?.code).toBe("INSUFFICIENT_FREE_MARGIN")
    expect(shown).toMatchObject({ after: null, margin: null, price: "1.10010", stopOutPrice: null })
  })

  it("without a quote has no price", () => {
    const shown = preview(openAccount(), order({ side: "buy" }), marketOf({}))
    expect(shown).toMatchObject({ refusal: { code: "NO_QUOTE" }, price: null })
  })

  it.each<["buy" | "sell", "marginCallPrice" | "stopOutPrice", string]>([
    ["buy", "marginCallPrice", "100"],
    ["buy", "stopOutPrice", "50"],
    ["sell", "marginCallPrice", "100"],
    ["sell", "stopOutPrice", "50"]
  ])("of a %s: its %s is the first at which the level is %s %%", (side, name, percent) => {
    const desk = openAccount()
    const shown = preview(desk, order({ side, volume: "5" }))
    desk.do(order({ side, volume: "5" }), market)
    const price = decimal(shown[name] ?? "0")
    const at = (shift: bigint) => {
      const closing = price + shift
      const [bid, ask] = side === "buy" ? [closing, closing + decimal("0.0001")] : [closing - decimal("0.0001"), closing]
      const figures = figuresOf(desk.state, marketOf({ EURUSD: [formatDecimal(bid), formatDecimal(ask)] }))
      return figures !== undefined && isLevelAtOrBelow(figures, decimal(percent))
    }
    const point = decimal("0.00001")
    expect(at(0n)).toBe(true)
    expect(at(side === "buy" ? point : -point)).toBe(false)
  })

  it("of what hedges the rest has no price that hurts", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), market)
    expect(preview(desk, order({ side: "sell" }))).toMatchObject({ refusal: null, marginCallPrice: null, stopOutPrice: null })
  })
})
