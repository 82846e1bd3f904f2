/** The simulator speaks Twelve Data's protocol: tables of what is sent and what comes back. */
import { once } from "node:events"
import { connect as connectTcp } from "node:net"
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"
import type { MarketSimulator } from "#simulator/market/MarketSimulator.ts"
import { SIMULATED_INSTRUMENTS } from "#simulator/market/SimulatedInstrument.ts"
import { control, startSimulator, until } from "./feedHarness.ts"

let simulator: MarketSimulator
const sockets: Array<WebSocket> = []

beforeAll(async () => {
  simulator = await startSimulator()
})

beforeEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate()
  await control(simulator, "DELETE", "faults")
  await control(simulator, "POST", "faults", { kind: "credits", perMinute: 0, perDay: 0 })
})

afterAll(() => simulator.stop())

const connect = async (headers: Record<string, string> = { "X-TD-APIKEY": "key" }, query = "") => {
  const socket = new WebSocket(`${simulator.wsUrl}${query}`, { headers })
  sockets.push(socket)
  const messages: Array<string> = []
  let closed: number | undefined
  socket.on("message", (data) => messages.push(Buffer.isBuffer(data) ? data.toString() : ""))
  socket.on("close", (code) => (closed = code))
  socket.on("error", () => (closed ??= 0))
  await until("the socket is open or closed", () => socket.readyState === WebSocket.OPEN || closed !== undefined)
  const ask = async (message: unknown): Promise<unknown> => {
    const before = messages.length
    socket.send(typeof message === "string" ? message : JSON.stringify(message))
    await until("an answer comes", () => messages.length > before)
    return JSON.parse(messages[before] ?? "")
  }
  return { socket, messages, ask, closed: () => closed }
}

const get = async (path: string, apikey = "key"): Promise<{ status: number; headers: Headers; text: string; body: unknown }> => {
  const response = await fetch(`${simulator.restUrl}${path}${path.includes("?") ? "&" : "?"}apikey=${apikey}`)
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) }
}

const EURUSD = { symbol: "EUR/USD", exchange: "FOREX", country: "", type: "Physical Currency" }
const AAPL = { symbol: "AAPL", exchange: "NASDAQ", mic_code: "XNGS", country: "United States", type: "Common Stock" }

