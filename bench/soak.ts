/**
 * `npm run soak -- [--minutes 15] [--orders 2000] [--ticks 2000] [--accounts 1000] [--over actors|http] [--json FILE]`: a server under steady
 * load on loopback. `actors` hands the orders to the accounts as the server's endpoints do, inside the server; `http` sends them as clients
 * do, which on a small machine reaches a fraction of the rate.
 *
 * Prints every ten seconds what it does; at the end the memory's slope, the event loop's lag, throughput, errors, and what `npm run verify`
 * finds. Fails when verify finds anything, or when what is alive in memory grows by more than a tenth in a quarter of an hour at this pace once it
 * is warm.
 */
import { writeFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { parseArgs } from "node:util"
import type { ActorLoad } from "#bench/load/ActorTraders.ts"
import { type LoadProduct, startLoadProduct } from "#bench/load/LoadProduct.ts"
import { loadSymbols } from "#bench/load/instruments.ts"
import { emptyLoad, Traders } from "#bench/load/Traders.ts"
import { verifyLoad } from "#bench/load/verifyLoad.ts"
import { rounded } from "#bench/Finding.ts"

const SYMBOLS = 100
const SAMPLE_MILLIS = 10_000
/** Share of the run after which caches and pools are as large as they get. */
const WARM_UP = 1 / 3

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "15" },
    orders: { type: "string", default: "2000" },
    ticks: { type: "string", default: "2000" },
    accounts: { type: "string", default: "1000" },
    over: { type: "string", default: "actors" },
    json: { type: "string" }
  }
})
const [minutes, ordersPerSecond, ticksPerSecond, accounts] = [values.minutes, values.orders, values.ticks, values.accounts].map(Number)
if (!minutes || !ordersPerSecond || !ticksPerSecond || !accounts) throw new Error("every number is above zero")
if (values.over !== "actors" && values.over !== "http") throw new Error("--over is actors or http")

interface Sample {
  readonly minute: number
  readonly ordersPerSecond: number
  readonly ticksPerSecond: number
  readonly heapMegabytes: number
  /** After the last full collection. */
  readonly liveMegabytes: number
  readonly residentMegabytes: number
  readonly lagMillis: number
}

const percentile = (sorted: ReadonlyArray<number>, share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

/** Least squares, in units per minute. */
const slopeOf = (samples: ReadonlyArray<Sample>, of: (sample: Sample) => number): number => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [minutes, figures] = [samples.map(({ minute }) => minute), samples.map(of)]
  const [middle, level] = [mean(minutes), mean(figures)]
  const spread = minutes.reduce((sum, minute) => sum + (minute - middle) ** 2, 0)
  return minutes.reduce((sum, minute, index) => sum + (minute - middle) * ((figures[index] ?? 0) - level), 0) / spread
}

/** What is under way counts as alive at one collection and not at the next: the least of each minute is what stays. */
const leastAliveByMinute = (samples: ReadonlyArray<Sample>): ReadonlyArray<Sample> =>
  [...Map.groupBy(samples, ({ minute }) => Math.floor(minute)).values()].map((minute) =>
    minute.reduce((least, sample) => (sample.liveMegabytes < least.liveMegabytes ? sample : least))
  )

const samples: Array<Sample> = []

/** Follows the load for its time; `done` answers the orders done so far. */
const follow = async (product: LoadProduct, until: number, done: () => number): Promise<void> => {
  const began = performance.now()
  let [before, ticks, at] = [done(), await product.metric("keel_symbol_quotes_accepted"), began]
  while (performance.now() + SAMPLE_MILLIS / 2 < until) {
    await delay(Math.min(SAMPLE_MILLIS, until - performance.now()))
    const [now, accepted] = [performance.now(), await product.metric("keel_symbol_quotes_accepted")]
    const seconds = (now - at) / 1_000
    const sample: Sample = {
      minute: (now - began) / 60_000,
      ordersPerSecond: (done() - before) / seconds,
      ticksPerSecond: (accepted - ticks) / seconds,
      heapMegabytes: (await product.metric("keel_process_heap_used_bytes")) / 1e6,
      liveMegabytes: (await product.metric("keel_process_live_bytes")) / 1e6,
      residentMegabytes: (await product.metric("keel_process_resident_bytes")) / 1e6,
      lagMillis: (await product.metric("keel_event_loop_lag_p99_seconds")) * 1_000
    }
    samples.push(sample)
    ;[before, ticks, at] = [done(), accepted, now]
    console.log(
      Object.entries(sample)
        .map(([name, value]) => `${name} ${rounded(value)}`)
        .join("  ")
    )
  }
}

