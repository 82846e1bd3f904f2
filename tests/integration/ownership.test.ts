/** Two servers on one database: an account has one writer, also when the other one was frozen past its lease and wakes up. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { ADMINISTRATOR, control, eventually, sendTicks, TradingClient } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

const ACCOUNTS = 24
/** Short, so that the test does not wait long; production's are longer, in the same proportion. */
const LEASE = {
  SHARD_LOCK_EXPIRATION_MILLIS: "3000",
  SHARD_LOCK_REFRESH_MILLIS: "500",
  RUNNER_HEALTH_CHECK_MILLIS: "500",
  ASSIGNMENTS_REFRESH_MILLIS: "250"
}

let product: Product
let second: TestServer
let viaFirst: TradingClient
let viaSecond: TradingClient
let accountIds: ReadonlyArray<string>

const placeOrder = (client: TradingClient, accountId: string, key: string) =>
  client.command("POST", `/accounts/${accountId}/orders`, key, { symbol: "EURUSD", side: "buy", type: "market", lots: "0.01" })

const quoteEurUsd = () => sendTicks(product.simulatorControlUrl, [{ symbol: "EURUSD", bid: 1.1, ask: 1.1001 }])

beforeAll(async () => {
  product = await startProduct({ env: LEASE })
  second = await product.addServer()
  viaFirst = new TradingClient(() => product.url)
  viaSecond = new TradingClient(() => second.url)
  await control(product.simulatorControlUrl, "pause")
  await quoteEurUsd()
  await viaFirst.signIn(ADMINISTRATOR)
  await viaSecond.signIn(ADMINISTRATOR)
  accountIds = await Promise.all(
    Array.from({ length: ACCOUNTS }, async (_, index) => {
      const opened = await viaFirst.command("POST", "/admin/accounts", `open-${index}`, {
        currency: "USD",
        mode: "netting",
        group: "professional",
        leverage: 100
      })
      const accountId = String(opened.body["accountId"])
      await viaFirst.command("POST", `/admin/accounts/${accountId}/balance-operations`, `deposit-${index}`, {
        kind: "deposit",
        amount: "10000",
        reference: `R${index}`
      })
      return accountId
    })
  )
})
afterAll(async () => {
  // a frozen process cannot be stopped politely
  process.kill(product.serverPid(), "SIGCONT")
  await product.stop()
})

describe("two servers on one database", () => {
  it("serve the same accounts, whichever is asked", async () => {
    for (const [index, accountId] of accountIds.entries()) {
      const client = index % 2 === 0 ? viaFirst : viaSecond
      const other = index % 2 === 0 ? viaSecond : viaFirst
      expect((await placeOrder(client, accountId, `first-${accountId}`)).status).toBe(201)
      const again = await placeOrder(other, accountId, `first-${accountId}`)
      expect([again.status, again.body["version"]]).toEqual([201, (await other.send("GET", `/accounts/${accountId}`)).body["version"]])
    }
  })

  it("never both write one account: one that was frozen past its lease is refused and recovers by itself", async () => {
    process.kill(product.serverPid(), "SIGSTOP")
    // what the frozen server will find when it wakes up, believing that the accounts are still its own
    const stale = accountIds.map((accountId) => placeOrder(viaFirst, accountId, `stale-${accountId}`))
    for (const accountId of accountIds) expect((await placeOrder(viaSecond, accountId, `frozen-${accountId}`)).status).toBe(201)
    process.kill(product.serverPid(), "SIGCONT")
    for (const answer of await Promise.all(stale)) expect(answer.status).toBe(201)
    await eventually("the woken server is ready", async () => {
      const answer = await viaFirst.send("GET", "/readyz").catch(() => undefined)
      return answer?.status === 200 ? true : undefined
    })
    await quoteEurUsd()
    for (const accountId of accountIds) {
      expect((await placeOrder(viaFirst, accountId, `frozen-${accountId}`)).status).toBe(201)
      expect((await placeOrder(viaFirst, accountId, `after-${accountId}`)).status).toBe(201)
      const { body } = await viaFirst.send<{ positions: ReadonlyArray<{ lots: string }> }>(
        "GET",
        `/accounts/${accountId}/positions?status=open`
      )
      expect(body.positions.map(({ lots }) => lots)).toEqual(["0.04"])
    }
    const metrics = await (await fetch(`${product.url}/metrics`)).text()
    expect(Number(/^keel_journal_appends_refused_total(?:\{[^}]*\})? (\d+)/m.exec(metrics)?.[1])).toBeGreaterThan(0)
    expect(await verifyDatabase(product.databaseUrl)).toMatchObject({ code: 0 })
  })
})
