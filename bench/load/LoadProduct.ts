/** LoadProduct: a server under load: on a PostgreSQL that syncs every commit, fed by a simulator, each a process of its own on loopback. */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { loadConfiguration } from "#bench/load/instruments.ts"
import { startBenchServer } from "#bench/load/startBenchServer.ts"
import { startPostgres } from "#db/EmbeddedPostgres.ts"
import { startChild } from "#dev/Child.ts"
import type { TestProgram } from "#dev/TestServer.ts"

const UPSTREAM_MILLIS_MAX = 30_000

export interface LoadProduct {
  readonly url: string
  readonly databaseUrl: string
  readonly postgresPid: number
  readonly pid: () => number
  readonly kill: (signal: NodeJS.Signals) => Promise<void>
  /** Resolves when the server is ready. */
  readonly restart: () => Promise<void>
  /** The sum of a metric over its labels; NaN when it is not there. */
  readonly metric: (name: string) => Promise<number>
  readonly stop: () => Promise<void>
}

export const startLoadProduct = async (options: {
  readonly symbols: number
  readonly ticksPerSecond: number
  readonly program?: TestProgram
}): Promise<LoadProduct> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-load-"))
  const postgres = await startPostgres({ directory })
  const upstream = await startUpstream(options.symbols, options.ticksPerSecond)
  const server = await startBenchServer({
    databaseUrl: postgres.url,
    upstream,
    configuration: loadConfiguration(options.symbols),
    ...(options.program && { program: options.program })
  })
  return {
    url: server.url,
    databaseUrl: postgres.url,
    postgresPid: postgres.pid,
    pid: server.pid,
    kill: server.kill,
    restart: server.restart,
    metric: async (name) => {
      const text = await (await fetch(`${server.url}/metrics`)).text()
      const values = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      return values.length === 0 ? Number.NaN : values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0)
    },
    stop: async () => {
      await server.stop()
      await upstream.child.stop()
      await postgres.stop()
      fs.rmSync(directory, { recursive: true, force: true })
    }
  }
}

const startUpstream = async (symbols: number, ticksPerSecond: number) => {
  const { promise, reject, resolve } = Promise.withResolvers<ReadonlyArray<string>>()
  const child = startChild({
    command: ["bench/load/upstream.ts", String(symbols), String(ticksPerSecond)],
    onLine: (line) => line.startsWith("ready ") && resolve(line.split(" ").slice(1))
  })
  const patience = setTimeout(() => reject(new Error("the simulator is not ready")), UPSTREAM_MILLIS_MAX)
  const [wsUrl = "", restUrl = ""] = await promise.finally(() => clearTimeout(patience))
  return { child, wsUrl, restUrl }
}
