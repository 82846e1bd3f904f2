/** A Node process that one of our programs starts, and that ends when its starter ends. */
import { type ChildProcess, spawn } from "node:child_process"
import path from "node:path"
import { createInterface } from "node:readline"

/** The checkout. */
export const root = path.dirname(import.meta.dirname)

/** Longer than the server's own drain (10 s). */
const STOP_MILLIS_MAX = 15_000

export interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export interface Child {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly kill: (signal: NodeJS.Signals) => void
  /** SIGTERM, and SIGKILL when that does not help in time. */
  readonly stop: () => Promise<void>
}

export interface ChildOptions {
  /** Path of the program in the checkout, and its arguments. */
  readonly command: ReadonlyArray<string>
  readonly env?: Record<string, string | undefined>
  /** Gets each line that the program writes to stdout; without it both outputs are ours. */
  readonly onLine?: (line: string) => void
  /** Gets each line that the program writes to stderr. */
  readonly onErrorLine?: (line: string) => void
}

export const startChild = (options: ChildOptions): Child => {
  // A process group of its own: Ctrl-C in the terminal reaches us alone, and we stop the processes in order.
  const child = spawn(process.execPath, ["--import", path.join(import.meta.dirname, "exitWithParent.mjs"), ...options.command], {
    cwd: root,
    // compiled modules are kept between starts: a third less time until the first answer
    env: { NODE_COMPILE_CACHE: path.join(root, ".cache/node"), ...process.env, ...options.env },
    detached: true,
    stdio: ["ignore", options.onLine === undefined ? "inherit" : "pipe", options.onErrorLine === undefined ? "inherit" : "pipe", "pipe"]
  })
  if (child.stdout !== null && options.onLine !== undefined) createInterface(child.stdout).on("line", options.onLine)
  if (child.stderr !== null && options.onErrorLine !== undefined) createInterface(child.stderr).on("line", options.onErrorLine)
  const exited = new Promise<Exit>((resolve) => {
    child.once("error", () => resolve({ code: 1, signal: null }))
    child.once("exit", (code, signal) => resolve({ code, signal }))
  })
  return { pid: child.pid ?? 0, exited, kill: (signal) => void child.kill(signal), stop: () => stop(child, exited) }
}

const stop = async (child: ChildProcess, exited: Promise<Exit>): Promise<void> => {
  child.kill("SIGTERM")
  const insist = setTimeout(() => {
    console.error(`process ${child.pid} does not stop within ${STOP_MILLIS_MAX / 1000} s: killed`)
    child.kill("SIGKILL")
  }, STOP_MILLIS_MAX)
  await exited
  clearTimeout(insist)
}

export const describeExit = ({ code, signal }: Exit): string => (signal === null ? `with code ${code}` : `by ${signal}`)
