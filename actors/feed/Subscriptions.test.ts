import { describe, expect, it } from "vitest"
import { REFUSAL_MILLIS, Subscriptions } from "#actors/feed/Subscriptions.ts"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"

const make = (symbolsMax = 10) => new Subscriptions(symbolsMax, upstreamSymbolOf)
const ok = (...symbols: Array<string>) => ({
  event: "subscribe-status" as const,
  status: "ok",
  success: symbols.map((symbol) => ({ symbol })),
  fails: null
})

describe("subscriptions", () => {
  it("ask for each symbol once", () => {
    const subscriptions = make()
    expect(subscriptions.change(["EURUSD", "WTI"], 0)).toEqual({ subscribe: ["EUR/USD", "WTI/USD"], unsubscribe: [] })
    expect(subscriptions.change(["EURUSD", "WTI"], 0)).toEqual({ subscribe: [], unsubscribe: [] })
    expect(subscriptions.change(["WTI", "BTCUSD"], 0)).toEqual({ subscribe: ["BTC/USD"], unsubscribe: ["EUR/USD"] })
  })

  it("stay within the limit, the first wanted first", () => {
    const subscriptions = make(2)
    expect(subscriptions.change(["EURUSD", "WTI", "BTCUSD"], 0).subscribe).toEqual(["EUR/USD", "WTI/USD"])
    expect(subscriptions.stateOf("BTCUSD")).toBe(undefined)
    expect(subscriptions.change(["BTCUSD", "EURUSD", "WTI"], 0)).toEqual({ subscribe: ["BTC/USD"], unsubscribe: ["WTI/USD"] })
  })

  it("are pending until upstream answers or a price comes", () => {
    const subscriptions = make()
    subscriptions.change(["EURUSD", "WTI", "AAPL"], 0)
    subscriptions.answer(ok("EUR/USD"))
    expect(subscriptions.priced("WTI/USD")).toBe("WTI")
    expect(["EURUSD", "WTI", "AAPL"].map((symbol) => subscriptions.stateOf(symbol))).toEqual(["live", "live", "pending"])
    expect(subscriptions.liveCount).toBe(2)
  })

  it("take no price that nobody asked for", () => {
    const subscriptions = make()
    subscriptions.change(["EURUSD"], 0)
    subscriptions.change([], 0)
    expect([subscriptions.priced("EUR/USD"), subscriptions.priced("BTC/USD")]).toEqual([undefined, undefined])
  })

  it("note a refusal and try again later", () => {
    const subscriptions = make()
    subscriptions.change(["EURUSD", "AAPL"], 0)
    subscriptions.answer({
      event: "subscribe-status",
      status: "warning",
      success: [{ symbol: "EUR/USD" }],
      fails: [{ symbol: "AAPL", message: "not in your plan" }]
    })
    expect([subscriptions.stateOf("AAPL"), subscriptions.refusalOf("AAPL")]).toEqual(["refused", "not in your plan"])
    expect(subscriptions.change(["EURUSD", "AAPL"], REFUSAL_MILLIS - 1).subscribe).toEqual([])
    expect(subscriptions.change(["EURUSD", "AAPL"], REFUSAL_MILLIS)).toEqual({ subscribe: ["AAPL"], unsubscribe: [] })
  })

  it("begin anew with a new connection", () => {
    const subscriptions = make()
    subscriptions.change(["EURUSD"], 0)
    subscriptions.reset()
    expect(subscriptions.change(["EURUSD"], 0).subscribe).toEqual(["EUR/USD"])
  })
})
