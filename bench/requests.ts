/**
 * requests: durable market orders over HTTP, with session, validation and idempotency, each answered after its commit; beside them, in the
 * same run and with the same client: the same endpoint doing nothing, a node:http server doing nothing, and the same number of accounts as
 * Restate virtual objects.
 */
import { closedLoop, type Served } from "#bench/requests/closedLoop.ts"
import { startRestate } from "#bench/requests/Restate.ts"
import { startReady } from "#bench/requests/startReady.ts"
import { type Finding, rounded } from "#bench/Finding.ts"
import { loadSymbols } from "#bench/load/instruments.ts"
import { startLoadProduct } from "#bench/load/LoadProduct.ts"
import { processorUse } from "#bench/load/processorUse.ts"
import { emptyLoad, type Load, Traders } from "#bench/load/Traders.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"

const MILLIS = Number(process.env["REQUESTS_MILLIS"] ?? 8_000)
const CONNECTIONS = [8, 64, 256]
const SYMBOLS = 10
const ORDER = `{"symbol":"${loadSymbols(1)[0]}","side":"buy","type":"market","lots":"0.01"}`

interface Product {
  readonly served: ReadonlyArray<Served & { readonly serverMicros: number; readonly databaseMicros: number }>
  /** Of an order. */
  readonly answer: string
}

const percentile = (sorted: ReadonlyArray<number>, share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

const tradeFor = async (traders: Traders, load: Load, millis: number): Promise<void> => {
  const until = performance.now() + millis
  await traders.trade(load, () => performance.now() > until)
}

/** As many clients as connections, who buy and close in turn. */
const measureProduct = async (): Promise<Product> => {
  const product = await startLoadProduct({ symbols: SYMBOLS, ticksPerSecond: SYMBOLS * 5 })
  const served: Array<Product["served"][number]> = []
  let answer = ""
  try {
    for (const connections of CONNECTIONS) {
      const traders = new Traders(product.url)
      await traders.register(connections, loadSymbols(SYMBOLS))
      await tradeFor(traders, emptyLoad(), 2_000)
      const load = emptyLoad()
      const before = [processorUse(product.pid()), processorUse(product.postgresPid)] as const
      await tradeFor(traders, load, MILLIS)
      const used = [processorUse(product.pid()) - before[0], processorUse(product.postgresPid) - before[1]] as const
      if (load.refused > 0) throw new Error(`orders were refused: ${load.lastRefusal}`)
      const latencies = load.latencies.toSorted((a, b) => a - b)
      answer = load.lastOrder
      served.push({
        perSecond: load.done / (MILLIS / 1_000),
        p50: percentile(latencies, 0.5),
        p99: percentile(latencies, 0.99),
        answer,
        serverMicros: (used[0] / load.done) * 1e6,
        databaseMicros: (used[1] / load.done) * 1e6
      })
      traders.close()
    }
  } finally {
    await product.stop()
  }
  return { served, answer }
}

const measureServer = async (program: string, answer: string): Promise<ReadonlyArray<Served>> => {
  const { child, url } = await startReady([program, String(await freePort()), answer])
  try {
    return await eachLoop(url, "/accounts/100001/orders")
  } finally {
    await child.stop()
  }
}

const measureRestate = async (): Promise<ReadonlyArray<Served>> => {
  const restate = await startRestate()
  if (restate === undefined) return []
  try {
    return await eachLoop(restate.url, (connection) => `/account/${100_001 + connection}/placeOrder`)
  } finally {
    await restate.stop()
  }
}

const eachLoop = async (url: string, path: string | ((connection: number) => string)): Promise<ReadonlyArray<Served>> => {
  const all: Array<Served> = []
  for (const connections of CONNECTIONS) {
    all.push(
      await closedLoop(url, { connections, millis: MILLIS }, (connection, count) => ({
        path: typeof path === "string" ? path : path(connection),
        headers: `idempotency-key: ${connections}-${connection}-${count}\r\n`,
        body: ORDER
      }))
    )
  }
  return all
}

const beside = (of: string, work: string, figure: number, unit: string, limit: number | undefined, ratioMin?: number): Finding => ({
  of,
  work,
  figure: rounded(figure),
  unit,
  ...(limit === undefined ? {} : { limit: rounded(limit), ratio: rounded(figure / limit) }),
  ...(ratioMin === undefined || limit === undefined ? {} : { aim: { of: "ratio", is: "atLeast", value: ratioMin } })
})

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const product = await measureProduct()
  const empty = await measureServer("bench/requests/emptyRoute.ts", product.answer)
  const bare = await measureServer("bench/requests/bareServer.ts", product.answer)
  const restate = await measureRestate()
  return CONNECTIONS.flatMap((connections, index) => {
    const served = product.served[index]
    if (served === undefined) return []
    const work = `${connections} connections`
    return [
      beside("durable orders over HTTP, beside the same route doing nothing", work, served.perSecond, "/s", empty[index]?.perSecond, 0.5),
      beside("durable orders over HTTP, beside node:http doing nothing", work, served.perSecond, "/s", bare[index]?.perSecond),
      beside("durable orders over HTTP, beside Restate's virtual objects", work, served.perSecond, "/s", restate[index]?.perSecond, 5),
      beside("p50, beside Restate", work, served.p50, "ms", restate[index]?.p50),
      beside("p99, beside Restate", work, served.p99, "ms", restate[index]?.p99),
      beside("processor time of the server for one order", work, served.serverMicros, "µs", undefined),
      beside("processor time of PostgreSQL for one order", work, served.databaseMicros, "µs", undefined)
    ]
  })
}
