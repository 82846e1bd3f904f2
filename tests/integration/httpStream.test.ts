/** The stream as an outsider meets it: a running product, a WebSocket, and a scripted market. */
import { once } from "node:events"
import { connect as connectTcp } from "node:net"
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest"
import { Result, Schema } from "effect"
import { WebSocket } from "ws"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { CloseCode, ServerMessage, WATCHED_ACCOUNTS_MAX } from "#contract/Stream.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient } from "./TradingClient.ts"

let product: Product
let users = 0
const open: Array<WebSocket> = []
const decode = Schema.decodeUnknownResult(ServerMessage, { onExcessProperty: "error" })

type Message = typeof ServerMessage.Type
type Of<Type extends Message["type"]> = Extract<Message, { readonly type: Type }>

/** A client of the stream: decodes every frame by the contract, and notes when it came. */
class StreamClient {
  readonly messages: Array<Message> = []
  readonly times: Array<number> = []
  closed: number | undefined
  readonly socket: WebSocket

  constructor(path: string, headers: Record<string, string> = {}) {
    this.socket = new WebSocket(product.url.replace("http", "ws") + path, { headers })
    open.push(this.socket)
    this.socket.on("message", (data) => {
      const frame: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString() : "null")
      const message = decode(frame)
      if (Result.isFailure(message)) throw new Error(`${String(message.failure)} in ${JSON.stringify(frame)}`)
      this.messages.push(message.success)
      this.times.push(Date.now())
    })
    this.socket.on("close", (code) => (this.closed = code))
    this.socket.on("error", () => undefined)
  }

  of<Type extends Message["type"]>(type: Type): ReadonlyArray<Of<Type>> {
    return this.messages.filter((message): message is Of<Type> => message.type === type)
  }

  /** The first message of that type, now or later, that fits. */
  next<Type extends Message["type"]>(type: Type, fits: (message: Of<Type>) => boolean = () => true): Promise<Of<Type>> {
    return eventually(`a message "${type}" after ${JSON.stringify(this.messages).slice(-2_000)}`, () => this.of(type).find(fits), 10_000)
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message))
  }

  code(): Promise<number> {
    return eventually("an end", () => this.closed, 10_000)
  }
}

const connect = async (path: string, headers: Record<string, string> = {}): Promise<StreamClient> => {
  const client = new StreamClient(path, headers)
  await client.next("welcome")
  return client
}

/** Status and code of a handshake that is refused. */
const refusedWith = (path: string, headers: Record<string, string>): Promise<[number | undefined, unknown]> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(product.url.replace("http", "ws") + path, { headers })
    open.push(socket)
    socket.on("open", () => reject(new Error("it was accepted")))
    socket.on("error", () => undefined)
    socket.on("unexpected-response", (_request, response) => {
      let body = ""
      response.on("data", (data) => (body += String(data)))
      response.on("end", () => resolve([response.statusCode, Reflect.get(JSON.parse(body), "code")]))
    })
  })

interface Trader {
  readonly client: TradingClient
  readonly accountId: string
}
const register = async (): Promise<Trader> => {
  const client = new TradingClient(() => product.url)
  const answer = await client.send<{ accountIds: ReadonlyArray<string> }>("POST", "/auth/register", {
    email: `streamer${++users}@example.com`,
    password: "four random words here"
  })
  return { client, accountId: answer.body.accountIds[0] ?? "" }
}
const buy = (trader: Trader, key: string, lots = "1") =>
  trader.client.send<{ version: number }>(
    "POST",
    `/accounts/${trader.accountId}/orders`,
    { symbol: "EURUSD", side: "buy", type: "market", lots },
    { "idempotency-key": key }
  )
const ticks = (bid: number, symbol = "EURUSD") => sendTicks(product.simulatorControlUrl, [{ symbol, bid, ask: bid + 0.0001 }])

beforeAll(async () => {
  product = await startProduct({ env: { DEMO_ACCOUNTS: "true" } })
  await control(product.simulatorControlUrl, "pause")
  await ticks(1.1)
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate()
})
afterAll(() => product?.stop())

