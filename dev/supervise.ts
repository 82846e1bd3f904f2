/** Keeps a process running, as the restart policy of a container would. */
import { setTimeout as delay } from "node:timers/promises"
import { CONFIGURATION_EXIT_CODE } from "#server/ExitCode.ts"
import { type Exit, describeExit } from "#dev/Child.ts"

const BACKOFF_MILLIS_MIN = 100
const BACKOFF_MILLIS_MAX = 10_000
/** A process that lived this long was well: the next pause is the shortest again. */
const HEALTHY_MILLIS = 30_000

export interface Supervisable {
  readonly pid: number
  readonly exited: Promise<Exit>
  readonly stop: () => Promise<void>
}

export interface Supervised {
  /** Settles when it will not be started again: it was asked to stop, or is wrongly configured. */
  readonly ended: Promise<Exit>
  /** Stops the process that runs now; the next one follows. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/**
 * Starts it, unless `first` runs already, and again whenever it ends without being asked to. Fails when the first start fails: that is not
 * an accident but something to be told.
 */
export const supervise = async (name: string, start: () => Promise<Supervisable>, first?: Supervisable): Promise<Supervised> => {
  const stopping = new AbortController()
  let current = first ?? (await start())

  /** Resolves to the pause that it took in the end. */
  const startAgain = async (reason: string, pause: number): Promise<number> => {
    console.error(`${name} ${reason}: starting again in ${pause} ms`)
    try {
      await delay(pause, undefined, { signal: stopping.signal })
      current = await start()
      return pause
    } catch (error) {
      if (stopping.signal.aborted) return pause
      return startAgain(`does not start (${error instanceof Error ? error.message : String(error)})`, longer(pause))
    }
  }

  const keep = async (): Promise<Exit> => {
    let pause = BACKOFF_MILLIS_MIN
    for (;;) {
      const startedAt = performance.now()
      const exit = await current.exited
      if (stopping.signal.aborted || exit.code === CONFIGURATION_EXIT_CODE) return exit
      if (performance.now() - startedAt > HEALTHY_MILLIS) pause = BACKOFF_MILLIS_MIN
      pause = longer(await startAgain(`(pid ${current.pid}) ended ${describeExit(exit)}`, pause))
      if (stopping.signal.aborted) await current.stop()
    }
  }

  const ended = keep()
  const stop = async (): Promise<void> => {
    stopping.abort()
    await current.stop()
    await ended
  }
  return { ended, restart: () => current.stop(), stop }
}

const longer = (pause: number): number => Math.min(pause * 2, BACKOFF_MILLIS_MAX)
