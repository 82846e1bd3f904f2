/** instruments: the market of this bench: many symbols of a market that never closes, which tick all the time. */
import type { Configuration } from "#domain/Configuration.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"

export const SYMBOLS = 200
export const TICKS_PER_SECOND = 10

export const symbols: ReadonlyArray<string> = Array.from({ length: SYMBOLS }, (_, index) => `W${String(index).padStart(3, "0")}`)

export const simulatedInstruments: ReadonlyArray<SimulatedInstrument> = symbols.map((symbol) => ({
  symbol,
  upstreamSymbol: symbol,
  name: symbol,
  type: "Common Stock",
  exchange: "NASDAQ",
  country: "United States",
  micCode: "XNGS",
  currency: "USD",
  price: 187.35,
  digits: 2,
  spreadPoints: 4,
  dailyVolatilityPercent: 1.4,
  ticksPerMinute: TICKS_PER_SECOND * 60
}))

const alwaysOpen = defaultConfiguration.instruments["BTCUSD"]

export const benchConfiguration = (): Configuration => {
  if (alwaysOpen === undefined) throw new Error("the default configuration has no instrument that is always open")
  return { ...defaultConfiguration, instruments: Object.fromEntries(symbols.map((symbol) => [symbol, { ...alwaysOpen, symbol }])) }
}