/** What the load was like, said before `verify` reads every event of it: that takes minutes. */
const summarize = (load: ActorLoad) => {
  const warm = samples.filter(({ minute }) => minute >= minutes * WARM_UP)
  const leastAlive = leastAliveByMinute(warm)
  const summary = {
    ordersPerSecond: rounded(load.done / (minutes * 60)),
    ticksPerSecond: rounded(warm.reduce((sum, sample) => sum + sample.ticksPerSecond, 0) / warm.length),
    orderMillisP50: rounded(load.millisP50),
    orderMillisP99: rounded(load.millisP99),
    refused: load.refused,
    errors: load.errors,
    liveMegabytes: rounded(leastAlive.at(-1)?.liveMegabytes ?? Number.NaN),
    liveMegabytesPerMinute: rounded(slopeOf(leastAlive, ({ liveMegabytes }) => liveMegabytes)),
    residentMegabytesPerMinute: rounded(slopeOf(warm, ({ residentMegabytes }) => residentMegabytes)),
    eventLoopLagMillisP99: rounded(Math.max(...warm.map(({ lagMillis }) => lagMillis)))
  }
  console.table(summary)
  return summary
}

interface Soaked {
  readonly summary: ReturnType<typeof summarize>
  readonly verified: string
}

/** Orders as clients send them. */
const soakOverHttp = async (): Promise<Soaked> => {
  const product = await startLoadProduct({ symbols: SYMBOLS, ticksPerSecond })
  const traders = new Traders(product.url)
  try {
    await traders.register(accounts, loadSymbols(SYMBOLS))
    const load = emptyLoad()
    const until = performance.now() + minutes * 60_000
    const trading = traders.trade(load, () => performance.now() > until, ordersPerSecond)
    await follow(product, until, () => load.done)
    await trading
    const latencies = load.latencies.toSorted((a, b) => a - b)
    if (load.refused > 0) console.log(`last refusal: ${load.lastRefusal}`)
    const [millisP50, millisP99] = [percentile(latencies, 0.5), percentile(latencies, 0.99)]
    const summary = summarize({ ...load, millisP50, millisP99 })
    return { summary, verified: await verifyLoad(product.databaseUrl) }
  } finally {
    traders.close()
    await product.stop()
  }
}

/** Orders as the server's endpoints hand them to the accounts. */
const soakActors = async (): Promise<Soaked> => {
  const { promise: isTrading, resolve: tradingBegins } = Promise.withResolvers<void>()
  let load: ActorLoad = { done: 0, refused: 0, errors: 0, millisP50: Number.NaN, millisP99: Number.NaN }
  const onLine = (line: string): void => {
    if (line === "trading") tradingBegins()
    else if (line.startsWith("load ")) load = JSON.parse(line.slice("load ".length))
    else console.log(line)
  }
  const command = ["bench/load/loadedServer.ts", String(accounts), String(ordersPerSecond), String(SYMBOLS)]
  const product = await startLoadProduct({ symbols: SYMBOLS, ticksPerSecond, program: { command, onLine } })
  try {
    await isTrading
    await follow(product, performance.now() + minutes * 60_000, () => load.done)
    const summary = summarize(load)
    await product.kill("SIGTERM")
    return { summary, verified: await verifyLoad(product.databaseUrl) }
  } finally {
    await product.stop()
  }
}

console.log(`${accounts} accounts, ${ordersPerSecond} orders/s over ${values.over} and ${ticksPerSecond} ticks/s for ${minutes} minutes`)
const { summary, verified } = await (values.over === "http" ? soakOverHttp() : soakActors())
console.log(`verify: ${verified}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ summary, verified, samples }, null, 2)}\n`)
/** A tenth in a quarter of an hour. */
const isFlat = summary.liveMegabytesPerMinute * 15 < summary.liveMegabytes * 0.1
if (!isFlat) console.log("memory grows")
process.exit(isFlat ? 0 : 1)
