/** The product's server as a process of its own. */
import { setTimeout as delay } from "node:timers/promises"
import { type Child, type ChildOptions, describeExit, startChild } from "#dev/Child.ts"

const READY_MILLIS_MAX = 60_000
const POLL_MILLIS = 100

/** As it was built last: see dev/serverBuild.ts. */
export const SERVER_PROGRAM = ["server/dist/main.js"]
const SERVER_SOURCE = ["server/main.ts"]

/** `fromSource`: as it stands, without a build. */
export const startServer = ({ fromSource = false, ...options }: Omit<ChildOptions, "command"> & { readonly fromSource?: boolean }): Child =>
  startChild({ ...options, command: fromSource ? SERVER_SOURCE : SERVER_PROGRAM })

export class ServerEndedError extends Error {
  readonly code: number | null
  constructor(code: number | null, how: string) {
    super(`the server ended ${how} before it was ready`)
    this.code = code
  }
}

/**
 * Resolves to true when `/readyz` says yes: migrations done, accounts restored, prices heard; to false when that takes too long, as while the
 * price feed is down. Rejects when the server ends.
 */
export const serverReady = async (server: Child, origin: string): Promise<boolean> => {
  let ended: ServerEndedError | undefined
  void server.exited.then((exit) => (ended = new ServerEndedError(exit.code, describeExit(exit))))
  for (let waited = 0; waited < READY_MILLIS_MAX; waited += POLL_MILLIS) {
    if (ended !== undefined) throw ended
    if (await isReady(origin)) return true
    await delay(POLL_MILLIS)
  }
  return false
}

const isReady = async (origin: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${origin}/readyz`, { signal: AbortSignal.timeout(1_000) })
    await answer.arrayBuffer()
    return answer.ok
  } catch {
    return false
  }
}
