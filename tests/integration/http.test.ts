/** The API as an outsider meets it: a running product, fetch, and a scripted market. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient, type Answer } from "./TradingClient.ts"

const PASSWORD = "four random words here"
/** Bad input must be refused this quickly; the rest is for a busy machine. */
const REFUSAL_MILLIS_MAX = 50

let product: Product
let admin: TradingClient
let users = 0
let answeredAtStart: ReadonlyArray<string> = []

/** What stands at `path` of an answer. */
const at = (value: unknown, ...path: ReadonlyArray<string>): unknown => {
  const [name, ...rest] = path
  if (name === undefined) return value
  return typeof value === "object" && value !== null ? at(Reflect.get(value, name), ...rest) : undefined
}
const text = (value: unknown, ...path: ReadonlyArray<string>): string => String(at(value, ...path))
const list = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found = at(value, ...path)
  return Array.isArray(found) ? found : []
}
/** One member of each thing in a list. */
const column = (value: unknown, name: string, member: string): ReadonlyArray<unknown> => list(value, name).map((item) => at(item, member))

const anonymous = () => new TradingClient(() => product.url)
/** Sends what fetch would not let through as an object. */
const raw = (method: string, path: string, body: BodyInit | undefined, headers: Record<string, string>) =>
  fetch(product.url + path, { method, headers: { ...ownRequest(product.url), ...headers }, ...(body === undefined ? {} : { body }) })

const answersByStatus = async (): Promise<ReadonlyArray<string>> => {
  const metrics = await (await raw("GET", "/metrics", undefined, {})).text()
  return metrics.split("\n").filter((line) => line.startsWith("keel_http_requests_total{"))
}

interface Trader {
  readonly client: TradingClient
  readonly accountId: string
  readonly userId: string
}
const register = async (): Promise<Trader> => {
  const client = anonymous()
  const answer = await client.send<{ accountIds: ReadonlyArray<string>; userId: string }>("POST", "/auth/register", {
    email: `trader${++users}@example.com`,
    password: PASSWORD
  })
  expect(answer.status).toBe(201)
  return { client, accountId: answer.body.accountIds[0] ?? "", userId: answer.body.userId }
}

let keys = 0
const command = (trader: Trader, method: string, path: string, body?: unknown, key = `key-${++keys}`) =>
  trader.client.send(method, `/accounts/${trader.accountId}${path}`, body, { "idempotency-key": key })
const account = async (trader: Trader): Promise<Record<string, unknown>> =>
  (await trader.client.send("GET", `/accounts/${trader.accountId}`)).body

/** Sends a quote and waits until the server trades on it. */
const market = async (bid: string, ask: string): Promise<void> => {
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: Number(bid), ask: Number(ask) }])
  await eventually(`EURUSD at ${bid}`, async () => {
    const { body } = await admin.send("GET", "/market/quotes?symbols=EURUSD")
    return column(body, "quotes", "bid").map(Number)[0] === Number(bid) ? true : undefined
  })
}

beforeAll(async () => {
  product = await startProduct({ env: { DEMO_ACCOUNTS: "true" } })
  answeredAtStart = await answersByStatus()
  admin = anonymous()
  await control(product.simulatorControlUrl, "pause")
  await admin.signIn(ADMINISTRATOR)
  // on a busy machine this file may take longer than a quote stays fresh
  await admin.send("PUT", "/dev/clock", { running: false })
  await market("1.10000", "1.10010")
})
afterAll(() => product?.stop())

