/** ProcessMetrics: memory and the event loop's lag in `/metrics`, and a warning when the loop stood still. */
import { monitorEventLoopDelay } from "node:perf_hooks"
import { Effect, Layer, Metric, Schedule } from "effect"

const INTERVAL = "5 seconds"
/** The delay is measured this often; what is reported is beyond it. */
const RESOLUTION_MILLIS = 10
/** A loop that stood still for so long kept ticks and commands waiting. */
const STALL_SECONDS = 1

const lagP99 = Metric.gauge("keel_event_loop_lag_p99_seconds", {
  description: "99th percentile of the event loop's lag, over five seconds"
})
const lagMax = Metric.gauge("keel_event_loop_lag_max_seconds", { description: "Longest lag of the event loop, over five seconds" })
const heapUsed = Metric.gauge("keel_process_heap_used_bytes", { description: "JavaScript objects, garbage included" })
const resident = Metric.gauge("keel_process_resident_bytes", { description: "Memory of the process" })

export const ProcessMetrics = Layer.effectDiscard(
  Effect.gen(function* () {
    const delays = yield* Effect.acquireRelease(
      Effect.sync(() => {
        const monitor = monitorEventLoopDelay({ resolution: RESOLUTION_MILLIS })
        monitor.enable()
        return monitor
      }),
      (monitor) => Effect.sync(() => monitor.disable())
    )
    /** Nanoseconds between two looks, to seconds of lag. */
    const lag = (nanos: number): number => Math.max(0, nanos / 1e9 - RESOLUTION_MILLIS / 1e3)
    const tell = Effect.gen(function* () {
      const [p99, max] = [lag(delays.percentile(99)), lag(delays.max)]
      delays.reset()
      const memory = process.memoryUsage()
      yield* Metric.update(lagP99, p99)
      yield* Metric.update(lagMax, max)
      yield* Metric.update(heapUsed, memory.heapUsed)
      yield* Metric.update(resident, memory.rss)
      if (max >= STALL_SECONDS) yield* Effect.logWarning("The event loop stood still", { seconds: max })
    })
    yield* tell.pipe(Effect.repeat(Schedule.spaced(INTERVAL)), Effect.forkScoped)
  })
)
