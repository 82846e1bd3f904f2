/** kill −9 at random moments under load: nothing acknowledged is lost, nothing is done twice, and the account works on. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

const KILLS = 20
const ACCOUNTS = 8
/** Least and most time between a start and the kill that follows. */
const LIFE_MILLIS = [150, 900] as const

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000)
let randomState = seed
/** Park–Miller: good enough to choose moments, and repeatable. */
const random = (): number => (randomState = (randomState * 48_271) % 2_147_483_647) / 2_147_483_647

let product: Product
let client: TradingClient

beforeAll(async () => {
  console.log(`crash test with SEED=${seed}`)
  product = await startProduct()
  client = new TradingClient(() => product.url)
  await control(product.simulatorControlUrl, "pause")
  await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: 1.1, ask: 1.1001 }])
})
afterAll(() => product.stop())

const openAccount = async (key: string): Promise<string> => {
  const opened = await client.command("POST", "/admin/accounts", `open-${key}`, {
    currency: "USD",
    mode: "hedging",
    group: "professional",
    leverage: 100
  })
  const accountId = String(opened.body["accountId"])
  const path = `/admin/accounts/${accountId}/balance-operations`
  expect((await client.command("POST", path, `deposit-${key}`, { kind: "deposit", amount: "100000", reference: key })).status).toBe(201)
  return accountId
}

interface Sent {
  readonly method: string
  readonly path: string
  readonly key: string
  readonly body: unknown
  readonly answer: { readonly status: number; readonly body: Record<string, unknown> }
}

/** One account's client: buys, protects, closes and rests orders in turn until told to stop; each command is sent until it is answered. */
const trade = async (accountId: string, isOver: () => boolean): Promise<ReadonlyArray<Sent>> => {
  const sent: Array<Sent> = []
  const base = `/accounts/${accountId}`
  const send = async (method: string, path: string, body: unknown) => {
    const key = `${accountId}-${sent.length}`
    const answer = await client.command(method, path, key, body)
    sent.push({ method, path, key, body, answer })
    return answer.body
  }
  while (!isOver()) {
    const placed = await send("POST", `${base}/orders`, { symbol: "EURUSD", side: "buy", type: "market", lots: "0.1" })
    const order = placed["order"] as { positionId?: string } | undefined
    const resting = await send("POST", `${base}/orders`, { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice: "1.05" })
    const orderId = (resting["order"] as { orderId?: string } | undefined)?.orderId
    if (order?.positionId !== undefined) {
      await send("PATCH", `${base}/positions/${order.positionId}`, { stopLoss: "1.08" })
      await send("POST", `${base}/positions/${order.positionId}/close`, {})
    }
    if (orderId !== undefined) await send("DELETE", `${base}/orders/${orderId}`, undefined)
  }
  return sent
}

describe("kill −9 under load", () => {
  it(`at ${KILLS} random moments loses no acknowledged command and does none twice`, { timeout: 300_000 }, async () => {
    await client.signIn(ADMINISTRATOR)
    const accountIds = await Promise.all(Array.from({ length: ACCOUNTS }, (_, index) => openAccount(`crash-${index}`)))
    let over = false
    const trading = Promise.all(accountIds.map((accountId) => trade(accountId, () => over)))
    for (let kill = 0; kill < KILLS; kill++) {
      await new Promise((resolve) => setTimeout(resolve, LIFE_MILLIS[0] + random() * (LIFE_MILLIS[1] - LIFE_MILLIS[0])))
      await product.killServer("SIGKILL")
      await product.restartServer()
      await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: 1.1, ask: 1.1001 }])
    }
    over = true
    const sent = (await trading).flat()
    expect(sent.length).toBeGreaterThan(KILLS * 2)
    for (const { answer, body, key, method, path } of sent.filter(() => random() < 0.3)) {
      const again = await client.command(method, path, key, body)
      expect(again.status, key).toBe(answer.status)
      expect(again.body["version"], key).toEqual(answer.body["version"])
    }
    expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
  })

  it("leaves a stop-loss that works as soon as the server is ready again, without anyone signing in", async () => {
    await client.signIn(ADMINISTRATOR)
    const accountId = await openAccount("stop-loss")
    const placed = await client.command("POST", `/accounts/${accountId}/orders`, "protected", {
      symbol: "EURUSD",
      side: "buy",
      type: "market",
      lots: "1",
      stopLoss: "1.09"
    })
    expect(placed.status).toBe(201)
    await product.killServer("SIGKILL")
    await product.restartServer()
    const readyAt = Date.now()
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: 1.085, ask: 1.0851 }])
    const trades = await eventually("the stop-loss fills", async () => {
      const { body } = await client.send<{ trades: ReadonlyArray<{ cause: string; price: string; realizedProfit: string }> }>(
        "GET",
        `/accounts/${accountId}/trades`
      )
      return body.trades.length > 1 ? body.trades : undefined
    })
    expect(trades[0]).toMatchObject({ cause: "stopLoss", price: "1.08500", realizedProfit: "-1510.00" })
    expect(Date.now() - readyAt).toBeLessThan(5_000)
  })
})
