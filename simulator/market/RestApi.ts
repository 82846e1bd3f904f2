/** RestApi: the simulator's side of `https://api.twelvedata.com`. Answers are upstream's shapes; figures are strings. */
import type { IncomingMessage, ServerResponse } from "node:http"
import { apiKeyOf, keyRefusal } from "#simulator/market/ApiKey.ts"
import type { Credits } from "#simulator/market/Credits.ts"
import type { Faults } from "#simulator/market/Faults.ts"
import { findInterval, isDaily, type Interval } from "#simulator/market/Interval.ts"
import { DAY, type Bar } from "#simulator/market/PricePath.ts"
import type { SimulatedInstrument } from "#simulator/market/SimulatedInstrument.ts"
import type { SymbolMarket } from "#simulator/market/SymbolMarket.ts"
import { missingParameter, unknownSymbol, upstreamError, type UpstreamError } from "#simulator/market/UpstreamError.ts"

/** Symbols in one comma list. */
const SYMBOLS_MAX = 120
const OUTPUT_SIZE_MAX = 5_000
const OUTPUT_SIZE_DEFAULT = 30

export interface RestApiOptions {
  readonly markets: ReadonlyMap<string, SymbolMarket>
  readonly credits: Credits
  readonly faults: Faults
  readonly now: () => number
}

type Answer = object | UpstreamError

const isError = (answer: Answer): answer is UpstreamError => "status" in answer && answer.status === "error"

export class RestApi {
  readonly #options: RestApiOptions
  readonly requestCounts: Record<string, number> = {}

  constructor(options: RestApiOptions) {
    this.#options = options
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://localhost")
    const key = apiKeyOf(request, url)
    this.requestCounts[url.pathname] = (this.requestCounts[url.pathname] ?? 0) + 1
    const { delayMillis, answer: faulty } = this.#options.faults.takeRest(url.pathname)
    if (delayMillis > 0) await new Promise((resolve) => setTimeout(resolve, delayMillis))
    if (faulty !== undefined) return this.#write(response, key, faulty.status, faulty.body)
    const answer = this.#answer(url, key, request.method ?? "GET")
    this.#write(response, key, isError(answer) ? answer.code : 200, JSON.stringify(answer))
  }

  #write(response: ServerResponse, key: string, status: number, body: string): void {
    const usage = this.#options.credits.usage(key, this.#options.now())
    const left = this.#options.credits.perMinute - usage.usedInMinute
    response.writeHead(status, {
      "Content-Type": "application/json; charset=utf-8",
      "Api-credits-used": String(usage.usedInMinute),
      "Api-credits-left": String(this.#options.credits.perMinute === 0 ? 1_000_000 : Math.max(0, left))
    })
    response.end(body)
  }

