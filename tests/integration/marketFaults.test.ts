/**
 * Every fault of the price feed on the whole product: clients see the marks, nothing trades on a bad quote, quotes resume by themselves, no
 * symbol is subscribed twice upstream, and memory stays where it was.
 */
import { readFileSync } from "node:fs"
import { Result, Schema } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { ServerMessage, type StreamQuote } from "#contract/Stream.ts"
import { ADMINISTRATOR, eventually, sendTicks, TradingClient } from "./TradingClient.ts"

/** Shorter than production's, so that the test does not wait long. */
const SILENCE_MILLIS = 2_000
const QUOTE_AGE_MILLIS_MAX = 1_200
/** Growth of the server's resident memory over all faults that is taken for noise. */
const MEMORY_GROWTH_BYTES_MAX = 96 * 1024 * 1024
const STOP_LOSS_DISTANCE = 0.03

let product: Product
let admin: TradingClient
let trader: TradingClient
let accountId = ""
let memoryBefore = 0
let socket: WebSocket
const quotes: Array<StreamQuote> = []
const markets: Array<{ readonly symbol: string; readonly sessionOpen: boolean; readonly halted: boolean }> = []
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(ServerMessage), { onExcessProperty: "error" })

const SimulatorState = Schema.Struct({
  restRequests: Schema.Record(Schema.String, Schema.Int),
  connections: Schema.Array(Schema.Struct({ frozen: Schema.Boolean, symbols: Schema.Array(Schema.String) })),
  counters: Schema.Record(Schema.String, Schema.Int)
})
const simulatorControl = async (method: string, path: string, body?: unknown): Promise<unknown> => {
  const response = await fetch(`${product.simulatorControlUrl}/control/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`)
  return answer
}
const upstream = async () => Schema.decodeUnknownSync(SimulatorState)(await simulatorControl("GET", "state"))
const faults = (...list: ReadonlyArray<object>) => simulatorControl("POST", "faults", list)
const serverMemory = (): number => {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/u.exec(readFileSync(`/proc/${product.serverPid()}/status`, "utf8")) ?? []
  return Number(kilobytes) * 1024
}

/** The first quote of the symbol, sent to the client from now on, that fits. */
const nextQuote = (what: string, fits: (quote: StreamQuote) => boolean, symbol = "EURUSD") => {
  const from = quotes.length
  return eventually(what, () => quotes.slice(from).find((quote) => quote.symbol === symbol && fits(quote)), 20_000)
}
const isLive = ({ source, stale }: StreamQuote) => source === "ws" && !stale
const bid = () => Number(quotes.findLast(({ symbol }) => symbol === "EURUSD")?.bid)

let keys = 0
const buy = (lots = "0.01") =>
  trader.send(
    "POST",
    `/accounts/${accountId}/orders`,
    { symbol: "EURUSD", side: "buy", type: "market", lots },
    {
      "idempotency-key": `buy-${++keys}`
    }
  )
const listed = async (what: "positions" | "orders"): Promise<ReadonlyArray<unknown>> => {
  const { body } = await trader.send("GET", `/accounts/${accountId}/${what}${what === "orders" ? "?status=active" : ""}`)
  const list: unknown = body[what]
  return Array.isArray(list) ? list : []
}
/** What the account has done so far: an exit, a trigger or a stop-out would make it grow. */
const version = async (): Promise<unknown> => (await trader.send("GET", `/accounts/${accountId}`)).body["version"]

