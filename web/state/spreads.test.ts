import { expect, it } from "vitest"
import { recordSpread, SPAN_MILLIS, spreadSpans } from "./spreads.ts"

it("keeps the narrowest and the widest spread of every five minutes, for four hours", () => {
  for (const spread of [10n, 8n, 30n, 12n]) recordSpread("EURUSD", spread, 1_000)
  recordSpread("EURUSD", 11n, SPAN_MILLIS + 1)
  expect(spreadSpans("EURUSD")).toEqual([
    { from: 1_000, narrowest: 8n, widest: 30n },
    { from: SPAN_MILLIS + 1, narrowest: 11n, widest: 11n }
  ])
  for (let span = 2; span < 60; span++) recordSpread("EURUSD", 9n, span * SPAN_MILLIS)
  expect(spreadSpans("EURUSD").length).toBe(48)
  expect(spreadSpans("EURUSD").at(-1)?.from).toBe(59 * SPAN_MILLIS)
})

it("knows nothing of a symbol that was not watched", () => {
  expect(spreadSpans("USDJPY")).toEqual([])
})
