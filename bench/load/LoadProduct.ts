/** LoadProduct: a server under load: on a PostgreSQL that syncs every commit, fed by a simulator, each a process of its own on loopback. */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { Effect, Layer, Logger, Redacted } from "effect"
import { loadConfiguration } from "#bench/load/instruments.ts"
import { Configurations } from "#actors/Configurations.ts"
import { makeDatabase } from "#db/Database.ts"
import { freePort, startPostgres } from "#db/EmbeddedPostgres.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import { type Child, startChild } from "#dev/Child.ts"
import { serverReady, startServer } from "#dev/serverProcess.ts"

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
  readonly env?: Record<string, string>
  /** Another program in the server's place, which is the server and more. */
  readonly program?: { readonly command: ReadonlyArray<string>; readonly onLine: (line: string) => void }
}): Promise<LoadProduct> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-load-"))
  const postgres = await startPostgres({ directory })
  const configured = makePgConfigurations(loadConfiguration(options.symbols)).pipe(Layer.provide(makeDatabase(Redacted.make(postgres.url))))
  await Effect.runPromise(Effect.scoped(Configurations.pipe(Effect.provide(configured), Effect.provide(Logger.layer([])))))
  const upstream = await startUpstream(options.symbols, options.ticksPerSecond)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_ORIGIN: url,
    RUNNER_PORT: String(await freePort()),
    DEMO_ACCOUNTS: "true",
    LOG_LEVEL: "error",
    DATABASE_URL: postgres.url,
    TWELVEDATA_API_KEY: "bench",
    TWELVEDATA_WS_URL: upstream.wsUrl,
    TWELVEDATA_REST_URL: upstream.restUrl,
    MD_WS_SYMBOLS_MAX: String(options.symbols),
    ...options.env
  }
  let server: Child
  const start = async (): Promise<void> => {
    server = options.program === undefined ? startServer({ env }) : startChild({ env, ...options.program })
    if (!(await serverReady(server, url))) throw new Error("the server does not become ready")
  }
  await start()
  return {
    url,
    databaseUrl: postgres.url,
    postgresPid: postgres.pid,
    pid: () => server.pid,
    kill: async (signal) => {
      server.kill(signal)
      await server.exited
    },
    restart: async () => {
      await server.stop()
      await start()
    },
    metric: async (name) => {
      const text = await (await fetch(`${url}/metrics`)).text()
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
