import { expect, it } from "vitest"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"

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
