/** Twelve Data's own npm client works against the simulator: its WebSocket side and its REST side. */
import {
  AdvancedApi,
  CreateConfig,
  MarketDataApi,
  NotFoundError,
  ReferenceDataApi,
  TooManyRequestsError,
  TwelvedataWebSocketClient,
  UnauthorizedError,
  WebSocketAuthError,
  type PriceEvent,
  type SubscribeStatusEvent
} from "@twelvedata/twelvedata-node"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { control, startSimulator, until } from "./feedHarness.ts"

let simulator: MarketSimulator
const clients: Array<TwelvedataWebSocketClient> = []

beforeAll(async () => {
  simulator = await startSimulator()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await control(simulator, "DELETE", "faults")
})
afterAll(() => simulator.stop())

const makeClient = (apiKey = "key") => {
  const client = new TwelvedataWebSocketClient({
    apiKey,
    url: simulator.wsUrl,
    heartbeatIntervalMs: 50,
    pingIntervalMs: 1_500,
    pingTimeoutMs: 1_000,
    reconnect: { initialDelayMs: 10, maxDelayMs: 50 }
  })
  clients.push(client)
  const seen = {
    prices: [] as Array<PriceEvent>,
    statuses: [] as Array<SubscribeStatusEvent>,
    heartbeats: 0,
    opens: 0,
    errors: [] as Array<Error>
  }
  client.on("price", (event) => seen.prices.push(event))
  client.on("subscribe-status", (event) => seen.statuses.push(event))
  client.on("heartbeat", () => seen.heartbeats++)
  client.on("open", () => seen.opens++)
  client.on("error", (error) => seen.errors.push(error))
  return { client, seen }
}

describe("the official WebSocket client", () => {
  it("subscribes, in both forms, and gets prices, statuses and heartbeats", async () => {
    const { client, seen } = makeClient()
    await client.connect()
    client.subscribe("EUR/USD,BTC/USD,1211")
    client.subscribe([{ symbol: "AAPL", exchange: "NASDAQ" }])
    await until("both statuses came", () => seen.statuses.length === 2)
    expect(seen.statuses[0]).toMatchObject({
      status: "warning",
      success: [{ symbol: "EUR/USD" }, { symbol: "BTC/USD" }],
      fails: [{ symbol: "1211" }]
    })
    expect(seen.statuses[1]).toMatchObject({ status: "ok", success: [{ symbol: "AAPL", exchange: "NASDAQ" }] })
    await control(simulator, "POST", "ticks", [
      { symbol: "EURUSD", bid: "1.10000", ask: "1.10010", timestamp: 1_647_950_462 },
      { symbol: "AAPL", price: "187.5" }
    ])
    await until("the prices came", () => seen.prices.length === 2)
    expect(seen.prices[0]).toMatchObject({ symbol: "EUR/USD", price: 1.10005, bid: 1.1, ask: 1.1001, timestamp: 1_647_950_462 })
    await until("heartbeats are answered", () => seen.heartbeats > 1)
    expect(seen.errors).toEqual([])
  })

  it("unsubscribes and resets", async () => {
    const { client, seen } = makeClient()
    await client.connect()
    client.subscribe("EUR/USD,BTC/USD,ETH/USD")
    client.unsubscribe("BTC/USD")
    client.reset()
    client.subscribe("ETH/USD")
    await until("the last status came", () => seen.statuses.length === 2)
    await control(
      simulator,
      "POST",
      "ticks",
      ["EURUSD", "BTCUSD", "ETHUSD"].map((symbol) => ({ symbol, price: "5" }))
    )
    await until("a price came", () => seen.prices.length === 1)
    expect(seen.prices[0]?.symbol).toBe("ETH/USD")
  })

  it.each([{ kind: "drop" }, { kind: "halfOpen" }])("comes back after %o and goes on", async (fault) => {
    const { client, seen } = makeClient()
    await client.connect()
    client.subscribe("EUR/USD")
    await until("the status came", () => seen.statuses.length === 1)
    await control(simulator, "POST", "faults", fault)
    await until("it subscribed again", () => seen.statuses.length === 2)
    await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", price: "1.5" }])
    await until("a price came", () => seen.prices.length === 1)
  })

  it("is told that its key is wrong", async () => {
    const { client } = makeClient("invalid")
    await expect(client.connect()).rejects.toBeInstanceOf(WebSocketAuthError)
  })
})

describe("the official REST client", () => {
  const config = () => CreateConfig("key", simulator.restUrl)

  it("reads prices, quotes and bars", async () => {
    await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", price: "1.2345" }])
    const api = new MarketDataApi(config())
    expect(await api.getPrice({ symbol: "EUR/USD" })).toMatchObject({ price: "1.23450" })
    expect(await api.getQuote({ symbol: "EUR/USD" })).toMatchObject({ symbol: "EUR/USD", close: "1.23450" })
    const series = await api.getTimeSeries({ symbol: "EUR/USD", interval: "1day", outputsize: 3, endDate: "2026-03-04", order: "asc" })
    expect(series).toMatchObject({ status: "ok", meta: { symbol: "EUR/USD", interval: "1day" } })
    expect(series.values?.map(({ datetime }) => datetime)).toEqual(["2026-03-02", "2026-03-03", "2026-03-04"])
  })

  it("reads the catalogues and the plan", async () => {
    const reference = new ReferenceDataApi(config())
    expect((await reference.getSymbolSearch({ symbol: "EURG" })).data?.map(({ symbol }) => symbol)).toEqual(["EUR/GBP"])
    expect((await reference.getForexPairs({})).data?.map(({ symbol }) => symbol)).toContain("EUR/USD")
    expect((await reference.getCryptocurrencies({})).data?.map(({ symbol }) => symbol)).toContain("BTC/USD")
    expect((await reference.getCommodities({})).data?.map(({ symbol }) => symbol)).toContain("XAU/USD")
    expect((await reference.getStocks({})).data?.map(({ symbol }) => symbol)).toContain("AAPL")
    expect(await new AdvancedApi(config()).getApiUsage()).toMatchObject({ planCategory: "pro", planLimit: 610 })
  })

  it.each([
    ["an unknown symbol", "NOSUCH", "key", undefined, NotFoundError],
    ["a wrong key", "EUR/USD", "invalid", undefined, UnauthorizedError],
    ["spent credits", "EUR/USD", "key", { kind: "restError", code: 429 }, TooManyRequestsError]
  ])("understands %s", async (_title, symbol, key, fault, error) => {
    if (fault !== undefined) await control(simulator, "POST", "faults", fault)
    await expect(new MarketDataApi(CreateConfig(key, simulator.restUrl)).getPrice({ symbol })).rejects.toBeInstanceOf(error)
  })
})