describe("a trade from end to end", () => {
  it("fills at the ask, moves equity with the bid, and books its profit", async () => {
    const trader = await register()
    await market("1.10000", "1.10010")
    const placed = await command(trader, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "1" })
    expect(placed).toMatchObject({ status: 201, body: { order: { status: "filled", fillPrice: "1.10010" }, version: 5 } })
    expect(await account(trader)).toMatchObject({ equity: "9990.00", usedMargin: "1100.10", version: 5 })
    await market("1.10110", "1.10120")
    expect(await account(trader)).toMatchObject({ equity: "10100.00", floatingProfit: "100.00" })
    const closed = await command(trader, "POST", "/positions/P1/close")
    expect(closed).toMatchObject({ status: 200, body: { positions: [{ status: "closed", realizedProfit: "100.00" }] } })
    expect(await account(trader)).toMatchObject({ balance: "10100.00", equity: "10100.00", usedMargin: "0.00", marginLevelPercent: null })
    const trades = await trader.client.send("GET", `/accounts/${trader.accountId}/trades`)
    expect(column(trades.body, "trades", "entry")).toEqual(["close", "open"])
    expect(column(trades.body, "trades", "price")).toEqual(["1.10110", "1.10010"])
  })

  it("answers a command that is sent again with the same answer and no second effect", async () => {
    const trader = await register()
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" }
    const [first, ...again] = await Promise.all(Array.from({ length: 5 }, () => command(trader, "POST", "/orders", order, "once")))
    for (const answer of again) expect(answer).toEqual(first)
    await command(trader, "POST", "/positions/P1/close")
    expect(await command(trader, "POST", "/orders", order, "once")).toEqual(first)
    const positions = await trader.client.send("GET", `/accounts/${trader.accountId}/positions?status=closed`)
    expect(list(positions.body, "positions").length).toBe(1)
    const other = await command(trader, "POST", "/orders", { ...order, lots: "0.2" }, "once")
    expect(other).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } })
  })

  it("does a command once although its sender hangs up, and tells who asks again", async () => {
    const trader = await register()
    const order = JSON.stringify({ symbol: "EURUSD", side: "buy", type: "market", lots: "0.01" })
    const headers = { "content-type": "application/json", cookie: trader.client.cookie, ...ownRequest(product.url) }
    const keys = Array.from({ length: 20 }, (_, index) => `hang-up-${index}`)
    await Promise.all(
      keys.map((key, index) =>
        fetch(`${product.url}/accounts/${trader.accountId}/orders`, {
          method: "POST",
          headers: { ...headers, "idempotency-key": key },
          body: order,
          signal: AbortSignal.timeout(index)
        }).catch(() => undefined)
      )
    )
    for (const key of keys) expect((await command(trader, "POST", "/orders", JSON.parse(order), key)).status).toBe(201)
    const { body } = await trader.client.send("GET", `/accounts/${trader.accountId}/positions`)
    expect(list(body, "positions").length).toBe(keys.length)
  })

  it("lets one of many parallel closes win", async () => {
    const trader = await register()
    await command(trader, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" })
    const answers = await Promise.all(Array.from({ length: 50 }, () => command(trader, "POST", "/positions/P1/close")))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status === 200).length).toBe(1)
    expect(statuses.filter((status) => status === 409).length).toBe(49)
    expect(answers.find(({ status }) => status === 409)?.body["code"]).toBe("POSITION_CLOSED")
  })

  it("shows a resting order until it is canceled, and pages through the history", async () => {
    const trader = await register()
    const path = `/accounts/${trader.accountId}`
    for (const limitPrice of ["1.01000", "1.02000", "1.03000"]) {
      await command(trader, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice })
    }
    expect((await command(trader, "PATCH", "/orders/O2", { limitPrice: "1.02500" })).body).toMatchObject({
      order: { limitPrice: "1.02500" }
    })
    expect((await command(trader, "DELETE", "/orders/O1")).body).toMatchObject({ order: { orderId: "O1", status: "canceled" } })
    const active = await trader.client.send("GET", `${path}/orders?status=active`)
    expect(column(active.body, "orders", "orderId")).toEqual(["O2", "O3"])
    const seen: Array<unknown> = []
    for (let cursor = "99"; cursor !== "null";) {
      const page: Answer = await trader.client.send("GET", `${path}/orders?limit=2&cursor=${cursor}`)
      seen.push(...column(page.body, "orders", "orderId"))
      cursor = text(page.body, "nextCursor")
    }
    expect(seen).toEqual(["O3", "O2", "O1"])
    expect(list((await command(trader, "POST", "/orders/cancel")).body, "orders").length).toBe(2)
    const changes = await trader.client.send("GET", `${path}/changes?since=2`)
    const sequences = column(changes.body, "changes", "sequence")
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 3))
    expect(sequences.at(-1)).toBe(changes.body["version"])
  })

  it("previews what then happens", async () => {
    const trader = await register()
    const order = { symbol: "EURUSD", side: "sell", type: "market", lots: "0.5" }
    const preview = await trader.client.send("POST", `/accounts/${trader.accountId}/orders/preview`, order)
    await command(trader, "POST", "/orders", order)
    const { equity, freeMargin, usedMargin } = await account(trader)
    expect(preview.body).toMatchObject({ refusal: null, after: { equity, freeMargin, usedMargin } })
  })
})

