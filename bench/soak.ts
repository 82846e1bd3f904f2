/**
 * `npm run soak -- [--minutes 15] [--orders 2000] [--ticks 2000] [--accounts 200] [--json FILE]`: a server under steady load on loopback.
 *
 * Prints every ten seconds what it does; at the end the memory's slope, the event loop's lag, throughput, errors, and what `npm run verify`
 * finds. Fails when verify finds anything, or when memory grows by more than a tenth in an hour at this pace once it is warm.
 */
import { writeFileSync } from "node:fs"
import { setTimeout as delay } from "node:timers/promises"
import { parseArgs } from "node:util"
import { startLoadProduct } from "#bench/load/LoadProduct.ts"
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
    accounts: { type: "string", default: "200" },
    json: { type: "string" }
  }
})
const [minutes, ordersPerSecond, ticksPerSecond, accounts] = [values.minutes, values.orders, values.ticks, values.accounts].map(Number)
if (!minutes || !ordersPerSecond || !ticksPerSecond || !accounts) throw new Error("every option is a number above zero")

interface Sample {
  readonly minute: number
  readonly ordersPerSecond: number
  readonly ticksPerSecond: number
  readonly heapMegabytes: number
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

const product = await startLoadProduct({ symbols: SYMBOLS, ticksPerSecond })
const traders = new Traders(product.url)
const samples: Array<Sample> = []
const load = emptyLoad()
let verified = ""
try {
  await traders.register(accounts, loadSymbols(SYMBOLS))
  console.log(`${accounts} accounts, ${ordersPerSecond} orders/s and ${ticksPerSecond} ticks/s for ${minutes} minutes`)
  const began = performance.now()
  const until = began + minutes * 60_000
  const trading = traders.trade(load, () => performance.now() > until, ordersPerSecond)
  let [done, ticks, at] = [0, await product.metric("keel_symbol_quotes_accepted"), began]
  while (performance.now() + SAMPLE_MILLIS / 2 < until) {
    await delay(Math.min(SAMPLE_MILLIS, until - performance.now()))
    const [now, accepted] = [performance.now(), await product.metric("keel_symbol_quotes_accepted")]
    const seconds = (now - at) / 1_000
    const sample: Sample = {
      minute: (now - began) / 60_000,
      ordersPerSecond: (load.done - done) / seconds,
      ticksPerSecond: (accepted - ticks) / seconds,
      heapMegabytes: (await product.metric("keel_process_heap_used_bytes")) / 1e6,
      residentMegabytes: (await product.metric("keel_process_resident_bytes")) / 1e6,
      lagMillis: (await product.metric("keel_event_loop_lag_p99_seconds")) * 1_000
    }
    samples.push(sample)
    ;[done, ticks, at] = [load.done, accepted, now]
    console.log(
      Object.entries(sample)
        .map(([name, value]) => `${name} ${rounded(value)}`)
        .join("  ")
    )
  }
  await trading
  verified = await verifyLoad(product.databaseUrl)
} finally {
  traders.close()
  await product.stop()
}

const warm = samples.filter(({ minute }) => minute >= minutes * WARM_UP)
const latencies = load.latencies.toSorted((a, b) => a - b)
const heap = warm.at(-1)?.heapMegabytes ?? Number.NaN
const summary = {
  ordersPerSecond: rounded(load.done / (minutes * 60)),
  ticksPerSecond: rounded(warm.reduce((sum, sample) => sum + sample.ticksPerSecond, 0) / warm.length),
  orderMillisP50: rounded(percentile(latencies, 0.5)),
  orderMillisP99: rounded(percentile(latencies, 0.99)),
  refused: load.refused,
  errors: load.errors,
  heapMegabytesPerMinute: rounded(slopeOf(warm, ({ heapMegabytes }) => heapMegabytes)),
  residentMegabytesPerMinute: rounded(slopeOf(warm, ({ residentMegabytes }) => residentMegabytes)),
  eventLoopLagMillisP99: rounded(Math.max(...warm.map(({ lagMillis }) => lagMillis))),
  verify: verified
}
console.table(summary)
if (load.refused > 0) console.log(`last refusal: ${load.lastRefusal}`)
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify({ summary, samples }, null, 2)}\n`)
/** A tenth in an hour. */
const isFlat = summary.heapMegabytesPerMinute * 60 < heap * 0.1 || summary.residentMegabytesPerMinute * 60 < heap * 0.1
if (!isFlat) console.log("memory grows")
process.exit(isFlat ? 0 : 1)
