/** More instruments than the plan carries: what accounts need comes first, then what somebody looks at on any server; each symbol once. */
import { Schema } from "effect"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { WebSocket } from "ws"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"

const SYMBOLS_MAX = 2
/** Short, so that the test does not wait long; production's are longer, in the same proportion. */
const LEASE = {
  SHARD_LOCK_EXPIRATION_MILLIS: "3000",
  SHARD_LOCK_REFRESH_MILLIS: "500",
  RUNNER_HEALTH_CHECK_MILLIS: "500",
  ASSIGNMENTS_REFRESH_MILLIS: "250"
}
let product: Product
let second: TestServer
const sockets: Array<WebSocket> = []

const SimulatorState = Schema.Struct({
  connections: Schema.Array(Schema.Struct({ symbols: Schema.Array(Schema.String) })),
  counters: Schema.Record(Schema.String, Schema.Int)
})
const upstream = async () =>
  Schema.decodeUnknownSync(SimulatorState)(await (await fetch(`${product.simulatorControlUrl}/control/state`)).json())
const subscribed = async (): Promise<ReadonlyArray<string>> => (await upstream()).connections.flatMap(({ symbols }) => symbols)
const untilSubscribed = (...symbols: ReadonlyArray<string>) =>
  eventually(`${symbols.join(", ")} subscribed`, async () => {
    const now = await subscribed()
    return symbols.every((symbol) => now.includes(symbol)) ? now : undefined
  })

/** Somebody looks at the symbols on that server; answers the sources of what arrives. */
const watch = async (server: { readonly url: string }, ...symbols: ReadonlyArray<string>) => {
  const sources = new Map<string, Set<string>>()
  const socket = new WebSocket(`${server.url.replace("http", "ws")}/stream?symbols=${symbols.join(",")}`)
  sockets.push(socket)
  socket.on("message", (data) => {
    const message: { quotes?: ReadonlyArray<{ symbol: string; source: string }> } = JSON.parse(
      Buffer.isBuffer(data) ? data.toString() : "{}"
    )
    for (const { source, symbol } of message.quotes ?? []) sources.set(symbol, (sources.get(symbol) ?? new Set()).add(source))
  })
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject))
  return { socket, sources }
}

beforeAll(async () => {
  product = await startProduct({ env: { ...LEASE, MD_WS_SYMBOLS_MAX: String(SYMBOLS_MAX) } })
  second = await product.addServer()
})
afterAll(async () => {
  for (const socket of sockets) socket.terminate()
  await product?.stop()
})

describe("with a plan that carries two symbols", () => {
  it("two are subscribed while nobody needs any", async () => {
    expect((await subscribed()).length).toBe(SYMBOLS_MAX)
  })

  it("those are that somebody looks at, whichever server they ask", async () => {
    const viaSecond = await watch(second, "XAUUSD")
    const viaFirst = await watch(product, "BTCUSD", "XAUUSD")
    expect(await untilSubscribed("XAUUSD", "BTCUSD")).toHaveLength(SYMBOLS_MAX)
    await eventually(
      "both servers' clients have live quotes",
      () => viaSecond.sources.get("XAUUSD")?.has("ws") && viaFirst.sources.get("BTCUSD")?.has("ws")
    )
    viaSecond.socket.terminate()
    viaFirst.socket.terminate()
  })

  it("a symbol with exposure keeps its place, whatever else is looked at, and what finds none is polled", async () => {
    const client = new TradingClient(() => product.url)
    const { body } = await client.send<{ accountIds: ReadonlyArray<string> }>("POST", "/auth/register", {
      email: "demand@example.com",
      password: "four random words here"
    })
    const order = { symbol: "BTCUSD", side: "buy", type: "market", lots: "0.01" }
    const placed = await client.send("POST", `/accounts/${body.accountIds[0]}/orders`, order, { "idempotency-key": "exposure" })
    expect(placed.status).toBe(201)
    const admin = new TradingClient(() => second.url)
    await admin.signIn(ADMINISTRATOR)
    await eventually("the feed knows of the exposure", async () => {
      const health = await admin.send<{ symbols: ReadonlyArray<{ exposure: boolean }> }>("GET", "/admin/market/health?symbol=BTCUSD")
      return health.body.symbols[0]?.exposure === true ? true : undefined
    })
    const { sources } = await watch(second, "GBPUSD", "AUDUSD", "USDCAD")
    await eventually(
      "what has no place is polled",
      () => ["GBPUSD", "AUDUSD", "USDCAD"].some((symbol) => sources.get(symbol)?.has("rest") === true) || undefined
    )
    expect(await subscribed()).toContain("BTCUSD")
  })

  it("no symbol is ever subscribed twice", async () => {
    const { connections, counters } = await upstream()
    expect([connections.length, counters["repeatedSubscriptions"]]).toEqual([1, 0])
  })

  it("when a server dies, the other one's needs are met as before", async () => {
    await product.killServer("SIGKILL")
    const { sources } = await watch(second, "NZDUSD")
    sources.clear()
    // the account with exposure moved here, and its symbol is needed from here now
    expect(await untilSubscribed("BTCUSD")).toHaveLength(SYMBOLS_MAX)
    await eventually("quotes come", () => sources.has("NZDUSD") || undefined)
    const { connections, counters } = await upstream()
    expect([connections.length, counters["repeatedSubscriptions"]]).toEqual([1, 0])
  })
})