describe("what is wrong is refused, and changes nothing", () => {
  const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "1" }
  const limit = { ...order, type: "limit", limitPrice: "1.05000" }
  let trader: Trader
  beforeAll(async () => {
    trader = await register()
    await command(trader, "POST", "/orders", { ...order, lots: "0.01" })
  })

  it.each<[string, unknown, number, string]>([
    ["lots of −1", { ...order, lots: "-1" }, 422, "LOTS_BELOW_MINIMUM"],
    ["lots of 0", { ...order, lots: "0" }, 422, "LOTS_BELOW_MINIMUM"],
    ["lots off the step", { ...order, lots: "0.015" }, 422, "LOTS_OFF_STEP"],
    ["lots above the maximum", { ...order, lots: "999999" }, 422, "LOTS_ABOVE_MAXIMUM"],
    ["lots as a number", { ...order, lots: 1 }, 422, "VALIDATION_FAILED"],
    ["NaN", { ...order, lots: "NaN" }, 422, "VALIDATION_FAILED"],
    ["Infinity", { ...order, lots: "Infinity" }, 422, "VALIDATION_FAILED"],
    ["1e309", { ...order, lots: "1e309" }, 422, "VALIDATION_FAILED"],
    ["1e3000000", { ...order, lots: "1e3000000" }, 422, "VALIDATION_FAILED"],
    ["0x10", { ...order, lots: "0x10" }, 422, "VALIDATION_FAILED"],
    ["null", { ...order, lots: null }, 422, "VALIDATION_FAILED"],
    ["a list", { ...order, lots: [] }, 422, "VALIDATION_FAILED"],
    ["true", { ...order, lots: true }, 422, "VALIDATION_FAILED"],
    ["an unknown symbol", { ...order, symbol: "NOPE" }, 422, "UNKNOWN_SYMBOL"],
    ["a symbol that can be none", { ...order, symbol: "__proto__" }, 422, "VALIDATION_FAILED"],
    ["a stop-loss on the wrong side", { ...order, stopLoss: "1.50000" }, 422, "STOP_LOSS_ON_WRONG_SIDE"],
    ["a take-profit on the wrong side", { ...order, takeProfit: "1.00000" }, 422, "TAKE_PROFIT_ON_WRONG_SIDE"],
    ["an expiry in the past", { ...limit, timeInForce: "GTD", expiresAt: "2020-01-01T00:00:00Z" }, 422, "INVALID_EXPIRY"],
    ["a limit order without a limit", { ...limit, limitPrice: undefined }, 422, "MISSING_PRICE"],
    ["more than the margin carries", { ...order, lots: "50" }, 422, "INSUFFICIENT_FREE_MARGIN"],
    ["a read-only field", { ...order, filledPrice: "1" }, 422, "VALIDATION_FAILED"],
    ["another role", { ...order, role: "admin" }, 422, "VALIDATION_FAILED"],
    ["NUL in a comment", { ...order, comment: "a\u0000" }, 422, "VALIDATION_FAILED"],
    ["a lone surrogate", { ...order, comment: "\ud800" }, 422, "VALIDATION_FAILED"],
    ["nothing", null, 422, "VALIDATION_FAILED"],
    ["a list of orders", [order], 422, "VALIDATION_FAILED"]
  ])("%s", async (_, body, status, code) => {
    const before = await account(trader)
    const startedAt = performance.now()
    const answer = await command(trader, "POST", "/orders", body)
    const millis = performance.now() - startedAt
    expect(answer).toMatchObject({
      status,
      body: { code, status, title: expect.any(String), traceId: expect.stringMatching(/^[0-9a-f]{32}$/u) }
    })
    const { balance, openPositions, pendingOrders } = await account(trader)
    expect({ balance, openPositions, pendingOrders }).toEqual({
      balance: before["balance"],
      openPositions: before["openPositions"],
      pendingOrders: before["pendingOrders"]
    })
    expect(millis).toBeLessThan(REFUSAL_MILLIS_MAX * 20)
  })

  it("quickly: the median of fifty bad orders", async () => {
    const times: Array<number> = []
    for (let count = 0; count < 50; count++) {
      const startedAt = performance.now()
      await command(trader, "POST", "/orders", { ...order, lots: "NaN" })
      times.push(performance.now() - startedAt)
    }
    expect(times.toSorted((a, b) => a - b)[25]).toBeLessThan(REFUSAL_MILLIS_MAX)
  })

  it.each<[string, BodyInit, number, string]>([
    ["half of a JSON text", '{"symbol":', 422, "VALIDATION_FAILED"],
    [
      "what is not UTF-8",
      Buffer.from('{"symbol":"EURUSD","side":"buy","type":"market","lots":"1","comment":"\xff"}', "latin1"),
      422,
      "VALIDATION_FAILED"
    ],
    ["a prototype", '{"symbol":"EURUSD","side":"buy","type":"market","lots":"1","__proto__":{"role":"admin"}}', 422, "VALIDATION_FAILED"],
    ["sixty thousand brackets", "[".repeat(60_000), 422, "VALIDATION_FAILED"],
    ["deep nesting", `${"[".repeat(30_000)}${"]".repeat(30_000)}`, 422, "VALIDATION_FAILED"],
    ["a body above the limit", `"${"x".repeat(70_000)}"`, 413, "PAYLOAD_TOO_LARGE"]
  ])("%s", async (_, body, status, code) => {
    const answer = await raw("POST", `/accounts/${trader.accountId}/orders/preview`, body, {
      "content-type": "application/json",
      cookie: trader.client.cookie
    })
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ code })
  })

  it("a key that is missing or too long is 400, and nothing is done", async () => {
    const path = `/accounts/${trader.accountId}/orders`
    expect(await trader.client.send("POST", path, order)).toMatchObject({ status: 400, body: { code: "IDEMPOTENCY_KEY_MISSING" } })
    expect(await trader.client.send("POST", path, order, { "idempotency-key": "x".repeat(129) })).toMatchObject({ status: 400 })
    expect((await trader.client.send("POST", path, { ...order, lots: "0.01" }, { "idempotency-key": "x".repeat(128) })).status).toBe(201)
  })
})