describe("quotes", () => {
  it("begin with a snapshot and go on with what changes", async () => {
    await ticks(1.1)
    const client = await connect("/stream?symbols=EURUSD")
    const snapshot = await client.next("snapshot")
    expect(snapshot.quotes.map(({ symbol }) => symbol)).toEqual(["EURUSD"])
    await ticks(1.23456)
    const { quotes } = await client.next("quotes", (message) => message.quotes.some(({ bid }) => bid === "1.23456"))
    expect(quotes[0]).toMatchObject({ symbol: "EURUSD", bid: "1.23456", ask: "1.23466" })
    expect(client.messages.map(({ sequence }) => sequence)).toEqual(client.messages.map((_, index) => index + 1))
  })

  it("are merged to ten frames a second, and the last value comes", async () => {
    const client = await connect("/stream?symbols=EURUSD")
    for (let count = 1; count <= 300; count++) await ticks(1.2 + count / 100_000)
    await client.next("quotes", (message) => message.quotes.some(({ bid }) => bid === "1.20300"))
    const frames = client.times.filter((_, index) => client.messages[index]?.type === "quotes")
    for (const [index, time] of frames.entries()) {
      const secondLater = frames.filter((other, position) => position >= index && other < time + 1_000)
      expect(secondLater.length).toBeLessThanOrEqual(11)
    }
    expect(frames.length).toBeGreaterThan(1)
  })

  it("come for what is subscribed and no longer for what is not", async () => {
    const client = await connect("/stream")
    client.send({ type: "subscribe", symbols: ["BTCUSD", "NOPE"] })
    expect(await client.next("error")).toMatchObject({ code: "UNKNOWN_SYMBOL", detail: "NOPE" })
    await ticks(70_000, "BTCUSD")
    await client.next("quotes", (message) => message.quotes.some(({ symbol }) => symbol === "BTCUSD"))
    client.send({ type: "unsubscribe", symbols: ["BTCUSD"] })
    client.send({ type: "ping", id: "x" })
    expect(await client.next("pong")).toMatchObject({ id: "x" })
    const before = client.of("quotes").length
    await ticks(70_001, "BTCUSD")
    await ticks(1.3)
    client.send({ type: "ping", id: "y" })
    await client.next("pong", ({ id }) => id === "y")
    expect(client.of("quotes").length).toBe(before)
  })
})

describe("a signed-in client", () => {
  it("sees their account, its orders as they are done, and its equity as it moves", async () => {
    await ticks(1.1)
    const trader = await register()
    const client = await connect("/stream", { cookie: trader.client.cookie, origin: product.url })
    expect(await client.next("welcome")).toMatchObject({ accountIds: [trader.accountId] })
    expect(await client.next("accountState")).toMatchObject({ accountId: trader.accountId, changes: [], account: { equity: "10000.00" } })
    const { body } = await buy(trader, "stream-1")
    const state = await client.next("accountState", ({ version }) => version === body.version)
    expect(state.changes.map(({ type }) => type)).toEqual(["OrderPlaced", "OrderFilled", "PositionOpened"])
    expect(state.positions).toMatchObject([{ positionId: "P1", lots: "1" }])
    await ticks(1.1011)
    const figures = await client.next("account", ({ floatingProfit }) => floatingProfit === "100.00")
    expect(figures).toMatchObject({
      accountId: trader.accountId,
      version: body.version,
      equity: "10100.00",
      usedMargin: "1100.10",
      positions: [{ positionId: "P1", currentPrice: "1.10110", floatingProfit: "100.00" }]
    })
  })

  it("who was away gets the events that they missed, in order and once", async () => {
    const trader = await register()
    await buy(trader, "resume-1", "0.1")
    const { body } = await buy(trader, "resume-2", "0.1")
    const client = await connect("/stream", { cookie: trader.client.cookie })
    client.send({ type: "watchAccount", accountId: trader.accountId, sinceVersion: 2 })
    const state = await client.next("accountState", ({ changes }) => changes.length > 0)
    expect(state.version).toBe(body.version)
    expect(state.changes.map(({ sequence }) => sequence)).toEqual(Array.from({ length: body.version - 2 }, (_, index) => index + 3))
  })

  it("is nobody once their cookie has expired, is made up or was signed out", async () => {
    const { accountId, client: owner } = await register()
    const made = { cookie: `__Host-sid=${"A".repeat(43)}` }
    expect(await (await connect("/stream", made)).next("welcome")).toMatchObject({ userId: null, accountIds: [] })
    const { cookie } = owner
    await owner.send("POST", "/auth/logout")
    const late = await connect("/stream", { cookie })
    expect(await late.next("welcome")).toMatchObject({ userId: null, accountIds: [] })
    late.send({ type: "watchAccount", accountId })
    expect(await late.next("error")).toMatchObject({ code: "ACCOUNT_NOT_FOUND" })
  })

  it("sees nobody else's account, and nobody sees theirs", async () => {
    const [trader, other] = [await register(), await register()]
    for (const headers of [{ cookie: other.client.cookie }, {}]) {
      const client = await connect("/stream", headers)
      client.send({ type: "watchAccount", accountId: trader.accountId })
      expect(await client.next("error")).toMatchObject({ code: "ACCOUNT_NOT_FOUND", detail: trader.accountId })
      await buy(trader, `secret-${JSON.stringify(headers).length}`, "0.01")
      client.send({ type: "ping" })
      await client.next("pong")
      expect(client.messages.filter((message) => "accountId" in message && message.accountId === trader.accountId)).toEqual([])
    }
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const entry = await eventually("the refusal in the audit trail", async () => {
      const { body } = await admin.send<{ entries: ReadonlyArray<unknown> }>("GET", "/admin/audit?action=stream.watchAccount")
      return body.entries[0]
    })
    const { userId } = (await other.client.send("GET", "/auth/me")).body
    expect(entry).toMatchObject({
      outcome: "ACCOUNT_NOT_FOUND",
      actorId: userId,
      actorRole: "client",
      subject: `account:${trader.accountId}`
    })
  })

  it("is cut off when they sign out, within a second", async () => {
    const trader = await register()
    const client = await connect("/stream?symbols=EURUSD", { cookie: trader.client.cookie })
    const startedAt = Date.now()
    await trader.client.send("POST", "/auth/logout")
    expect(await client.code()).toBe(CloseCode.sessionEnded)
    expect(Date.now() - startedAt).toBeLessThan(1_000)
  })

  it("watches a bounded number of accounts", async () => {
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const traders = await Promise.all(Array.from({ length: WATCHED_ACCOUNTS_MAX + 1 }, register))
    const client = await connect("/stream", { cookie: admin.cookie })
    for (const { accountId } of traders) client.send({ type: "watchAccount", accountId })
    expect((await client.next("error")).code).toBe("TOO_MANY_SUBSCRIPTIONS")
    await eventually("all but one", () =>
      new Set(client.of("accountState").map(({ accountId }) => accountId)).size === WATCHED_ACCOUNTS_MAX ? true : undefined
    )
  })
})

