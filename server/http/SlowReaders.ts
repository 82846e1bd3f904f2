/**
 * SlowReaders: gives up answers that nobody takes. Node's own timeouts bound how long a request may come in, not how long its answer may go out: a
 * client that asks for much and reads a byte now and then would keep it in memory for ever.
 */
import type { Server } from "node:http"
import type { Socket } from "node:net"

/** A written piece of an answer, 64 KiB of a file or an answer of the API, must be taken within this. */
export const STALLED_MILLIS_MAX = 30_000

interface Progress {
  taken: number
  /** Checks since, in which something was left to take and nothing was taken. */
  stalledChecks: number
}

/** Streams leave with their upgrade: they have bounds of their own. */
export const cutSlowReaders = (server: Server, checkMillis: number, stalledMillisMax: number = STALLED_MILLIS_MAX): Server => {
  const readers = new Map<Socket, Progress>()

  const check = (): void => {
    for (const [socket, progress] of readers) {
      const taken = socket.bytesWritten - socket.writableLength
      if (socket.writableLength === 0 || taken !== progress.taken) Object.assign(progress, { taken, stalledChecks: 0 })
      else if (++progress.stalledChecks * checkMillis >= stalledMillisMax) socket.destroy()
    }
  }

  const timer = setInterval(check, checkMillis).unref()
  return server
    .on("connection", (socket) => {
      readers.set(socket, { taken: 0, stalledChecks: 0 })
      socket.once("close", () => readers.delete(socket))
    })
    .on("upgrade", ({ socket }) => readers.delete(socket))
    .once("close", () => clearInterval(timer))
}