describe("what is another's does not exist", () => {
  it("for reading and for trading", async () => {
    const [owner, other] = [await register(), await register()]
    await command(owner, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" })
    const missing = await other.client.send("GET", "/accounts/999999999")
    for (const path of [
      "",
      "/orders",
      "/orders/O1",
      "/positions",
      "/positions/P1",
      "/trades",
      "/ledger",
      "/changes?since=0",
      "/conditions"
    ]) {
      const answer = await other.client.send("GET", `/accounts/${owner.accountId}${path}`)
      expect([path, answer.status, answer.body["code"], answer.body["title"]]).toEqual([
        path,
        404,
        missing.body["code"],
        missing.body["title"]
      ])
    }
    const close = await other.client.send("POST", `/accounts/${owner.accountId}/positions/P1/close`, {}, { "idempotency-key": "steal" })
    expect(close.status).toBe(404)
    expect((await account(owner))["openPositions"]).toBe(1)
  })

  it("but staff may look, and an administrator act", async () => {
    const owner = await register()
    expect((await admin.send("GET", `/accounts/${owner.accountId}`)).status).toBe(200)
  })
})

describe("signing in", () => {
  it("sets a cookie that scripts cannot read, and ends it", async () => {
    const trader = await register()
    const login = await raw("POST", "/auth/login", JSON.stringify({ email: `TRADER${users}@example.com`, password: PASSWORD }), {
      "content-type": "application/json"
    })
    expect(login.headers.getSetCookie().map((cookie) => cookie.replace(/=[\w-]{43};/u, "=…;"))).toEqual([
      "__Host-sid=…; Path=/; HttpOnly; Secure; SameSite=Lax",
      "__Host-refresh=…; Path=/; HttpOnly; Secure; SameSite=Lax"
    ])
    expect((await trader.client.send("GET", "/auth/me")).body).toMatchObject({ accountIds: [trader.accountId], role: "client" })
    expect((await trader.client.send("POST", "/auth/logout")).status).toBe(204)
    expect((await trader.client.send("GET", "/auth/me")).status).toBe(401)
  })

  it("tells nobody whether an address is known, and slows down who guesses", async () => {
    const { email } = (await (await register()).client.send<{ email: string }>("GET", "/auth/me")).body
    const wrong = await anonymous().send("POST", "/auth/login", { email, password: "wrong password!" })
    const unknown = await anonymous().send("POST", "/auth/login", { email: "nobody@example.com", password: "wrong password!" })
    const shape = ({ body: { traceId: _, ...body }, status }: Answer) => ({ status, body })
    expect(shape(unknown)).toEqual(shape(wrong))
    expect(wrong).toMatchObject({ status: 401, body: { code: "INVALID_CREDENTIALS" } })
    const guesses = await Promise.all(
      Array.from({ length: 15 }, () => anonymous().send("POST", "/auth/login", { email: "victim@example.com", password: "guess" }))
    )
    expect(guesses.map(({ status }) => status).filter((status) => status === 401).length).toBe(10)
    const after = await raw("POST", "/auth/login", JSON.stringify({ email: "victim@example.com", password: "guess" }), {
      "content-type": "application/json"
    })
    expect(after.status).toBe(429)
    expect(Number(after.headers.get("retry-after"))).toBeGreaterThan(0)
    expect(after.headers.get("ratelimit")).toMatch(/^"failed-logins";r=0;t=\d+$/u)
  })

  it("refuses a weak password, a taken address and a made-up role", async () => {
    const { email } = (await (await register()).client.send<{ email: string }>("GET", "/auth/me")).body
    expect(await anonymous().send("POST", "/auth/register", { email, password: PASSWORD })).toMatchObject({
      status: 409,
      body: { code: "EMAIL_TAKEN" }
    })
    for (const body of [
      { email: "new@example.com", password: "short" },
      { email: "new@example.com", password: "passwordpassword" },
      { email: "new@example.com", password: PASSWORD, role: "admin" },
      { email: "no address", password: PASSWORD }
    ]) {
      expect(await anonymous().send("POST", "/auth/register", body)).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
    }
  })

  it("a hundred clients may register at once", async () => {
    const traders = await Promise.all(Array.from({ length: 100 }, register))
    expect(new Set(traders.map(({ accountId }) => accountId)).size).toBe(100)
  })
})

describe("requests that are not meant for us", () => {
  it.each<[string, string, string, Record<string, string>, number, string]>([
    ["a path that does not exist", "GET", "/nothing", {}, 404, "ROUTE_NOT_FOUND"],
    ["an id of two hundred digits", "GET", `/accounts/${"1".repeat(200)}`, {}, 404, "ROUTE_NOT_FOUND"],
    ["a method that the path does not know", "PUT", "/auth/login", {}, 405, "METHOD_NOT_ALLOWED"],
    ["another media type", "POST", "/auth/login", { "content-type": "text/plain" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a form", "POST", "/auth/login", { "content-type": "application/x-www-form-urlencoded" }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["a foreign page", "POST", "/auth/logout", { "sec-fetch-site": "cross-site" }, 403, "CROSS_SITE_REQUEST"],
    ["a foreign origin", "POST", "/auth/logout", { origin: "https://evil.example" }, 403, "CROSS_SITE_REQUEST"],
    ["nobody", "GET", "/accounts", {}, 401, "UNAUTHENTICATED"],
    ["a made-up session", "GET", "/accounts", { cookie: `__Host-sid=${"A".repeat(43)}` }, 401, "UNAUTHENTICATED"],
    ["an unknown query", "GET", "/market/symbols?foo=1", {}, 422, "VALIDATION_FAILED"],
    ["a number that is none", "GET", "/market/candles?symbol=EURUSD&interval=1m&limit=0x10", {}, 422, "VALIDATION_FAILED"],
    ["an unknown symbol", "GET", "/instruments/NOPE", {}, 404, "SYMBOL_NOT_FOUND"],
    ["a file outside", "GET", "/assets/..%2f..%2fpackage.json", {}, 404, "ROUTE_NOT_FOUND"]
  ])("%s is a problem", async (_, method, path, headers, status, code) => {
    const answer = await raw(method, path, method === "POST" ? "x=1" : undefined, headers)
    expect(answer.status).toBe(status)
    expect(answer.headers.get("content-type")).toBe("application/problem+json")
    const problem = await answer.json()
    expect(problem).toMatchObject({ status, code, traceId: answer.headers.get("x-request-id") })
    expect(problem.type).toMatch(/^\/problems#[a-z-]+$/u)
  })

  it("every answer forbids what it can", async () => {
    for (const path of ["/", "/healthz", "/accounts", "/nothing", "/docs", "/openapi.json", "/metrics", "/problems"]) {
      const { headers } = await raw("GET", path, undefined, {})
      expect([path, headers.get("x-content-type-options")]).toEqual([path, "nosniff"])
      expect(headers.get("content-security-policy")).toMatch(/frame-ancestors 'none'/u)
      expect(headers.get("content-security-policy")).not.toMatch(/script-src[^;]*unsafe/u)
      expect(headers.get("strict-transport-security")).not.toBeNull()
      expect(headers.get("x-request-id")).toMatch(/^[0-9a-f]{32}$/u)
      expect(headers.get("access-control-allow-origin")).toBeNull()
    }
    expect((await raw("GET", "/accounts", undefined, {})).headers.get("cache-control")).toBe("no-store")
  })

  it("a wrong method says which ones are right", async () => {
    expect((await raw("DELETE", "/market/symbols", undefined, {})).headers.get("allow")).toBe("GET, HEAD")
  })
})

describe("the market", () => {
  it("lists symbols by class and by words", async () => {
    const all = await anonymous().send("GET", "/market/symbols")
    expect(list(all.body, "symbols").length).toBeGreaterThanOrEqual(12)
    const found = await anonymous().send("GET", "/market/symbols?search=eur&class=forexMajor")
    expect(column(found.body, "symbols", "symbol")).toContain("EURUSD")
    expect(column(found.body, "symbols", "symbol")).not.toContain("BTCUSD")
    expect(list(found.body, "symbols").find((symbol) => at(symbol, "symbol") === "EURUSD")).toMatchObject({ digits: 5, sessionOpen: true })
  })

  it("has instruments with all their conditions, and quotes in the order asked for", async () => {
    const { body } = await anonymous().send("GET", "/instruments/EURUSD")
    expect(body).toMatchObject({ symbol: "EURUSD", contractSize: "100000", lotsStep: "0.01" })
    const quotes = await anonymous().send("GET", "/market/quotes?symbols=BTCUSD,EURUSD")
    expect(column(quotes.body, "quotes", "symbol")).toEqual(["BTCUSD", "EURUSD"])
  })
})

describe("staff", () => {
  it("open accounts of any kind, for a client or for themselves, once per key", async () => {
    const { userId } = await register()
    const request = { clientId: userId, currency: "EUR", mode: "netting", group: "retail", leverage: 30 }
    const first = await admin.send("POST", "/admin/accounts", request, { "idempotency-key": "open-1" })
    expect(first).toMatchObject({
      status: 201,
      body: { clientId: userId, currency: "EUR", mode: "netting", group: "retail", leverage: 30, balance: "0.00" }
    })
    const again = await admin.send("POST", "/admin/accounts", request, { "idempotency-key": "open-1" })
    expect(again.body["accountId"]).toBe(first.body["accountId"])
    const own = await admin.send("POST", "/admin/accounts", { currency: "USD", mode: "hedging", group: "professional", leverage: 100 })
    expect(own.body["clientId"]).toBe("demo-administrator")
    expect(await admin.send("POST", "/admin/accounts", { ...request, clientId: "nobody" })).toMatchObject({
      status: 404,
      body: { code: "CLIENT_NOT_FOUND" }
    })
    expect(await admin.send("POST", "/admin/accounts", { ...request, group: "nothing" })).toMatchObject({
      status: 422,
      body: { code: "UNKNOWN_GROUP" }
    })
  })

  it("book money once per reference", async () => {
    const trader = await register()
    const path = `/admin/accounts/${trader.accountId}/balance-operations`
    const operation = { kind: "deposit", amount: "250.50", reference: "wire-1", comment: "by hand" }
    expect(await admin.send("POST", path, operation, { "idempotency-key": "a" })).toMatchObject({
      status: 201,
      body: { entry: { amount: "250.50", balanceAfter: "10250.50", reference: "wire-1" } }
    })
    expect(await admin.send("POST", path, operation, { "idempotency-key": "b" })).toMatchObject({
      status: 422,
      body: { code: "REFERENCE_ALREADY_BOOKED" }
    })
    expect((await account(trader))["balance"]).toBe("10250.50")
  })

  it("see what a change of leverage does before they make it", async () => {
    const trader = await register()
    await command(trader, "POST", "/orders", { symbol: "EURUSD", side: "buy", type: "market", lots: "1" })
    const path = `/admin/accounts/${trader.accountId}/settings`
    const before = await account(trader)
    const preview = await admin.send("PATCH", `${path}?preview=true`, { leverage: 50 })
    expect(preview.body).toMatchObject({ applied: false, before: { usedMargin: before["usedMargin"] }, marginWatchAfter: "healthy" })
    expect((await account(trader))["leverage"]).toBe(100)
    const applied = await admin.send("PATCH", path, { leverage: 50 })
    expect(applied.body).toMatchObject({ applied: true, after: preview.body["after"] })
    expect(await account(trader)).toMatchObject({ leverage: 50, usedMargin: text(preview.body, "after", "usedMargin") })
  })

  it("change instruments and groups within bounds, and others see it", async () => {
    const { body: instrument } = await admin.send("GET", "/admin/instruments/NZDUSD")
    const changed = await admin.send("PUT", "/admin/instruments/NZDUSD", { ...instrument, description: "Kiwi", lotsMax: "7" })
    expect(changed.body).toMatchObject({ instrument: { description: "Kiwi", lotsMax: "7" } })
    expect((await anonymous().send("GET", "/instruments/NZDUSD")).body["lotsMax"]).toBe("7")
    for (const [path, body] of [
      ["/admin/instruments/NZDUSD", { ...instrument, symbol: "OTHER" }],
      ["/admin/instruments/NZDUSD", { ...instrument, timeZone: "Mars/Olympus" }],
      ["/admin/instruments/NZDUSD", { ...instrument, digits: 99 }],
      ["/admin/instruments/nope", instrument]
    ] as const) {
      expect((await admin.send("PUT", path, body)).status).toBe(422)
    }
    const { body: group } = await admin.send("GET", "/admin/groups/retail")
    expect((await admin.send("PUT", "/admin/groups/vip", { ...group, name: "vip", marginCallLevelPercent: "80" })).status).toBe(200)
    const { body } = await admin.send("GET", "/admin/groups")
    expect(column(body, "groups", "name")).toContain("vip")
  })

  it("stop and resume trading in a symbol, everything, a client or an account; closing stays possible in each", async () => {
    const trader = await register()
    const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" }
    await command(trader, "POST", "/orders", order)
    for (const [scope, code] of [
      [{ scope: "symbol", symbol: "EURUSD" }, "TRADING_HALTED"],
      [{ scope: "everything" }, "TRADING_HALTED"],
      [{ scope: "client", clientId: trader.userId }, "CLOSE_ONLY"],
      [{ scope: "account", accountId: trader.accountId }, "CLOSE_ONLY"]
    ] as const) {
      expect((await admin.send("PUT", "/admin/kill-switch", { ...scope, halted: true })).status).toBe(200)
      expect(await command(trader, "POST", "/orders", order)).toMatchObject({ status: 422, body: { code } })
      expect((await command(trader, "POST", "/positions/close")).status).toBe(200)
      expect((await account(trader))["openPositions"]).toBe(0)
      expect((await admin.send("PUT", "/admin/kill-switch", { ...scope, halted: false })).status).toBe(200)
      expect((await command(trader, "POST", "/orders", order)).status).toBe(201)
    }
  })

  it("are the only ones who may", async () => {
    const { client } = await register()
    for (const [method, path] of [
      ["GET", "/admin/accounts"],
      ["POST", "/admin/accounts"],
      ["PUT", "/admin/kill-switch"],
      ["GET", "/admin/groups"]
    ] as const) {
      expect([path, (await client.send(method, path, method === "GET" ? undefined : {})).status]).toEqual([path, 403])
      expect([path, (await anonymous().send(method, path, method === "GET" ? undefined : {})).status]).toEqual([path, 401])
    }
  })
})

it("nothing that was asked here was a fault of the server's", async () => {
  const after = await answersByStatus()
  expect(after.filter((line) => line.includes('status="201"'))).not.toEqual([])
  // `/readyz` may have said "not yet" while the product started
  expect(after.filter((line) => line.includes('status="5') && !answeredAtStart.includes(line))).toEqual([])
})
