/** Finding: one measured figure. */
export interface Finding {
  /** What was measured. */
  readonly of: string
  /** How much work it was: "1,000 tripwires". */
  readonly work: string
  readonly figure: number
  readonly unit: string
  /** The peer's or the limit's figure from the same run, in the same unit. */
  readonly limit?: number
  /** Figure by limit; above or below 1 is better as the unit says. */
  readonly ratio?: number
  readonly aim?: Aim
}

/** What docs/PERFORMANCE.md asks of the figure or of its ratio. */
export interface Aim {
  readonly of: "figure" | "ratio"
  readonly is: "atLeast" | "atMost"
  readonly value: number
}

/** How many times the aim is missed by; 1 or less: it is met. Undefined without an aim. */
export const distanceOf = ({ aim, figure, ratio = Number.NaN }: Finding): number | undefined => {
  if (aim === undefined) return undefined
  const reached = aim.of === "figure" ? figure : ratio
  return aim.is === "atLeast" ? aim.value / reached : reached / aim.value
}

export const rounded = (value: number): number => Number(value.toPrecision(3))

/**
 * The median of `rounds` timings of the thread's own processor time, in nanoseconds per operation: the machine is shared, wall clocks lie.
 * Collecting garbage on other threads is not counted.
 */
export const nanosPerOperation = (rounds: number, operations: number, run: () => void): number => {
  const timings = Array.from({ length: rounds }, () => {
    const before = process.threadCpuUsage()
    run()
    const { system, user } = process.threadCpuUsage(before)
    return ((user + system) * 1_000) / operations
  }).toSorted((a, b) => a - b)
  return timings[Math.floor(rounds / 2)] ?? Number.NaN
}
