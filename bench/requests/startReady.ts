/** startReady: a program that says `ready URL` when it listens. */
import { type Child, startChild } from "#dev/Child.ts"

const READY_MILLIS_MAX = 30_000

export const startReady = async (command: ReadonlyArray<string>): Promise<{ readonly child: Child; readonly url: string }> => {
  const { promise, reject, resolve } = Promise.withResolvers<string>()
  const child = startChild({ command, onLine: (line) => line.startsWith("ready ") && resolve(line.slice("ready ".length)) })
  const patience = setTimeout(() => reject(new Error(`${command.join(" ")} is not ready`)), READY_MILLIS_MAX)
  return { child, url: await promise.finally(() => clearTimeout(patience)) }
}
