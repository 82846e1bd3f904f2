/**
 * The whole product for one test file: an empty PostgreSQL, the simulator with its market standing still or moving, and servers, all on free
 * ports of loopback and each a process of its own, so that a test can kill what it wants to see killed.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { type EmbeddedPostgres, freePort, startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import type { Child } from "#dev/Child.ts"
import { type ObjectStoreProcess, startObjectStoreProcess } from "#dev/objectStoreProcess.ts"
import { serverReady, startServer } from "#dev/serverProcess.ts"
import { type SimulatorProcess, startSimulator } from "#dev/simulatorProcess.ts"

const LOG_LINES_MAX = 500

export interface ProductOptions {
  /** More settings for the servers, or others: see server/Config.ts. */
  readonly env?: Record<string, string>
  readonly simulatorEnv?: Record<string, string>
  /** Such as `["--replay", "EURUSD.csv", "--speed", "100"]`. */
  readonly simulatorArgs?: ReadonlyArray<string>
}

export interface TestServer {
  /** Origin of web app, API and stream. */
  readonly url: string
  /** Of the process that runs now, or ran last. */
  readonly pid: () => number
  /** The last lines that it wrote. */
  readonly log: () => string
  /** Resolves when the process has ended. */
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>
  /** A new process on the same ports, after the old one has ended or been stopped; resolves when it is ready. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Of clients' documents; a process of its own on a port of its own. */
export interface TestObjectStore {
  readonly url: string
  readonly pid: () => number
  /** Resolves when the process has ended. */
  readonly kill: () => Promise<void>
  /** On the same port, with the same objects. */
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export interface Product {
  readonly url: string
  readonly simulatorControlUrl: string
  readonly databaseUrl: string
  readonly server: TestServer
  readonly postgres: EmbeddedPostgres
  readonly simulator: SimulatorProcess
  readonly objectStore: TestObjectStore
  readonly serverPid: () => number
  readonly killServer: (signal?: NodeJS.Signals) => Promise<void>
  readonly restartServer: () => Promise<void>
  /** One more server on the same database: together they are a cluster. */
  readonly addServer: (env?: Record<string, string>) => Promise<TestServer>
  readonly stop: () => Promise<void>
}

export const startProduct = async (options: ProductOptions = {}): Promise<Product> => {
  const started: Array<() => Promise<void>> = []
  const stop = async (): Promise<void> => {
    for (const stopPart of started.splice(0).toReversed()) await stopPart()
  }
  try {
    const [postgres, objectStore, simulator] = await Promise.all([
      startEphemeralPostgres(),
      startTestObjectStore(),
      startSimulator({ port: 0, controlPort: 0, args: options.simulatorArgs ?? [], env: options.simulatorEnv ?? {} })
    ])
    started.push(postgres.stop, objectStore.stop, simulator.stop)
    const addServer = async (env: Record<string, string> = {}): Promise<TestServer> => {
      const server = await startTestServer({
        DATABASE_URL: postgres.url,
        TWELVEDATA_API_KEY: "demo",
        TWELVEDATA_WS_URL: simulator.wsUrl,
        TWELVEDATA_REST_URL: simulator.restUrl,
        ...objectStore.env,
        ...options.env,
        ...env
      })
      started.push(server.stop)
      return server
    }
    const server = await addServer()
    return {
      url: server.url,
      simulatorControlUrl: simulator.controlUrl,
      databaseUrl: postgres.url,
      server,
      postgres,
      simulator,
      objectStore,
      serverPid: server.pid,
      killServer: server.kill,
      restartServer: server.restart,
      addServer,
      stop
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const startTestObjectStore = async (): Promise<TestObjectStore & Pick<ObjectStoreProcess, "env">> => {
  const directory = await mkdtemp(path.join(tmpdir(), "keel-objects-"))
  let child = await startObjectStoreProcess({ directory, port: 0 })
  const { env, url } = child
  return {
    url,
    env,
    pid: () => child.pid,
    kill: async () => {
      child.kill("SIGKILL")
      await child.exited
    },
    restart: async () => {
      await child.stop()
      child = await startObjectStoreProcess({ directory, port: Number(new URL(url).port) })
    },
    stop: async () => {
      await child.stop()
      await rm(directory, { recursive: true, force: true })
    }
  }
}

const startTestServer = async (settings: Record<string, string>): Promise<TestServer> => {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const env = {
    NODE_ENV: "test",
    HOST: "127.0.0.1",
    PORT: String(port),
    PUBLIC_ORIGIN: url,
    RUNNER_PORT: String(await freePort()),
    DEMO_ACCOUNTS: "true",
    LOG_FORMAT: "json",
    ...settings
  }
  const lines: Array<string> = []
  const keep = (line: string): void => {
    lines.push(line)
    if (lines.length > LOG_LINES_MAX) lines.shift()
  }
  let child: Child
  const start = async (): Promise<void> => {
    child = startServer({ env, onLine: keep, onErrorLine: keep })
    const failure = await serverReady(child, url).then(
      (isReady) => (isReady ? undefined : "the server does not become ready"),
      (error: unknown) => (error instanceof Error ? error.message : String(error))
    )
    if (failure === undefined) return
    await child.stop()
    throw new Error([failure, ...lines].join("\n"))
  }
  await start()
  return {
    url,
    pid: () => child.pid,
    log: () => lines.join("\n"),
    kill: async (signal = "SIGKILL") => {
      child.kill(signal)
      await child.exited
    },
    restart: async () => {
      await child.stop()
      await start()
    },
    stop: () => child.stop()
  }
}
