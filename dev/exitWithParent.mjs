/**
 * Preloaded into the processes that dev/ starts: file descriptor 3 is a pipe from the parent, and its end means that the parent is gone,
 * even by `kill -9`. The process then stops as on SIGTERM, and in any case after a while.
 */
import { Socket } from "node:net"
import { isMainThread } from "node:worker_threads"

const STOP_MILLIS_MAX = 15_000

// Worker threads inherit the preload, but the pipe is the process's.
if (isMainThread) {
  const line = new Socket({ fd: 3 })
  line.on("error", () => undefined)
  line.on("close", () => {
    setTimeout(() => process.exit(1), STOP_MILLIS_MAX).unref()
    process.kill(process.pid, "SIGTERM")
  })
  line.resume()
  line.unref()
}
