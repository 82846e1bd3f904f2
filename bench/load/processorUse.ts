/** processorUse: what a process and its children have used of the processors so far, in seconds. Linux only. */
import { readFileSync } from "node:fs"
import { processorSeconds } from "#bench/market/processorSeconds.ts"

const childrenOf = (pid: number): ReadonlyArray<number> =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter((child) => child !== "")
    .map(Number)

/** Children that have ended meanwhile are left out. */
export const processorUse = (pid: number): number => {
  let seconds = processorSeconds(pid)
  for (const child of childrenOf(pid)) {
    try {
      seconds += processorSeconds(child)
    } catch {
      // it has just ended
    }
  }
  return seconds
}
