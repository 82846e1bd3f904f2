/** What a process says of its memory. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { Effect, Layer, Metric } from "effect"
import { expect, it } from "vitest"
import { ProcessMetrics } from "./ProcessMetrics.ts"

setFlagsFromString("--expose-gc")
const collect: unknown = runInNewContext("gc")

const liveBytes = Effect.map(Metric.snapshot, (metrics) => {
  const found = metrics.find(({ id }) => id === "keel_process_live_bytes")
  return found?.type === "Gauge" ? Number(found.state.value) : 0
})

it("tells after a full collection what is alive, of objects and of buffers", async () => {
  const afterwards = Effect.gen(function* () {
    const before = yield* liveBytes
    if (typeof collect === "function") collect()
    while ((yield* liveBytes) === before) yield* Effect.sleep(1)
    return yield* liveBytes
  })
  /** What earlier tests left in this process goes with one collection or the next. */
  const settled = Effect.gen(function* () {
    let last = Number.POSITIVE_INFINITY
    let next = yield* afterwards
    while (next < last - 1e6) {
      last = next
      next = yield* afterwards
    }
    return next
  })
  await Effect.gen(function* () {
    yield* Layer.build(ProcessMetrics)
    const lean = yield* settled
    const buffer = Buffer.alloc(64e6)
    expect(yield* afterwards).toBeGreaterThan(lean + 0.9 * buffer.length)
  }).pipe(Effect.scoped, Effect.runPromise)
})
