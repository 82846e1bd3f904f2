/** heap: whether the page's heap grows: its size after a full collection, time and again, and the slope of the line through them. */
import type { CDPSession } from "playwright-core"

export interface HeapGrowth {
  readonly megabytes: number
  readonly kilobytesPerMinute: number
  /** Of the second half alone: what still grows when code is compiled and every component has its two trees. */
  readonly kilobytesPerMinuteLater: number
}

const SAMPLES = 12

export const measureHeap = async (session: CDPSession, seconds: number): Promise<HeapGrowth> => {
  const samples: Array<{ readonly minute: number; readonly kilobytes: number }> = []
  const begun = performance.now()
  for (let taken = 0; taken < SAMPLES; taken++) {
    await new Promise((resolve) => setTimeout(resolve, (seconds * 1_000) / SAMPLES))
    await session.send("HeapProfiler.collectGarbage")
    const { usedSize } = await session.send("Runtime.getHeapUsage")
    samples.push({ minute: (performance.now() - begun) / 60_000, kilobytes: usedSize / 1_000 })
  }
  return {
    megabytes: (samples.at(-1)?.kilobytes ?? 0) / 1_000,
    kilobytesPerMinute: slope(samples),
    kilobytesPerMinuteLater: slope(samples.slice(SAMPLES / 2))
  }
}

/** Least squares. */
const slope = (samples: ReadonlyArray<{ readonly minute: number; readonly kilobytes: number }>): number => {
  const mean = (of: (sample: (typeof samples)[number]) => number) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [minute, kilobytes] = [mean((sample) => sample.minute), mean((sample) => sample.kilobytes)]
  const covariance = mean((sample) => (sample.minute - minute) * (sample.kilobytes - kilobytes))
  return covariance / mean((sample) => (sample.minute - minute) ** 2)
}