describe("what is refused before the handshake", () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ["a foreign page", "/stream", { origin: "https://evil.example" }, 403, "CROSS_SITE_REQUEST"],
    ["no list of symbols", "/stream?symbols=%3Cscript%3E", {}, 422, "VALIDATION_FAILED"],
    ["another path", "/other", {}, 404, "ROUTE_NOT_FOUND"]
  ])("%s", async (_, path, headers, status, code) => {
    expect(await refusedWith(path, headers)).toEqual([status, code])
  })

  it.each([
    ["at once", "/stream", false],
    ["when it is refused", "/other", true],
    ["when it is accepted", "/stream", true]
  ])("outlives a client that resets its connection %s", async (_, path, waits) => {
    const { hostname, port } = new URL(product.url)
    const client = connectTcp(Number(port), hostname)
    const handshake = [
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
    ]
    client.write([`GET ${path} HTTP/1.1`, `Host: ${hostname}:${port}`, ...handshake, "\r\n"].join("\r\n"))
    await once(client, waits ? "data" : "connect")
    client.resetAndDestroy()
    await (await connect("/stream")).next("welcome")
  })

  it("a request that is no handshake", async () => {
    expect((await fetch(`${product.url}/stream`)).status).toBe(426)
  })
})

describe("what ends a stream", () => {
  it.each<[string, (client: StreamClient) => void, number]>([
    ["what is not JSON", (client) => client.socket.send("hello"), CloseCode.badMessage],
    ["an unknown message", (client) => client.send({ type: "order" }), CloseCode.badMessage],
    ["an unknown field", (client) => client.send({ type: "ping", role: "admin" }), CloseCode.badMessage],
    ["bytes", (client) => client.socket.send(Buffer.from("{}"), { binary: true }), 1003],
    ["a message above the limit", (client) => client.socket.send("x".repeat(20_000)), 1009],
    [
      "a flood",
      (client) => {
        for (let count = 0; count < 200; count++) client.send({ type: "ping" })
      },
      CloseCode.tooManyMessages
    ]
  ])("%s", async (_, act, code) => {
    const client = await connect("/stream?symbols=EURUSD")
    act(client)
    expect(await client.code()).toBe(code)
  })
})

it("a client that reads nothing does not keep the others waiting", async () => {
  const lazy = await connect("/stream?symbols=EURUSD")
  lazy.socket.pause()
  const busy = await connect("/stream?symbols=EURUSD")
  for (let count = 1; count <= 50; count++) await ticks(1.4 + count / 100_000)
  await busy.next("quotes", (message) => message.quotes.some(({ bid }) => bid === "1.40050"))
  lazy.socket.resume()
  await lazy.next("quotes", (message) => message.quotes.some(({ bid }) => bid === "1.40050"))
})

it("a server that stops tells its clients to come back, and does not wait for them", async () => {
  const clients = await Promise.all(Array.from({ length: 20 }, () => connect("/stream?symbols=EURUSD")))
  const startedAt = Date.now()
  await product.killServer("SIGTERM")
  expect(Date.now() - startedAt).toBeLessThan(8_000)
  expect(await Promise.all(clients.map((client) => client.code()))).toEqual(clients.map(() => CloseCode.restart))
  await product.restartServer()
  const client = await connect("/stream?symbols=EURUSD")
  await ticks(1.5)
  await client.next("quotes")
})
