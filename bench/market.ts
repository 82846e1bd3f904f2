/**
 * market: 500 symbols that tick 20 times a second, from the simulator through the server's feed and symbol actors to browsers' sockets, and
 * candles; beside it a bare `ws` relay in the server's place that only copies frames.
 *
 * Latency is that of probes: ticks with a price of their own, sent through the simulator and known again at the browsers. The server sends
 * each browser at most ten frames a second and merges what comes between, so a busy browser waits up to 100 ms; a quiet one, whose symbol
 * ticks less often, shows what the server itself costs.
 */
import { setTimeout as delay } from "node:timers/promises"
import { type Aim, type Finding, rounded } from "#bench/Finding.ts"
import { type BenchProduct, startBenchProduct } from "#bench/market/BenchProduct.ts"
import { measureCandles } from "#bench/market/candles.ts"
import { probeSymbols, SYMBOLS, TICKS_PER_SECOND } from "#bench/market/instruments.ts"
import { processorSeconds } from "#bench/market/processorSeconds.ts"
import { type Arrivals, Watchers } from "#bench/market/Watchers.ts"
import { type Child, startChild } from "#dev/Child.ts"

const SOCKETS = [20, 200, 1_000]
const WARM_UP_MILLIS = 3_000
const MEASURED_MILLIS = 10_000
const SETTLE_MILLIS = 1_500
const READY_MILLIS_MAX = 30_000

interface Program {
  readonly child: Child
  /** The words of its "ready" line. */
  readonly ready: ReadonlyArray<string>
}

const startProgram = async (command: ReadonlyArray<string>): Promise<Program> => {
  const { promise, reject, resolve } = Promise.withResolvers<ReadonlyArray<string>>()
  const child = startChild({ command, onLine: (line) => line.startsWith("ready ") && resolve(line.split(" ").slice(1)) })
  const patience = setTimeout(() => reject(new Error(`${command.join(" ")} is not ready`)), READY_MILLIS_MAX)
  return { child, ready: await promise.finally(() => clearTimeout(patience)) }
}

class Upstream {
  readonly pid: number
  readonly wsUrl: string
  readonly restUrl: string
  readonly controlUrl: string

  constructor({ child, ready: [wsUrl = "", restUrl = "", controlUrl = ""] }: Program) {
    this.pid = child.pid
    this.wsUrl = wsUrl
    this.restUrl = restUrl
    this.controlUrl = controlUrl
  }

  async control(what: "pause" | "resume"): Promise<void> {
    await fetch(`${this.controlUrl}/control/${what}`, { method: "POST" })
  }

  /** Ticks sent and bars asked for, so far. */
  async counts(): Promise<{ readonly ticks: number; readonly barRequests: number }> {
    const answer = await fetch(`${this.controlUrl}/control/state`)
    const state: { symbols: Record<string, { ticksSent: number }>; restRequests: Record<string, number> } = await answer.json()
    const ticks = Object.values(state.symbols).reduce((sum, { ticksSent }) => sum + ticksSent, 0)
    return { ticks, barRequests: state.restRequests["/time_series"] ?? 0 }
  }
}

interface Measured extends Arrivals {
  readonly ticksPerSecond: number
  readonly seconds: number
  readonly processorShare: number
  readonly upstreamShare: number
  /** Ticks that were sent and never judged; undefined of the relay, which does not count. */
  readonly missing: number | undefined
}

interface Subject {
  readonly pid: () => number
  readonly streamUrl: string
  readonly judged: () => Promise<number | undefined>
}

const measure = async (upstream: Upstream, { judged, pid, streamUrl }: Subject, sockets: number): Promise<Measured> => {
  const watchers = new Watchers(upstream.controlUrl)
  const [sentBefore, judgedBefore] = [(await upstream.counts()).ticks, await judged()]
  await watchers.open(streamUrl, sockets)
  await upstream.control("resume")
  await delay(WARM_UP_MILLIS)
  const ticksBefore = (await upstream.counts()).ticks
  const used = [processorSeconds(pid()), processorSeconds(upstream.pid)] as const
  const begun = performance.now()
  const arrivals = await watchers.listen(MEASURED_MILLIS)
  const seconds = (performance.now() - begun) / 1_000
  const [processorShare, upstreamShare] = [
    (processorSeconds(pid()) - used[0]) / seconds,
    (processorSeconds(upstream.pid) - used[1]) / seconds
  ]
  const ticksPerSecond = ((await upstream.counts()).ticks - ticksBefore) / seconds
  await upstream.control("pause")
  await delay(SETTLE_MILLIS)
  const [sent, known] = [(await upstream.counts()).ticks - sentBefore, await judged()]
  watchers.close()
  const missing = known === undefined || judgedBefore === undefined ? undefined : sent - (known - judgedBefore)
  return { ...arrivals, seconds, ticksPerSecond, processorShare, upstreamShare, missing }
}