  #answer(url: URL, key: string, method: string): Answer {
    if (method !== "GET") return upstreamError(400, "Only GET requests are answered.")
    const refusal = keyRefusal(key)
    if (refusal !== undefined) return upstreamError(refusal)
    const endpoint = this.#endpoints[url.pathname]
    if (endpoint === undefined) return upstreamError(404, "The requested endpoint does not exist.")
    const symbols = (url.searchParams.get("symbol") ?? "").split(",").filter((symbol) => symbol !== "")
    if (symbols.length > SYMBOLS_MAX) return upstreamError(414)
    const cost = endpoint.cost === "perSymbol" ? Math.max(1, symbols.length) : endpoint.cost
    return this.#options.credits.spend(key, cost, this.#options.now()) ?? endpoint.answer(url.searchParams, symbols, key)
  }

  readonly #endpoints: Readonly<
    Record<string, { cost: number | "perSymbol"; answer: (query: URLSearchParams, symbols: ReadonlyArray<string>, key: string) => Answer }>
  > = {
    "/time_series": {
      cost: "perSymbol",
      answer: (query, symbols) => this.#perSymbol(symbols, (market) => this.#timeSeries(market, query))
    },
    "/price": {
      cost: "perSymbol",
      answer: (_query, symbols) => this.#perSymbol(symbols, (market) => ({ price: fiveDecimals(market.last.price) }))
    },
    "/quote": { cost: "perSymbol", answer: (_query, symbols) => this.#perSymbol(symbols, (market) => this.#quote(market)) },
    "/symbol_search": { cost: 0, answer: (query) => ({ data: this.#search(query), status: "ok" }) },
    "/forex_pairs": { cost: 1, answer: () => this.#list(isForex, forexPair) },
    "/cryptocurrencies": { cost: 1, answer: () => this.#list((instrument) => instrument.type === "Digital Currency", cryptoPair) },
    "/commodities": { cost: 1, answer: () => this.#list(isCommodity, commodity) },
    "/stocks": { cost: 1, answer: () => this.#list((instrument) => instrument.type === "Common Stock", stock) },
    "/api_usage": { cost: 1, answer: (_query, _symbols, key) => this.#apiUsage(key) }
  }

  /** One symbol answers itself, several an object keyed by symbol in which a bad one holds its own error. */
  #perSymbol(symbols: ReadonlyArray<string>, answer: (market: SymbolMarket) => Answer): Answer {
    const [only] = symbols
    if (only === undefined) return missingParameter("symbol")
    const one = (symbol: string) => {
      const market = this.#options.markets.get(symbol.toUpperCase())
      return market === undefined ? unknownSymbol(symbol) : answer(market)
    }
    return symbols.length === 1 ? one(only) : Object.fromEntries(symbols.map((symbol) => [symbol, one(symbol)]))
  }

  #timeSeries(market: SymbolMarket, query: URLSearchParams): Answer {
    const interval = findInterval(query.get("interval") ?? "")
    if (interval === undefined) return missingParameter("interval")
    const dated = query.has("start_date") || query.has("end_date")
    const outputSize = Number(query.get("outputsize") ?? (dated ? OUTPUT_SIZE_MAX : OUTPUT_SIZE_DEFAULT))
    if (!Number.isInteger(outputSize) || outputSize < 1 || outputSize > OUTPUT_SIZE_MAX) return missingParameter("outputsize")
    if (!["UTC", "Exchange"].includes(query.get("timezone") ?? "UTC")) return missingParameter("timezone")
    const from = readDate(query.get("start_date"), Date.UTC(1980, 0))
    const to = readDate(query.get("end_date"), Infinity)
    if (from === undefined || to === undefined) return missingParameter(from === undefined ? "start_date" : "end_date")
    const bars = market.bars(interval, from, to, outputSize, this.#options.now())
    if (bars.length === 0) return upstreamError(400, "No data is available on the specified dates. Try setting different start/end dates.")
    const values = bars.map((bar) => barValue(bar, interval, market.instrument))
    return {
      meta: { ...meta(market.instrument), interval: interval.name },
      values: query.get("order")?.toLowerCase() === "asc" ? values : values.reverse(),
      status: "ok"
    }
  }

  #quote(market: SymbolMarket): Answer {
    const { instrument, last } = market
    const now = this.#options.now()
    const day = findInterval("1day")
    const [before, today] = day === undefined ? [] : market.bars(day, now - 2 * DAY, now, 2, now)
    const bar = today ?? before
    const change = (Number(last.price) - (before?.close ?? Number(last.price))).toFixed(5)
    return {
      symbol: instrument.upstreamSymbol,
      name: instrument.name,
      exchange: instrument.exchange,
      ...(instrument.micCode === undefined ? {} : { mic_code: instrument.micCode }),
      currency: instrument.currency,
      datetime: dateText(now, true),
      timestamp: last.timestamp,
      last_quote_at: last.timestamp,
      open: fiveDecimals(String(bar?.open ?? last.price)),
      high: fiveDecimals(String(bar?.high ?? last.price)),
      low: fiveDecimals(String(bar?.low ?? last.price)),
      close: fiveDecimals(last.price),
      ...(instrument.type === "Common Stock" ? { volume: String(market.dayVolume) } : {}),
      previous_close: fiveDecimals(String(before?.close ?? last.price)),
      change,
      percent_change: ((Number(change) / (before?.close ?? Number(last.price))) * 100).toFixed(5),
      is_market_open: true
    }
  }

  #search(query: URLSearchParams): ReadonlyArray<object> {
    const wanted = (query.get("symbol") ?? "").toUpperCase()
    const size = Math.min(120, Math.max(1, Number(query.get("outputsize") ?? 30) || 30))
    return this.#instruments
      .filter(
        ({ upstreamSymbol, name }) =>
          wanted !== "" && (upstreamSymbol.replace("/", "").includes(wanted.replace("/", "")) || name.toUpperCase().includes(wanted))
      )
      .slice(0, size)
      .map((instrument) => ({
        symbol: instrument.upstreamSymbol,
        instrument_name: instrument.name,
        exchange: instrument.exchange,
        mic_code: instrument.micCode ?? instrument.exchange,
        exchange_timezone: "UTC",
        instrument_type: instrument.type,
        country: instrument.country,
        currency: instrument.currency
      }))
  }

  #list(belongs: (instrument: SimulatedInstrument) => boolean, entry: (instrument: SimulatedInstrument) => object): Answer {
    const data = this.#instruments.filter(belongs).map(entry)
    return { data, count: data.length, status: "ok" }
  }

  #apiUsage(key: string): Answer {
    const { credits, now } = this.#options
    const usage = credits.usage(key, now())
    return {
      timestamp: dateText(now(), false),
      current_usage: usage.usedInMinute,
      plan_limit: credits.perMinute,
      ...(credits.perDay === 0 ? {} : { daily_usage: usage.usedInDay, plan_daily_limit: credits.perDay }),
      plan_category: credits.perDay === 0 ? "pro" : "basic"
    }
  }

  get #instruments(): ReadonlyArray<SimulatedInstrument> {
    return [...this.#options.markets.values()].map((market) => market.instrument)
  }
}

const COMMODITIES = ["XAU/USD", "WTI/USD"]
const isCommodity = (instrument: SimulatedInstrument) => COMMODITIES.includes(instrument.upstreamSymbol)
const isForex = (instrument: SimulatedInstrument) => instrument.type === "Physical Currency" && !isCommodity(instrument)

const forexPair = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  currency_group: "Major",
  currency_base: instrument.currencyBase,
  currency_quote: instrument.currencyQuote
})
const cryptoPair = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  available_exchanges: [instrument.exchange],
  currency_base: instrument.currencyBase,
  currency_quote: instrument.currencyQuote
})
const commodity = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  name: instrument.name,
  category: instrument.upstreamSymbol.startsWith("XAU") ? "Precious Metal" : "Energy",
  description: ""
})
const stock = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  name: instrument.name,
  currency: instrument.currency,
  exchange: instrument.exchange,
  mic_code: instrument.micCode,
  country: instrument.country,
  type: instrument.type
})

