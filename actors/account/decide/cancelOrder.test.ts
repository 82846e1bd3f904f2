import { describe, expect, it } from "vitest"
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { decide } from "#actors/account/decide.ts"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { decimal } from "#domain/Decimal.ts"

const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })

describe("an order's end names who canceled it", () => {
  const commands: ReadonlyArray<AccountCommand> = [{ _tag: "CancelOrder", orderId: "O1" }, { _tag: "CancelOrders" }]
  const askers: ReadonlyArray<readonly [Origin["kind"], string]> = [
    ["client", "client"],
    ["staff", "staff"],
    ["crm", "staff"]
  ]
  it.each(askers)("%s as %s", (askedBy, cause) => {
    const desk = openAccount()
    desk.do(order({ side: "buy", type: "limit", limitPrice: decimal("1.09") }), market)
    for (const command of commands) {
      const { events } = decide("1", desk.state, command, market, { askedBy, isReferenceBooked: false })
      expect(events).toMatchObject([{ _tag: "OrderCanceled", orderId: "O1", cause }])
    }
  })
})
