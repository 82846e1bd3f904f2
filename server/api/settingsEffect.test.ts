import { expect, it } from "vitest"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { settingsEffect } from "#server/api/settingsEffect.ts"

const market = marketOf({ EURUSD: ["1.10000", "1.10010"] })

it.each<[string, number, string, string, string | undefined]>([
  ["half the leverage doubles the margin", 50, "11001.00", "healthy", undefined],
  ["too little leverage would be a margin call", 27, "20372.22", "marginCall", undefined],
  ["less still would be a stop-out", 10, "55005.00", "stopOut", undefined],
  ["none at all is refused", 0, "5500.50", "healthy", "INVALID_LEVERAGE"]
])("%s", (_, leverage, usedMargin, watch, refusal) => {
  const desk = openAccount({ balance: "20000" })
  desk.do(order({ side: "buy", volume: "5" }), market)
  const before = desk.state
  const effect = settingsEffect(desk.state, { leverage }, market)
  expect(effect.after.usedMargin).toBe(usedMargin)
  expect(effect.marginWatchAfter).toBe(watch)
  expect(effect.refusal?.code).toBe(refusal)
  expect(desk.state).toBe(before)
})