const meta = (instrument: SimulatedInstrument) => ({
  symbol: instrument.upstreamSymbol,
  ...(instrument.currencyBase === undefined
    ? {
        currency: instrument.currency,
        exchange_timezone: "UTC",
        exchange: instrument.exchange,
        mic_code: instrument.micCode ?? instrument.exchange
      }
    : { currency_base: instrument.currencyBase, currency_quote: instrument.currencyQuote }),
  ...(instrument.type === "Digital Currency" ? { exchange: instrument.exchange } : {}),
  type: instrument.type
})

const barValue = (bar: Bar, interval: Interval, instrument: SimulatedInstrument) => ({
  datetime: dateText(bar.openTime, isDaily(interval)),
  open: String(bar.open),
  high: String(bar.high),
  low: String(bar.low),
  close: String(bar.close),
  ...(instrument.type === "Common Stock" ? { volume: String(1_000 + (Math.round(bar.open * 7_919 + bar.openTime / 60_000) % 90_000)) } : {})
})

const dateText = (time: number, dateOnly: boolean): string => {
  const text = new Date(time).toISOString()
  return dateOnly ? text.slice(0, 10) : text.slice(0, 19).replace("T", " ")
}

/** A date of a query, UTC: `2026-03-04` or `2026-03-04 05:06:07`; undefined when it is neither. */
const readDate = (text: string | null, absent: number): number | undefined => {
  if (text === null) return absent
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?))?$/.exec(text)
  const time = match === null ? Number.NaN : Date.parse(`${match[1]}T${match[2] ?? "00:00:00"}Z`)
  return Number.isNaN(time) ? undefined : time
}

const fiveDecimals = (price: string): string => Number(price).toFixed(5)