beforeAll(async () => {
  product = await startProduct({ env: { MD_SILENCE_MILLIS: String(SILENCE_MILLIS) } })
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  const { body } = await admin.send("GET", "/admin/instruments/EURUSD")
  const changed = await admin.send("PUT", "/admin/instruments/EURUSD", {
    ...body,
    quoteAgeMillisMax: QUOTE_AGE_MILLIS_MAX,
    spikePercentMax: "2"
  })
  expect(changed.status).toBe(200)
  trader = new TradingClient(() => product.url)
  const registered = await trader.send<{ accountIds: ReadonlyArray<string> }>("POST", "/auth/register", {
    email: "faults@example.com",
    password: "four random words here"
  })
  accountId = registered.body.accountIds[0] ?? ""
  socket = new WebSocket(`${product.url.replace("http", "ws")}/stream?symbols=EURUSD,BTCUSD`)
  socket.on("message", (data) => {
    const message = decode(Buffer.isBuffer(data) ? data.toString() : "")
    if (Result.isFailure(message)) throw new Error(String(message.failure))
    const { success } = message
    if (success.type === "quotes" || success.type === "snapshot") quotes.push(...success.quotes)
    if (success.type === "markets") markets.push(...success.markets)
  })
  await nextQuote("a first quote", isLive)
  expect((await buy("1")).status).toBe(201)
  const [position] = await listed("positions")
  const positionId: unknown = Object(position).positionId
  const price = bid()
  const exits = { stopLoss: (price * (1 - STOP_LOSS_DISTANCE)).toFixed(5), takeProfit: (price * (1 + STOP_LOSS_DISTANCE)).toFixed(5) }
  expect(
    (await trader.send("PATCH", `/accounts/${accountId}/positions/${String(positionId)}`, exits, { "idempotency-key": "exits" })).status
  ).toBe(200)
  const resting = { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice: (price * (1 - STOP_LOSS_DISTANCE)).toFixed(5) }
  expect((await trader.send("POST", `/accounts/${accountId}/orders`, resting, { "idempotency-key": "resting" })).status).toBe(201)
  memoryBefore = serverMemory()
})
afterAll(async () => {
  socket?.terminate()
  await product?.stop()
})

describe("candles asked for oddly", () => {
  it.each<[string, string, number, string | undefined]>([
    [
      "a window that ends before it begins",
      "symbol=EURUSD&interval=1m&from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z",
      422,
      "VALIDATION_FAILED"
    ],
    ["none of them", "symbol=EURUSD&interval=1m&limit=0", 422, "VALIDATION_FAILED"],
    ["too many", "symbol=EURUSD&interval=1m&limit=5001", 422, "VALIDATION_FAILED"],
    ["a fraction of them", "symbol=EURUSD&interval=1m&limit=1.5", 422, "VALIDATION_FAILED"],
    ["an interval that is none", "symbol=EURUSD&interval=7m", 422, "VALIDATION_FAILED"],
    ["no interval", "symbol=EURUSD", 422, "VALIDATION_FAILED"],
    ["a symbol that is none", "symbol=NOPE&interval=1m", 404, "SYMBOL_NOT_FOUND"],
    ["a symbol of JavaScript's own", "symbol=__PROTO__&interval=1m", 404, "SYMBOL_NOT_FOUND"],
    ["a time that is none", "symbol=EURUSD&interval=1m&from=yesterday", 422, "VALIDATION_FAILED"],
    ["a day that is none", "symbol=EURUSD&interval=1m&from=2026-13-45T00:00:00Z", 422, "VALIDATION_FAILED"],
    ["the future", "symbol=GBPUSD&interval=1h&from=2090-01-01T00:00:00Z", 200, undefined],
    ["before there was anything", "symbol=GBPUSD&interval=1M&to=0001-01-01T00:00:00Z", 200, undefined],
    ["all of time", "symbol=GBPUSD&interval=1M&from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z", 200, undefined]
  ])("%s", async (_title, query, status, code) => {
    const answer = await new TradingClient(() => product.url).send("GET", `/market/candles?${query}`)
    expect([answer.status, answer.body["code"]]).toEqual([status, code])
  })
})

/** Ticks that lie, sent while the walk stands still; a true one follows, from which the walk goes on. */
const lies = (ticks: (price: number) => ReadonlyArray<object>) => async () => {
  await simulatorControl("POST", "pause")
  const price = bid()
  const truth = { bid: price.toFixed(5), ask: (price + 0.0001).toFixed(5) }
  await sendTicks(
    product.simulatorControlUrl,
    [...ticks(price), truth].map((tick) => ({ symbol: "EURUSD", ...tick }))
  )
}
const secondsAgo = (seconds: number) => Math.floor(Date.now() / 1_000) - seconds

/** Lasts until it has shown. */
const distortion = (kind: string) => async () => {
  const from = quotes.length
  await faults({ kind })
  await eventually("ticks under the fault", () =>
    quotes.slice(from).filter(({ symbol }) => symbol === "EURUSD").length > 4 ? true : undefined
  )
}

/** Three further connections with our key: the fourth closes the first, which is ours. */
const crowdOut = async () => {
  const url = product.simulator.wsUrl
  for (let count = 0; count < 3; count++) {
    const rival = new WebSocket(`${url}?apikey=demo`)
    await new Promise((resolve, reject) => rival.once("open", resolve).once("error", reject))
    rivals.push(rival)
  }
}
const rivals: Array<WebSocket> = []
/** The socket stays away, and REST answers with this error, whether it shows in the status or not. */
const outage =
  (handshake: number, ...rest: ReadonlyArray<object>) =>
  async () => {
    const { restRequests } = await upstream()
    await faults({ kind: "handshake", status: handshake, count: 3 }, ...rest, { kind: "drop" })
    await eventually(
      "REST was asked",
      async () => ((await upstream()).restRequests["/price"] ?? 0) > (restRequests["/price"] ?? 0) || undefined
    )
  }
