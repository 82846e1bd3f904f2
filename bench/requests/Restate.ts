/** Restate: the server from npm, on loopback and in a directory of its own, with the account service registered. */
import { type ChildProcess, spawn } from "node:child_process"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { startReady } from "#bench/requests/startReady.ts"

const READY_MILLIS_MAX = 40_000
const POLL_MILLIS = 200

export interface Restate {
  /** Takes calls. */
  readonly url: string
  readonly pid: number
  readonly stop: () => Promise<void>
}

const answers = async (url: string, init?: RequestInit): Promise<boolean> => {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(5_000) })
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false
  }
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once("exit", () => resolve())
  })

/** Undefined where its binary was not installed: it comes with development dependencies, for Linux and macOS. */
export const startRestate = async (): Promise<Restate | undefined> => {
  const binary = path.resolve(`node_modules/@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`)
  if (!fs.existsSync(binary)) return undefined
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-restate-"))
  const [ingress, admin, node, service] = [await freePort(), await freePort(), await freePort(), await freePort()]
  const child = spawn(binary, ["--base-dir", directory, "--node-name", "bench"], {
    stdio: "ignore",
    env: {
      PATH: process.env["PATH"],
      RESTATE_LOG_FILTER: "error",
      RESTATE_DISABLE_TELEMETRY: "true",
      RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
      RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
      RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
      RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`
    }
  })
  const handler = await startReady(["bench/requests/restateService.ts", String(service)])
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM")
    await Promise.race([ended(child), delay(5_000)])
    child.kill("SIGKILL")
    await ended(child)
    await handler.child.stop()
    fs.rmSync(directory, { recursive: true, force: true })
  }
  const register = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ uri: handler.url }) }
  for (let waited = 0; waited < READY_MILLIS_MAX; waited += POLL_MILLIS) {
    if (child.exitCode !== null) break
    if (await answers(`http://127.0.0.1:${admin}/deployments`, register))
      return { url: `http://127.0.0.1:${ingress}`, pid: child.pid ?? 0, stop }
    await delay(POLL_MILLIS)
  }
  await stop()
  throw new Error("Restate does not become ready")
}
