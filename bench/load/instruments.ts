/** instruments: a market for load: symbols like EURUSD that tick as often as a load asks for. */
import type { Configuration } from "#domain/Configuration.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"

export const loadSymbols = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `L${String(index).padStart(3, "0")}`)

export const loadInstruments = (count: number, ticksPerSecond: number): ReadonlyArray<SimulatedInstrument> =>
  loadSymbols(count).map((symbol) => ({
    symbol,
    upstreamSymbol: symbol,
    name: symbol,
    type: "Common Stock",
    exchange: "NASDAQ",
    country: "United States",
    micCode: "XNGS",
    currency: "USD",
    price: 1.1,
    digits: 5,
    spreadPoints: 10,
    dailyVolatilityPercent: 0.5,
    ticksPerMinute: (ticksPerSecond * 60) / count
  }))

export const loadConfiguration = (count: number): Configuration => {
  const like = defaultConfiguration.instruments["EURUSD"]
  if (like === undefined) throw new Error("the default configuration has no EURUSD to copy")
  return {
    ...defaultConfiguration,
    instruments: Object.fromEntries(
      loadSymbols(count).map((symbol) => [symbol, { ...like, symbol, calculation: "cfd", profitCurrency: "USD" }])
    )
  }
}