const expectStaleRefusal = async () => expect((await buy()).body).toMatchObject({ code: "STALE_QUOTE" })

type Mark = readonly [what: string, fits: (quote: StreamQuote) => boolean]
const stale: Mark = ["a quote marked stale", (quote) => quote.stale]
const polled: Mark = ["a quote marked rest", ({ source, stale: isStale }) => source === "rest" && isStale]
const synthetic: Mark = ["a quote marked synthetic", ({ source, stale: isStale }) => source === "synthetic" && !isStale]

describe("a fault of the feed", () => {
  it.each<{
    readonly fault: string
    readonly strike: () => Promise<unknown>
    /** What the client sees meanwhile. */
    readonly marks?: ReadonlyArray<Mark>
    /** Market orders are refused meanwhile. */
    readonly isUntradable?: boolean
  }>([
    { fault: "a connection dropped without a close frame", strike: () => faults({ kind: "drop" }) },
    { fault: "a connection closed", strike: () => faults({ kind: "close" }) },
    { fault: "a half-open connection", strike: () => faults({ kind: "halfOpen" }), marks: [stale] },
    { fault: "a fourth connection that closes the first", strike: crowdOut },
    { fault: "silence", strike: () => faults({ kind: "silence", symbols: ["EURUSD"] }), marks: [stale], isUntradable: true },
    { fault: "ticks without bid and ask", strike: distortion("withoutBidAsk"), marks: [synthetic] },
    { fault: "repeated ticks", strike: distortion("repeat") },
    { fault: "ticks out of order", strike: distortion("outOfOrder") },
    {
      fault: "equal time stamps",
      strike: lies((price) =>
        [1, 2, 3].map((step) => ({ bid: price + step / 10_000, ask: price + step / 10_000, timestamp: secondsAgo(0) }))
      )
    },
    { fault: "a spike", strike: () => faults({ kind: "spike", symbol: "EURUSD", percent: -40 }) },
    { fault: "a crossed quote", strike: lies((price) => [{ bid: price * 0.9, ask: price * 0.8 }]) },
    {
      fault: "zero and negative prices",
      strike: lies(() => [
        { bid: 0, ask: 0 },
        { bid: -1, ask: 0.5 }
      ])
    },
    { fault: "a late tick", strike: lies((price) => [{ bid: price * 0.995, ask: price * 0.996, timestamp: secondsAgo(600) }]) },
    {
      fault: "a tick from the future",
      strike: lies((price) => [{ bid: price * 0.995, ask: price * 0.996, timestamp: secondsAgo(-3_600) }])
    },
    {
      fault: "messages that are none",
      strike: () =>
        simulatorControl("POST", "frames", [
          "{ not JSON",
          '{"event":"unheard-of"}',
          '{"event":"price","symbol":"EUR/USD","timestamp":null,"price":0.5}',
          '{"event":"price","symbol":"EUR/USD","timestamp":1,"price":null}',
          '{"event":"subscribe-status","status":"ok","success":null,"fails":null}',
          '{"status":"error","code":500,"message":"internal"}'
        ])
    },
    {
      fault: "subscriptions that fail in part, with null lists",
      strike: async () => {
        await faults({ kind: "subscribeFails", symbols: ["BTC/USD"] }, { kind: "nullLists" }, { kind: "drop" })
        await nextQuote("the other symbol is polled", ({ source }) => source === "rest", "BTCUSD")
        await simulatorControl("DELETE", "faults")
        await faults({ kind: "drop" })
      }
    },
    {
      fault: "a socket that stays away: prices by REST",
      strike: outage(503),
      marks: [stale, polled],
      isUntradable: true
    },
    {
      fault: "a socket that stays away, and REST errors with status 200",
      strike: outage(500, { kind: "restError", code: 500, httpStatus: 200 }, { kind: "restSlow", millis: 50 }),
      marks: [stale],
      isUntradable: true
    },
    {
      fault: "a handshake refused by 429, and no credits for the minute",
      strike: outage(429, { kind: "restError", code: 429 }),
      marks: [stale],
      isUntradable: true
    }
  ])("$fault: marked, untraded, over by itself", async ({ isUntradable, marks, strike }) => {
    const before = await version()
    const from = quotes.length
    const levels = [bid() * (1 - STOP_LOSS_DISTANCE), bid() * (1 + STOP_LOSS_DISTANCE)] as const
    const marked = (marks ?? []).map(([what, fits]) => nextQuote(what, fits))
    await strike()
    await Promise.all(marked)
    if (isUntradable === true) await expectStaleRefusal()
    for (const rival of rivals.splice(0)) rival.terminate()
    await simulatorControl("DELETE", "faults")
    await simulatorControl("POST", "resume")
    await nextQuote("a live quote", isLive)
    await nextQuote("a live quote of the other symbol", isLive, "BTCUSD")

    const refusals = isUntradable === true ? 1 : 0
    expect(Number(await version()) - Number(before)).toBeLessThanOrEqual(refusals)
    expect([(await listed("positions")).length, (await listed("orders")).length]).toEqual([1, 1])
    const shown = quotes.slice(from).filter(({ symbol }) => symbol === "EURUSD")
    expect(shown.every((quote) => Number(quote.bid) > levels[0] && Number(quote.ask) < levels[1] && quote.bid <= quote.ask)).toBe(true)
    const { connections, counters } = await upstream()
    const ours = connections.filter(({ frozen, symbols }) => !frozen && symbols.length > 0)
    expect(ours.length).toBe(1)
    expect(counters["repeatedSubscriptions"]).toBe(0)
  })

  it("that is none: a gap is believed once a second tick confirms it, and the stop-loss gets its price", async () => {
    const level = bid() * (1 - STOP_LOSS_DISTANCE)
    await faults({ kind: "gap", symbol: "EURUSD", percent: -10 })
    const closed = await eventually("the position is closed", async () => {
      const { body } = await trader.send<{ trades: ReadonlyArray<{ cause: string; price: string }> }>(
        "GET",
        `/accounts/${accountId}/trades`
      )
      return body.trades.find(({ cause }) => cause === "stopLoss")
    })
    expect(Number(closed.price)).toBeLessThan(level * 0.95)
    expect(Number(closed.price)).toBeGreaterThan(level * 0.9)
  })

  it("is told to staff, and to nobody else", async () => {
    const { body, status } = await admin.send("GET", "/admin/market/health?symbol=EURUSD")
    expect([status, body]).toMatchObject([
      200,
      {
        feed: { state: "open" },
        symbols: [{ symbol: "EURUSD", upstreamSymbol: "EUR/USD", subscription: "live", source: "ws", stale: false }]
      }
    ])
    const [health] = Object(body).symbols
    expect(health.gaps).toBeGreaterThan(0)
    expect(health.rejected.spike).toBeGreaterThan(0)
    expect(health.rejected.crossed).toBeGreaterThan(0)
    expect(health.rejected.nonPositive).toBeGreaterThan(0)
    expect(health.evidence.map(({ reason }: { reason: string }) => reason)).toContain("outOfOrder")
    expect(Object(body).feed.unreadable).toBeGreaterThan(0)
    expect((await admin.send("GET", "/admin/market/health?symbol=NOPE")).status).toBe(404)
    expect((await trader.send("GET", "/admin/market/health")).status).toBe(403)
    await eventually("metrics carry it", async () => {
      const metrics = await (await fetch(`${product.url}/metrics`)).text()
      return /keel_symbol_quotes_rejected\{[^}]*reason="spike"[^}]*\} [1-9]/u.test(metrics) &&
        /keel_symbol_gaps\{symbol="EURUSD"\} [1-9]/u.test(metrics)
        ? true
        : undefined
    })
  })

  it("leaves memory where it was", () => {
    expect(serverMemory() - memoryBefore).toBeLessThan(MEMORY_GROWTH_BYTES_MAX)
  })
})

describe("markets", () => {
  it("say that they are open, that they are halted, and that they are not any more", async () => {
    expect(markets.find(({ symbol }) => symbol === "BTCUSD")).toMatchObject({ sessionOpen: true, halted: false })
    for (const halted of [true, false]) {
      const from = markets.length
      await admin.send("PUT", "/admin/kill-switch", { scope: "symbol", symbol: "BTCUSD", halted })
      await eventually(
        "the state",
        () => markets.slice(from).find((market) => market.symbol === "BTCUSD" && market.halted === halted),
        5_000
      )
    }
  })
})
