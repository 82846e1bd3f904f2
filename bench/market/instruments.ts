/** instruments: the market of this bench: many symbols that tick all the time, and a few that tick only when told, by which latency is measured. */
import type { Configuration } from "#domain/Configuration.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"

export const TICKS_PER_SECOND = 20
export const PROBES = 20
export const SYMBOLS = 500

const named = (letter: string, count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `${letter}${String(index).padStart(3, "0")}`)

export const walkingSymbols = named("M", SYMBOLS - PROBES)
export const probeSymbols = named("P", PROBES)

const simulated = (symbol: string, ticksPerMinute: number): SimulatedInstrument => ({
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
  ticksPerMinute
})

export const simulatedInstruments: ReadonlyArray<SimulatedInstrument> = [
  ...walkingSymbols.map((symbol) => simulated(symbol, TICKS_PER_SECOND * 60)),
  // once a minute is as good as never here
  ...probeSymbols.map((symbol) => simulated(symbol, 1))
]

const share = defaultConfiguration.instruments["AAPL"]

export const benchConfiguration = (): Configuration => {
  if (share === undefined) throw new Error("the default configuration has no share to copy")
  return {
    ...defaultConfiguration,
    instruments: Object.fromEntries([...walkingSymbols, ...probeSymbols].map((symbol) => [symbol, { ...share, symbol }]))
  }
}
