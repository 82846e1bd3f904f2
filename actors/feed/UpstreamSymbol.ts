/** UpstreamSymbol: Twelve Data's name of an instrument: EURUSD → EUR/USD, WTI → WTI/USD, AAPL → AAPL. */
import type { SymbolName } from "#domain/Quote.ts"

/** Names that no rule gives. */
const NAMED: ReadonlyMap<SymbolName, string> = new Map([
  ["WTI", "WTI/USD"],
  ["BRENT", "XBR/USD"],
  ["US500", "SPX"],
  ["US100", "NDX"],
  ["US30", "DJI"],
  ["GER40", "GDAXI"],
  ["UK100", "FTSE"],
  ["JPN225", "N225"]
])

/** Two currencies, metals or coins: three to five letters against one of the currencies that things are quoted in. */
const PAIR = /^([A-Z]{3,5})(USD|EUR|GBP|JPY|CHF|AUD|NZD|CAD|SEK|NOK|DKK|PLN|CZK|HUF|TRY|ZAR|MXN|SGD|HKD|CNH|BTC)$/

export const upstreamSymbolOf = (symbol: SymbolName): string => {
  const named = NAMED.get(symbol)
  if (named !== undefined) return named
  const pair = PAIR.exec(symbol)
  return pair === null ? symbol : `${pair[1]}/${pair[2]}`
}