const percentile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN

const describe = (sockets: number, server: Measured, relay: Measured): ReadonlyArray<Finding> => {
  const work = `${SYMBOLS} symbols × ${TICKS_PER_SECOND}/s, ${sockets} sockets`
  const finding = (of: string, unit: string, figureOf: (measured: Measured) => number, aim?: Aim): Finding => {
    const [figure, limit] = [figureOf(server), figureOf(relay)]
    return { of, work, unit, figure: rounded(figure), limit: rounded(limit), ratio: rounded(figure / limit), ...(aim && { aim }) }
  }
  return [
    finding("ticks in", "/s", ({ ticksPerSecond }) => ticksPerSecond),
    finding("frames out", "/s", ({ frames, seconds }) => frames / seconds, { of: "ratio", is: "atLeast", value: 0.9 }),
    finding("bytes out", "kB/s", ({ bytes, seconds }) => bytes / seconds / 1_000),
    finding("probe to a quiet browser, p50", "ms", ({ quiet }) => percentile(quiet, 0.5)),
    finding("probe to a quiet browser, p99", "ms", ({ quiet }) => percentile(quiet, 0.99)),
    finding("probe to a busy browser, p50", "ms", ({ busy }) => percentile(busy, 0.5)),
    finding("probe to a busy browser, p99", "ms", ({ busy }) => percentile(busy, 0.99)),
    { of: "inside the server, quiet browser, p50", work, figure: rounded(percentile(server.inside, 0.5)), unit: "ms" },
    {
      of: "inside the server, quiet browser, p99",
      work,
      figure: rounded(percentile(server.inside, 0.99)),
      unit: "ms",
      aim: { of: "figure", is: "atMost", value: 5 }
    },
    finding("processors used", "cores", ({ processorShare }) => processorShare),
    finding("processors used by the simulator", "cores", ({ upstreamShare }) => upstreamShare),
    { of: "ticks sent that no symbol actor judged", work, figure: server.missing ?? Number.NaN, unit: "ticks" }
  ]
}

const measureAll = async (upstream: Upstream, subject: Subject): Promise<ReadonlyArray<Measured>> => {
  const all: Array<Measured> = []
  for (const sockets of SOCKETS) all.push(await measure(upstream, subject, sockets))
  return all
}

/** Before its first tick a symbol is unknown to browsers; each gets one. */
const primeProbes = (upstream: Upstream) =>
  fetch(`${upstream.controlUrl}/control/ticks`, {
    method: "POST",
    body: JSON.stringify(probeSymbols.map((symbol) => ({ symbol, bid: "99.00", ask: "99.02" })))
  })

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const upstreamProgram = await startProgram(["bench/market/upstream.ts"])
  const upstream = new Upstream(upstreamProgram)
  let product: BenchProduct | undefined
  try {
    const relay = await startProgram(["bench/market/relay.ts", upstream.wsUrl])
    const relayed = await measureAll(upstream, {
      pid: () => relay.child.pid,
      streamUrl: relay.ready[0] ?? "",
      judged: () => Promise.resolve(undefined)
    })
    await relay.child.stop()
    product = await startBenchProduct(upstream.wsUrl, upstream.restUrl)
    await primeProbes(upstream)
    await delay(SETTLE_MILLIS)
    const served = await measureAll(upstream, {
      pid: product.pid,
      streamUrl: `${product.url.replace("http", "ws")}/stream`,
      judged: product.quotesJudged
    })
    const candles = await measureCandles(product, upstream.restUrl, async () => (await upstream.counts()).barRequests)
    const streams = SOCKETS.flatMap((sockets, index) => {
      const [server, peer] = [served[index], relayed[index]]
      return server === undefined || peer === undefined ? [] : describe(sockets, server, peer)
    })
    return [...streams, ...candles]
  } finally {
    await product?.stop()
    await upstreamProgram.child.stop()
  }
}
