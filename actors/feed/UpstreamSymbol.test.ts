import { expect, it } from "vitest"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"
import { SIMULATED_INSTRUMENTS } from "#simulator/market/SimulatedInstrument.ts"

it.each([
  ["EURUSD", "EUR/USD"],
  ["USDJPY", "USD/JPY"],
  ["EURGBP", "EUR/GBP"],
  ["XAUUSD", "XAU/USD"],
  ["WTI", "WTI/USD"],
  ["BTCUSD", "BTC/USD"],
  ["DOGEUSD", "DOGE/USD"],
  ["US500", "SPX"],
  ["AAPL", "AAPL"],
  ["BRK.B", "BRK.B"],
  ["USD", "USD"]
])("%s is %s upstream", (symbol, upstream) => {
  expect(upstreamSymbolOf(symbol)).toBe(upstream)
})

it.each(SIMULATED_INSTRUMENTS.map(({ symbol, upstreamSymbol }) => [symbol, upstreamSymbol]))(
  "the simulator calls %s by the same name, %s",
  (symbol, upstream) => {
    expect(upstreamSymbolOf(symbol)).toBe(upstream)
  }
)