describe("the WebSocket", () => {
  it.each<[string, unknown, object]>([
    ["heartbeat", { action: "heartbeat" }, { event: "heartbeat", status: "ok" }],
    [
      "subscribe",
      { action: "subscribe", params: { symbols: "EUR/USD" } },
      { event: "subscribe-status", status: "ok", success: [EURUSD], fails: [] }
    ],
    [
      "subscribe, extended",
      { action: "subscribe", params: { symbols: [{ symbol: "AAPL", exchange: "NASDAQ" }, { symbol: "EUR/USD" }] } },
      { status: "ok", success: [AAPL, EURUSD], fails: [] }
    ],
    [
      "subscribe in part",
      { action: "subscribe", params: { symbols: "EUR/USD, 1211" } },
      { status: "warning", success: [EURUSD], fails: [{ symbol: "1211" }] }
    ],
    [
      "subscribe in vain",
      { action: "subscribe", params: { symbols: "1211" } },
      { status: "error", success: [], fails: [{ symbol: "1211" }] }
    ],
    [
      "our own names are not upstream's",
      { action: "subscribe", params: { symbols: "EURUSD" } },
      { status: "error", fails: [{ symbol: "EURUSD" }] }
    ],
    [
      "unsubscribe",
      { action: "unsubscribe", params: { symbols: "EUR/USD" } },
      { event: "unsubscribe-status", status: "ok", success: [EURUSD] }
    ],
    ["reset", { action: "reset" }, { event: "reset-status", status: "ok" }],
    ["nonsense", { action: "dance" }, { status: "error", code: 400 }],
    ["no JSON", "hello", { status: "error", code: 400 }]
  ])("answers %s", async (_title, message, expected) => {
    const { ask } = await connect()
    expect(await ask(message)).toMatchObject(expected)
  })

  it.each([
    ["no key", {}, "", 1006],
    ["the key in the address", {}, "?apikey=key", undefined],
    ["the key in a header", { "X-TD-APIKEY": "key" }, "", undefined],
    ["a wrong key", { "X-TD-APIKEY": "invalid" }, "", 1006]
  ])("with %s", async (_title, headers, query, closed) => {
    expect((await connect(headers, query)).closed()).toBe(closed)
  })

  it("outlives a client that resets its connection when it is refused", async () => {
    const { hostname, port, pathname } = new URL(simulator.wsUrl)
    const refused = connectTcp(Number(port), hostname)
    refused.write(`GET ${pathname} HTTP/1.1\r\nHost: simulator\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
    await once(refused, "data")
    refused.resetAndDestroy()
    const { ask } = await connect()
    expect(await ask({ action: "heartbeat" })).toMatchObject({ status: "ok" })
  })

  it("sends the scripted figures as they were written, with upstream's own fields", async () => {
    const { ask, messages } = await connect()
    await ask({ action: "subscribe", params: { symbols: "EUR/USD,BTC/USD,AAPL" } })
    const body = `[{"symbol":"EURUSD","bid":1.10000,"ask":"1.10010","timestamp":1647950462},{"symbol":"BTC/USD","price":64000.10,"timestamp":1647950462000},{"symbol":"AAPL","price":187.5,"timestamp":"2022-03-22T12:01:02Z"}]`
    const answer = await fetch(`${simulator.controlUrl}/control/ticks`, { method: "POST", body })
    expect(await answer.json()).toEqual({ sent: 3, deliveries: 3 })
    await until("three prices came", () => messages.length === 4)
    expect(messages[1]).toBe(
      `{"event":"price","symbol":"EUR/USD","currency":"USD","currency_base":"Euro","currency_quote":"US Dollar","type":"Physical Currency","timestamp":1647950462,"price":1.10005,"bid":1.10000,"ask":1.10010}`
    )
    expect(messages[2]).toContain(`"exchange":"Binance","type":"Digital Currency","timestamp":1647950462,"price":64000.10}`)
    expect(JSON.parse(messages[3] ?? "")).toMatchObject({
      exchange: "NASDAQ",
      mic_code: "XNGS",
      currency: "USD",
      timestamp: 1647950462,
      price: 187.5
    })
  })

  it("closes the oldest connection of a key when a fourth comes, and none of another key", async () => {
    const other = await connect({ "X-TD-APIKEY": "other" })
    const mine = [await connect(), await connect(), await connect(), await connect()]
    await until("the first is closed", () => mine[0]?.closed() !== undefined)
    expect([other, ...mine].map(({ closed }) => closed())).toEqual([undefined, 1008, undefined, undefined, undefined])
  })

  it("refuses more than 100 messages in a minute", async () => {
    const { socket, messages } = await connect()
    for (let count = 0; count < 201; count++) socket.send('{"action":"heartbeat"}')
    await until("all are answered", () => messages.length === 201)
    expect(messages.filter((message) => message.includes('"code":429')).length).toBeGreaterThan(0)
  })
})

describe("faults of the stream", () => {
  const subscribed = async () => {
    const connection = await connect()
    await connection.ask({ action: "subscribe", params: { symbols: "EUR/USD" } })
    const prices = () => connection.messages.slice(1).map((text): { timestamp: number; price: number } => JSON.parse(text))
    const send = (...prices: Array<string>) =>
      control(
        simulator,
        "POST",
        "ticks",
        prices.map((price, index) => ({ symbol: "EURUSD", price, timestamp: 1_700_000_000 + index }))
      )
    return { ...connection, prices, send }
  }
  const fault = (body: object) => control(simulator, "POST", "faults", body)

  it("repeat: every price comes twice", async () => {
    const { prices, send } = await subscribed()
    await fault({ kind: "repeat" })
    await send("1", "2")
    await until("four came", () => prices().length === 4)
    expect(prices().map(({ price }) => price)).toEqual([1, 1, 2, 2])
  })

  it("outOfOrder: every other price comes after its successor", async () => {
    const { prices, send } = await subscribed()
    await fault({ kind: "outOfOrder" })
    await send("1", "2", "3", "4")
    await until("four came", () => prices().length === 4)
    expect(prices().map(({ price }) => price)).toEqual([2, 1, 4, 3])
    expect(prices().map(({ timestamp }) => timestamp % 10)).toEqual([1, 0, 3, 2])
  })

  it("equalTimestamps: stamps are cut to the minute", async () => {
    const { prices, send } = await subscribed()
    await fault({ kind: "equalTimestamps" })
    await send("1", "2")
    await until("both came", () => prices().length === 2)
    expect(prices().map(({ timestamp }) => timestamp % 60)).toEqual([0, 0])
  })

  it("spike and gap: a spike is gone with the next price, a gap stays", async () => {
    const { prices, send } = await subscribed()
    await send("1.1")
    await fault({ kind: "spike", symbol: "EURUSD", percent: 20 })
    await fault({ kind: "gap", symbol: "EURUSD", percent: -10 })
    await fault({ kind: "gap", symbol: "EURUSD", percent: 0 })
    await until("all came", () => prices().length === 4)
    expect(prices().map(({ price }) => price)).toEqual([1.1, 1.32, 0.99, 0.99])
  })

  it("silence: only of the listed symbols", async () => {
    const { prices, send, ask } = await subscribed()
    await ask({ action: "subscribe", params: { symbols: "AAPL" } })
    await fault({ kind: "silence", symbols: ["EURUSD"] })
    await send("1.1")
    await control(simulator, "POST", "ticks", [{ symbol: "AAPL", price: "5" }])
    await until("a price came", () => prices().length === 2)
    expect(prices()[1]).toMatchObject({ symbol: "AAPL", price: 5 })
  })
})

describe("REST", () => {
  it.each([
    ["/price?symbol=EUR/USD", 200],
    ["/price", 400],
    ["/price?symbol=FOO", 404],
    ["/quote?symbol=AAPL", 200],
    ["/time_series?symbol=EUR/USD&interval=1min", 200],
    ["/time_series?symbol=EUR/USD&interval=7min", 400],
    ["/time_series?symbol=EUR/USD&interval=1min&outputsize=5001", 400],
    ["/time_series?symbol=EUR/USD&interval=1min&outputsize=0", 400],
    ["/time_series?symbol=EUR/USD&interval=1min&start_date=yesterday", 400],
    ["/time_series?symbol=EUR/USD&interval=1min&start_date=2099-01-01", 400],
    [`/price?symbol=${Array.from({ length: 121 }, () => "EUR/USD").join(",")}`, 414],
    ["/no_such_endpoint", 404]
  ])("%s answers %i", async (path, status) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    if (status !== 200) expect(answer.body).toMatchObject({ code: status, status: "error" })
  })

  it.each([
    ["", 401],
    ["invalid", 401],
    ["forbidden", 403]
  ])("the key %o answers %i", async (key, status) => {
    expect(await get("/price?symbol=EUR/USD", key)).toMatchObject({ status, body: { code: status, status: "error" } })
  })

  it("the key may come in the Authorization header", async () => {
    const response = await fetch(`${simulator.restUrl}/price?symbol=EUR/USD`, { headers: { Authorization: "apikey key" } })
    expect(response.status).toBe(200)
  })

  it("a comma list answers by symbol, a bad one holding its own error", async () => {
    await control(simulator, "POST", "ticks", [{ symbol: "EURUSD", price: "1.1" }])
    const { body } = await get("/price?symbol=EUR/USD,FOO")
    expect(body).toMatchObject({ "EUR/USD": { price: "1.10000" }, FOO: { code: 404, status: "error" } })
  })

  it("bars are newest first unless asked otherwise, dated by their open", async () => {
    const { body } = await get("/time_series?symbol=EUR/USD&interval=1day&start_date=2026-03-02&end_date=2026-03-04&order=asc")
    expect(body).toMatchObject({
      meta: { symbol: "EUR/USD", interval: "1day", currency_base: "Euro", currency_quote: "US Dollar", type: "Physical Currency" },
      status: "ok",
      values: [{ datetime: "2026-03-02" }, { datetime: "2026-03-03" }, { datetime: "2026-03-04" }]
    })
    const { body: newest } = await get("/time_series?symbol=EUR/USD&interval=4h&end_date=2026-03-04 12:00:00&outputsize=2")
    expect(newest).toMatchObject({ values: [{ datetime: "2026-03-04 12:00:00" }, { datetime: "2026-03-04 08:00:00" }] })
  })

  it("a scripted price stands in the running bar of every interval", async () => {
    await control(simulator, "POST", "ticks", [
      { symbol: "GBPUSD", price: "9.5" },
      { symbol: "GBPUSD", price: "1.5" }
    ])
    for (const interval of ["1min", "5min", "15min", "30min", "1h", "4h", "1day", "1week", "1month"]) {
      const { body } = await get(`/time_series?symbol=GBP/USD&interval=${interval}&outputsize=1`)
      expect(body).toMatchObject({ values: [{ high: "9.5", close: "1.5" }] })
    }
  })

  const typed = (type: string) =>
    SIMULATED_INSTRUMENTS.filter((instrument) => instrument.type === type).map(({ upstreamSymbol }) => upstreamSymbol)
  const commodities = ["XAU/USD", "WTI/USD"]
  it.each([
    ["/symbol_search?symbol=eurg", ["EUR/GBP"]],
    ["/symbol_search?symbol=apple", ["AAPL"]],
    ["/symbol_search?symbol=nothing-like-it", []],
    ["/forex_pairs", typed("Physical Currency").filter((symbol) => !commodities.includes(symbol))],
    ["/cryptocurrencies", typed("Digital Currency")],
    ["/commodities", commodities],
    ["/stocks", typed("Common Stock")]
  ])("%s lists %o", async (path, symbols) => {
    const { body } = await get(path)
    expect(body).toMatchObject({ status: "ok", data: symbols.map((symbol) => ({ symbol })) })
    expect(body).toHaveProperty("data.length", symbols.length)
  })
})

describe("credits", () => {
  const limits = (perMinute: number, perDay: number) => control(simulator, "POST", "faults", { kind: "credits", perMinute, perDay })

  it("are counted per symbol, told in headers and in /api_usage, and run out by the minute", async () => {
    await limits(4, 0)
    const first = await get("/price?symbol=EUR/USD,GBP/USD,AAPL", "credits")
    expect([first.status, first.headers.get("api-credits-used"), first.headers.get("api-credits-left")]).toEqual([200, "3", "1"])
    expect((await get("/api_usage", "credits")).body).toMatchObject({ current_usage: 4, plan_limit: 4 })
    expect(await get("/price?symbol=EUR/USD", "credits")).toMatchObject({
      status: 429,
      body: { code: 429, message: expect.stringContaining("for the current minute") }
    })
    expect((await get("/price?symbol=EUR/USD", "another")).status).toBe(200)
  })

  it("run out by the day", async () => {
    await limits(0, 2)
    expect((await get("/price?symbol=EUR/USD,GBP/USD", "credits")).status).toBe(200)
    expect(await get("/price?symbol=EUR/USD", "credits")).toMatchObject({
      status: 429,
      body: { message: expect.stringContaining("for the day") }
    })
    expect((await get("/api_usage", "another")).body).toMatchObject({ daily_usage: 1, plan_daily_limit: 2 })
  })
})

describe("faults of REST", () => {
  const priced = async (fault: object) => {
    await control(simulator, "POST", "faults", fault)
    return fetch(`${simulator.restUrl}/price?symbol=EUR/USD&apikey=key`)
  }

  it.each([
    [{ kind: "restError", code: 500 }, 500, 500],
    [{ kind: "restError", code: 429 }, 429, 429],
    [{ kind: "restError", code: 429, httpStatus: 200 }, 200, 429],
    [{ kind: "restError", code: 503 }, 503, 503]
  ])("%o answers %i with code %i", async (fault, status, code) => {
    const response = await priced(fault)
    expect([response.status, await response.json()]).toMatchObject([status, { code, status: "error" }])
  })

  it("a fault with a count strikes so many times", async () => {
    expect((await priced({ kind: "restError", code: 500, count: 2 })).status).toBe(500)
    expect((await get("/price?symbol=EUR/USD")).status).toBe(500)
    expect((await get("/price?symbol=EUR/USD")).status).toBe(200)
  })

  it("a fault of one path leaves the others alone", async () => {
    expect((await priced({ kind: "restError", code: 500, path: "/time_series" })).status).toBe(200)
  })

  it("restSlow answers late, restGarbage no JSON, restHuge much", async () => {
    const startedAt = performance.now()
    await priced({ kind: "restSlow", millis: 120, count: 1 })
    expect(performance.now() - startedAt).toBeGreaterThan(110)
    const garbage = await (await priced({ kind: "restGarbage", count: 1 })).text()
    expect(() => JSON.parse(garbage)).toThrow(SyntaxError)
    expect((await (await priced({ kind: "restHuge", bytes: 100_000, count: 1 })).text()).length).toBeGreaterThan(100_000)
  })
})

describe("the control port", () => {
  it.each<[string, string, string | undefined, number]>([
    ["POST", "ticks", "not json", 400],
    ["POST", "ticks", "{}", 422],
    ["POST", "ticks", `[{"price":1}]`, 422],
    ["POST", "ticks", `[{"symbol":"EURUSD"}]`, 422],
    ["POST", "ticks", `[{"symbol":"EURUSD","price":"1,1"}]`, 422],
    ["POST", "ticks", `[{"symbol":"EURUSD","price":null}]`, 422],
    ["POST", "ticks", `[{"symbol":"EURUSD","price":1,"timestamp":"soon"}]`, 422],
    ["POST", "ticks", `[{"symbol":"EURUSD","price":1,"colour":"red"}]`, 422],
    ["POST", "ticks", `[{"symbol":"NOSUCH","price":1}]`, 404],
    ["POST", "ticks", `["${"x".repeat(5_000_000)}"]`, 413],
    ["POST", "faults", `{"kind":"earthquake"}`, 422],
    ["GET", "ticks", undefined, 405],
    ["GET", "nothing", undefined, 404],
    ["POST", "ticks", "[]", 200],
    ["POST", "ticks", `[{"symbol":"eur/usd","price":-1}]`, 200]
  ])("%s %s %.40s answers %i", async (method, path, body, status) => {
    const response = await fetch(`${simulator.controlUrl}/control/${path}`, { method, ...(body === undefined ? {} : { body }) })
    expect(response.status).toBe(status)
    const answer: unknown = await response.json()
    if (status !== 200) expect(answer).toHaveProperty("error")
  })

  it("does nothing of a list with one bad tick", async () => {
    const { ask, messages } = await connect()
    await ask({ action: "subscribe", params: { symbols: "EUR/USD" } })
    const body = `[{"symbol":"EURUSD","price":1},{"symbol":"NOSUCH","price":1}]`
    expect((await fetch(`${simulator.controlUrl}/control/ticks`, { method: "POST", body })).status).toBe(404)
    await ask({ action: "heartbeat" })
    expect(messages).toHaveLength(2)
  })

  it("does not listen to web pages", async () => {
    const response = await fetch(`${simulator.controlUrl}/control/pause`, { method: "POST", headers: { "Sec-Fetch-Site": "cross-site" } })
    expect(response.status).toBe(403)
  })
})

it.each(SIMULATED_INSTRUMENTS.map(({ symbol, upstreamSymbol }) => [symbol, upstreamSymbol]))(
  "client and simulator call %s by the same name, %s",
  (symbol, upstream) => {
    expect(upstreamSymbolOf(symbol)).toBe(upstream)
  }
)
