/** ProcessMetrics: memory and the event loop's lag in `/metrics`, and a warning when the loop stood still. */
import { Clock, Effect, Layer, Metric } from "effect"

/** The loop is asked this often to come back, and how late it came is its lag. */
const PROBE_MILLIS = 20
/** Probes that are told together: five seconds of them, when nothing lags. */
const PROBES = 250
/** A loop that stood still for so long kept ticks and commands waiting. */
const STALL_SECONDS = 1

const lagP99 = Metric.gauge("keel_event_loop_lag_p99_seconds", {
  description: "99th percentile of the event loop's lag, over five seconds"
})
const lagMax = Metric.gauge("keel_event_loop_lag_max_seconds", { description: "Longest lag of the event loop, over five seconds" })
const heapUsed = Metric.gauge("keel_process_heap_used_bytes", { description: "JavaScript objects, garbage included" })
const live = Metric.gauge("keel_process_live_bytes", {
  description: "JavaScript objects and buffers that survived the last full garbage collection: what grows when something leaks"
})
const resident = Metric.gauge("keel_process_resident_bytes", { description: "Memory of the process" })

/** NODE_PERFORMANCE_GC_MAJOR of node:perf_hooks, a module that has a clock. */
const FULL_COLLECTION = 4

const isFullCollection = (entry: PerformanceEntry): boolean => {
  const detail: unknown = "detail" in entry ? entry.detail : undefined
  return typeof detail === "object" && detail !== null && "kind" in detail && detail.kind === FULL_COLLECTION
}

/** Asked right after each full collection, when what is used is what is alive. */
const watchCollections = Effect.gen(function* () {
  const context = yield* Effect.context()
  const observer = new PerformanceObserver((list) => {
    if (!list.getEntries().some(isFullCollection)) return
    const { heapUsed: objects, external } = process.memoryUsage()
    Effect.runSyncWith(context)(Metric.update(live, objects + external))
  })
  observer.observe({ entryTypes: ["gc"] })
  yield* Effect.addFinalizer(() => Effect.sync(() => observer.disconnect()))
})

/** Seconds by which a short sleep was too long. */
const probe = Effect.gen(function* () {
  const asleep = yield* Clock.currentTimeNanos
  yield* Effect.sleep(PROBE_MILLIS)
  return Math.max(0, Number((yield* Clock.currentTimeNanos) - asleep) / 1e9 - PROBE_MILLIS / 1e3)
})

const tell = Effect.gen(function* () {
  const lags: Array<number> = []
  for (let probes = 0; probes < PROBES; probes++) lags.push(yield* probe)
  const sorted = lags.toSorted((a, b) => a - b)
  const max = sorted.at(-1) ?? 0
  const memory = process.memoryUsage()
  yield* Metric.update(lagP99, sorted[Math.floor(PROBES * 0.99)] ?? max)
  yield* Metric.update(lagMax, max)
  yield* Metric.update(heapUsed, memory.heapUsed)
  yield* Metric.update(resident, memory.rss)
  if (max >= STALL_SECONDS) yield* Effect.logWarning("The event loop stood still", { seconds: max })
})

export const ProcessMetrics = Layer.effectDiscard(Effect.andThen(watchCollections, Effect.forkScoped(Effect.forever(tell))))
