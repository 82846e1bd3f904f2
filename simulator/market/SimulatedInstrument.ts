/** SimulatedInstrument: what the simulator knows of an instrument, in upstream's own words. */

export interface SimulatedInstrument {
  /** Our name, accepted by the control port only. */
  readonly symbol: string
  /** Upstream's name, as it stands in frames and answers. */
  readonly upstreamSymbol: string
  readonly name: string
  readonly type: "Physical Currency" | "Digital Currency" | "Index" | "Common Stock"
  readonly exchange: string
  readonly country: string
  readonly micCode?: string
  readonly currency: string
  readonly currencyBase?: string
  readonly currencyQuote?: string
  /** The level that the price wanders around. */
  readonly price: number
  readonly digits: number
  /** Even, so that the middle of bid and ask is exactly the price. */
  readonly spreadPoints: number
  /** Standard deviation of a day's relative change, in percent. */
  readonly dailyVolatilityPercent: number
  readonly ticksPerMinute: number
}

const forex = (
  base: string,
  quote: string,
  names: readonly [string, string],
  price: number,
  digits: number,
  spreadPoints: number,
  dailyVolatilityPercent: number,
  ticksPerMinute: number
): SimulatedInstrument => ({
  symbol: `${base}${quote}`,
  upstreamSymbol: `${base}/${quote}`,
  name: `${names[0]} / ${names[1]}`,
  type: "Physical Currency",
  exchange: "FOREX",
  country: "",
  currency: quote,
  currencyBase: names[0],
  currencyQuote: names[1],
  price,
  digits,
  spreadPoints,
  dailyVolatilityPercent,
  ticksPerMinute
})

const crypto = (
  base: string,
  name: string,
  price: number,
  spreadPoints: number,
  dailyVolatilityPercent: number,
  ticksPerMinute: number
): SimulatedInstrument => ({
  ...forex(base, "USD", [name, "US Dollar"], price, 2, spreadPoints, dailyVolatilityPercent, ticksPerMinute),
  type: "Digital Currency",
  exchange: "Binance"
})

/** What the simulator offers; everything trades around the clock. */
export const SIMULATED_INSTRUMENTS: ReadonlyArray<SimulatedInstrument> = [
  forex("EUR", "USD", ["Euro", "US Dollar"], 1.1012, 5, 10, 0.45, 180),
  forex("GBP", "USD", ["British Pound", "US Dollar"], 1.2845, 5, 12, 0.5, 170),
  forex("USD", "JPY", ["US Dollar", "Japanese Yen"], 149.35, 3, 12, 0.55, 170),
  forex("USD", "CHF", ["US Dollar", "Swiss Franc"], 0.8742, 5, 14, 0.45, 120),
  forex("AUD", "USD", ["Australian Dollar", "US Dollar"], 0.6631, 5, 12, 0.6, 140),
  forex("USD", "CAD", ["US Dollar", "Canadian Dollar"], 1.3624, 5, 14, 0.4, 120),
  forex("NZD", "USD", ["New Zealand Dollar", "US Dollar"], 0.6048, 5, 14, 0.6, 110),
  forex("EUR", "JPY", ["Euro", "Japanese Yen"], 164.46, 3, 16, 0.6, 140),
  forex("EUR", "GBP", ["Euro", "British Pound"], 0.8573, 5, 14, 0.35, 110),
  forex("XAU", "USD", ["Gold Spot", "US Dollar"], 2035.4, 2, 30, 0.9, 180),
  { ...forex("WTI", "USD", ["Crude Oil WTI Spot", "US Dollar"], 76.85, 3, 30, 1.8, 90), symbol: "WTI" },
  crypto("BTC", "Bitcoin", 64_250, 1_200, 2.4, 200),
  crypto("ETH", "Ethereum", 3_180, 120, 2.9, 180),
  {
    symbol: "US500",
    upstreamSymbol: "SPX",
    name: "S&P 500",
    type: "Index",
    exchange: "CBOE",
    country: "United States",
    currency: "USD",
    price: 5_210.5,
    digits: 2,
    spreadPoints: 50,
    dailyVolatilityPercent: 0.9,
    ticksPerMinute: 120
  },
  {
    symbol: "GER40",
    upstreamSymbol: "GDAXI",
    name: "DAX PERFORMANCE-INDEX",
    type: "Index",
    exchange: "XETR",
    country: "Germany",
    currency: "EUR",
    price: 17_930,
    digits: 1,
    spreadPoints: 12,
    dailyVolatilityPercent: 1,
    ticksPerMinute: 120
  },
  {
    symbol: "AAPL",
    upstreamSymbol: "AAPL",
    name: "Apple Inc.",
    type: "Common Stock",
    exchange: "NASDAQ",
    country: "United States",
    micCode: "XNGS",
    currency: "USD",
    price: 187.35,
    digits: 2,
    spreadPoints: 4,
    dailyVolatilityPercent: 1.4,
    ticksPerMinute: 90
  }
]

/** A symbol that somebody adds while the simulator runs; one of six letters is taken for a pair of currencies, as the product does. */
export const addedInstrument = (symbol: string, upstreamSymbol: string | undefined, price: number, digits: number): SimulatedInstrument => {
  const [, base = symbol, quote = "USD"] = /^([A-Z]{3})([A-Z]{3})$/.exec(symbol) ?? []
  const pair = forex(base, quote, [base, quote], price, digits, 10, 0.5, 60)
  return { ...pair, symbol, upstreamSymbol: upstreamSymbol ?? (base === symbol ? symbol : pair.upstreamSymbol) }
}

/** The instrument of our name or of upstream's, whatever the case. */
export const findInstrument = (instruments: ReadonlyArray<SimulatedInstrument>, name: string): SimulatedInstrument | undefined => {
  const wanted = name.toUpperCase()
  return instruments.find((instrument) => instrument.symbol === wanted || instrument.upstreamSymbol === wanted)
}
