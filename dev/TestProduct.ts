/**
 * The whole product for one test file: an empty PostgreSQL, the simulator with its market standing still or moving, and servers, all on free
 * ports of loopback and each a process of its own, so that a test can kill what it wants to see killed.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import path from "node:path"
import { type EmbeddedPostgres, startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import { type ObjectStoreProcess, startObjectStoreProcess } from "#dev/objectStoreProcess.ts"
import { type SimulatorProcess, startSimulator } from "#dev/simulatorProcess.ts"
import { startTestServer, type TestServer } from "#dev/TestServer.ts"

export interface ProductOptions {
  /** More settings for the servers, or others: see server/Config.ts. */
  readonly env?: Record<string, string>
  readonly simulatorEnv?: Record<string, string>
  /** Such as `["--replay", "EURUSD.csv", "--speed", "100"]`. */
  readonly simulatorArgs?: ReadonlyArray<string>
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
