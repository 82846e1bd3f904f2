/** Recorded quotes at high speed with a hundred accounts trading: afterwards every invariant holds on every account. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { ADMINISTRATOR, TradingClient } from "./TradingClient.ts"
import { verifyDatabase } from "./verifyDatabase.ts"

const ACCOUNTS = 100
const CLIENTS = 10
/** Plays the file's hours in about twenty seconds. */
const SPEED = 1_500
const TRADING_MILLIS = 25_000

const seed = Number(process.env["SEED"] ?? Date.now() % 1_000_000)
let randomState = seed
const random = (): number => (randomState = (randomState * 48_271) % 2_147_483_647) / 2_147_483_647
const oneOf = <A>(values: ReadonlyArray<A>): A => values[Math.floor(random() * values.length)] as A

let product: Product
let client: TradingClient

beforeAll(async () => {
  console.log(`replay test with SEED=${seed}`)
  product = await startProduct({
    simulatorArgs: ["--replay", "tests/data/EURUSD.ticks.csv", "--speed", String(SPEED), "--symbol", "EURUSD"]
  })
  client = new TradingClient(() => product.url)
  await client.signIn(ADMINISTRATOR)
})
afterAll(() => product.stop())

/** Small deposits at high leverage: some of them are stopped out by the recorded moves alone. */
const openAccount = async (index: number): Promise<string> => {
  const mode = index % 2 === 0 ? "hedging" : "netting"
  const opened = await client.command("POST", "/admin/accounts", `open-${index}`, {
    currency: "USD",
    mode,
    group: "professional",
    leverage: 500
  })
  const accountId = String(opened.body["accountId"])
  const amount = index % 3 === 0 ? "250" : "5000"
  await client.command("POST", `/admin/accounts/${accountId}/balance-operations`, `deposit-${index}`, {
    kind: "deposit",
    amount,
    reference: `R${index}`
  })
  return accountId
}

interface Quote {
  readonly bid: string
  readonly ask: string
}

const price = (base: string, points: number): string => (Number(base) + points / 100_000).toFixed(5)

/** One random order around the quote: market with exits or a trailing stop, limit, or stop. */
const order = ({ ask, bid }: Quote): Record<string, unknown> => {
  const side = oneOf(["buy", "sell"])
  const sign = side === "buy" ? 1 : -1
  const lots = oneOf(["0.01", "0.1", "0.5", "1"])
  switch (oneOf(["market", "protected", "trailing", "limit", "stop"])) {
    case "protected":
      return { symbol: "EURUSD", side, type: "market", lots, stopLoss: price(bid, -sign * 40), takeProfit: price(bid, sign * 60) }
    case "trailing":
      return { symbol: "EURUSD", side, type: "market", lots, trailingStop: { distancePoints: 30, stepPoints: 5 } }
    case "limit":
      return { symbol: "EURUSD", side, type: "limit", lots, limitPrice: price(side === "buy" ? ask : bid, -sign * 15) }
    case "stop":
      return { symbol: "EURUSD", side, type: "stop", lots, stopPrice: price(side === "buy" ? ask : bid, sign * 15) }
    default:
      return { symbol: "EURUSD", side, type: "market", lots }
  }
}

describe("a recorded day at high speed with a hundred accounts trading", () => {
  it("leaves every invariant whole, in the journal, in memory, in snapshots and in the read tables", { timeout: 240_000 }, async () => {
    const accountIds = await Promise.all(Array.from({ length: ACCOUNTS }, (_, index) => openAccount(index)))
    const until = Date.now() + TRADING_MILLIS
    const statuses = new Map<number, number>()
    let commands = 0
    const act = async (method: string, path: string, body: unknown) => {
      const { status } = await client.command(method, path, `c${commands++}`, body)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
    }
    const trade = async () => {
      while (Date.now() < until) {
        const accountId = oneOf(accountIds)
        const { body } = await client.send<{ quotes: ReadonlyArray<Quote> }>("GET", "/market/quotes?symbols=EURUSD")
        const [quote] = body.quotes
        if (quote === undefined) continue
        if (random() < 0.85) await act("POST", `/accounts/${accountId}/orders`, order(quote))
        else await act("POST", `/accounts/${accountId}/positions/close`, { result: oneOf(["all", "winners", "losers"]) })
      }
    }
    await Promise.all(Array.from({ length: CLIENTS }, trade))
    console.log(`${commands} commands answered: ${JSON.stringify(Object.fromEntries(statuses))}`)
    expect(statuses.get(201) ?? 0).toBeGreaterThan(200)
    const result = await verifyDatabase(product.databaseUrl)
    expect(result).toMatchObject({ code: 0 })
    console.log(result.output)
  })
})
