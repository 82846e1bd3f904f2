/** processorSeconds: what a process has used of the processors so far. Linux only. */
import { readFileSync } from "node:fs"

/** Linux counts in hundredths of a second. */
const TICKS_PER_SECOND = 100

export const processorSeconds = (pid: number): number => {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
  // the name in parentheses may hold anything, so what counts begins behind it: fields 14 and 15 are user and system time
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ")
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}
