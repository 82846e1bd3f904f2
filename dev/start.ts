/**
 * `npm start`: the whole product from a checkout, with what is missing.
 *
 * Without DATABASE_URL it runs its own PostgreSQL, without TWELVEDATA_API_KEY the market simulator, without S3_ENDPOINT an object store, and
 * beside the demo accounts a CRM look-alike; each is a process of its own, as is the server. A process that ends unasked is started again, as a
 * container's restart policy would do. Ctrl-C and SIGTERM stop the CRM, the server, the simulator, the store and the database in that order.
 * With NODE_ENV=production there is only the server, and nothing stands in for what is not set.
 *
 * `--watch` follows the files: it builds the web app and starts the server again, from its sources. `--data DIR` keeps the database elsewhere than under .data/.
 * `--replay FILE --speed N --symbol NAME` go to the simulator.
 */
import fs from "node:fs"
import net from "node:net"
import path from "node:path"
import { parseArgs } from "node:util"
import { freePort, startPostgres } from "#db/EmbeddedPostgres.ts"
import { banner } from "#dev/banner.ts"
import { type Child, root, startChild } from "#dev/Child.ts"
import { type CrmProcess, startCrm } from "#dev/crmProcess.ts"
import { type ObjectStoreProcess, startObjectStoreProcess } from "#dev/objectStoreProcess.ts"
import { ensureServerBuilt } from "#dev/serverBuild.ts"
import { ServerEndedError, serverReady, startServer } from "#dev/serverProcess.ts"
import { type SimulatorProcess, startSimulator } from "#dev/simulatorProcess.ts"
import { supervise } from "#dev/supervise.ts"
import { watchSources } from "#dev/watchSources.ts"
import { ensureWebBuilt } from "#dev/webBuild.ts"
import { DEMO_SERVICE_KEY } from "#server/DemoLogins.ts"
import { CONFIGURATION_EXIT_CODE } from "#server/ExitCode.ts"

const SIMULATOR_PORT = 8090
const SIMULATOR_CONTROL_PORT = 8091
const OBJECT_STORE_PORT = 8092
const CRM_PORT = 8093
/** What the simulator is given for a key; the server refuses it in production. */
const SIMULATOR_API_KEY = "demo"
const RUNNER_PORT = 34_431
/** A second Ctrl-C after this long means: at once. Earlier it is the same one, sent to us by the terminal and by npm. */
const SECOND_SIGNAL_MILLIS = 1_000

const { values: flags } = parseArgs({
  options: {
    data: { type: "string", default: ".data/postgres" },
    watch: { type: "boolean", default: false },
    replay: { type: "string" },
    speed: { type: "string" },
    symbol: { type: "string" }
  }
})

interface Stoppable {
  readonly stop: () => Promise<void>
}

/** In the order of stopping. */
const parts: { server?: Stoppable; web?: Stoppable; simulator?: Stoppable; crm?: Stoppable; objects?: Stoppable; database?: Stoppable } = {}
const beginnings: Array<Promise<unknown>> = []
let stopping: Promise<void> | undefined

const stopAll = (): Promise<void> =>
  (stopping ??= (async () => {
    await Promise.allSettled(beginnings)
    for (const part of [parts.crm, parts.server, parts.web, parts.simulator, parts.objects, parts.database]) await part?.stop()
  })())

/** Remembers what is being started, so that a stop in the meantime waits for it and stops it too. */
const beginning = <A>(promise: Promise<A>): Promise<A> => {
  beginnings.push(promise)
  return promise
}

/** PostgreSQL under .data/ unless DATABASE_URL names one; resolves to the URL of ours. */
const database = async (): Promise<string | undefined> => {
  if (process.env["DATABASE_URL"]) return undefined
  const port = await freePort()
  let url: string | undefined
  parts.database = await supervise("PostgreSQL", async () => {
    const postgres = await startPostgres({ directory: path.resolve(root, flags.data), port })
    url = postgres.url
    return postgres
  })
  return url
}

/** The simulator unless there is a key for the real prices; resolves to ours. */
const simulator = async (args: ReadonlyArray<string>): Promise<SimulatorProcess | undefined> => {
  if (process.env["TWELVEDATA_API_KEY"]) return undefined
  const usual = {
    port: await portOf("SIMULATOR_PORT", SIMULATOR_PORT),
    controlPort: await portOf("SIMULATOR_CONTROL_PORT", SIMULATOR_CONTROL_PORT)
  }
  const isChosen = Boolean(process.env["SIMULATOR_PORT"] || process.env["SIMULATOR_CONTROL_PORT"])
  const first = await startSimulator({ ...usual, args }).catch((error: unknown) => {
    if (isChosen) throw error
    // Another product was quicker to take the usual ports.
    return startSimulator({ port: 0, controlPort: 0, args })
  })
  const ports = { port: Number(new URL(first.wsUrl).port), controlPort: Number(new URL(first.controlUrl).port) }
  parts.simulator = await supervise("the simulator", () => startSimulator({ ...ports, args }), first)
  return first
}

/** An object store beside the database's files unless S3_ENDPOINT names one. */
const objects = async (): Promise<ObjectStoreProcess | undefined> => {
  if (process.env["S3_ENDPOINT"] || process.env["KYC_ENABLED"] === "false") return undefined
  const directory = path.join(path.dirname(path.resolve(root, flags.data)), "objects")
  // the same again when it is free: what clients uploaded is found under it
  const first = await startObjectStoreProcess({ directory, port: await portOf("S3_PORT", OBJECT_STORE_PORT) })
  const port = Number(new URL(first.url).port)
  parts.objects = await supervise("the object store", () => startObjectStoreProcess({ directory, port }), first)
  return first
}

/** A CRM to play with, where there is the published key to open it. */
const crm = async (keelUrl: string): Promise<CrmProcess> => {
  const options = { keelUrl, serviceKey: DEMO_SERVICE_KEY }
  const first = await startCrm({ ...options, port: await portOf("CRM_PORT", CRM_PORT) })
  const port = Number(new URL(first.url).port)
  parts.crm = await supervise("the CRM look-alike", () => startCrm({ ...options, port }), first)
  return first
}

/** What the variable says, else `usual` when it is free, else any free one. */
const portOf = async (variable: string, usual: number): Promise<number> => Number(process.env[variable] || (await freePort(usual)))

const web = async (watch: boolean): Promise<void> => {
  await ensureWebBuilt()
  if (watch) parts.web = startChild({ command: ["dev/webBuild.ts", "--watch"], env: { NODE_ENV: "production" } })
}

/** Fails with one clear line when another program has our port; a PORT or HOST that makes no sense is left to the server to name. */
const requireFreePort = async (host: string, port: number): Promise<void> => {
  if (!(Number.isInteger(port) && port > 0 && port < 65_536)) return
  const failure = await new Promise<string | undefined>((resolve) => {
    const server = net.createServer()
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code))
    server.listen(port, host, () => server.close(() => resolve(undefined)))
  })
  if (failure === "EADDRINUSE") {
    throw new Error(`PORT: ${port} on ${host} is in use by another program; choose another, as in PORT=8081 npm start`)
  }
}

const originOf = (host: string, port: number): string => `http://${host.includes(":") ? `[${host}]` : host}:${port}`

const run = async (): Promise<number> => {
  const startedAt = performance.now()
  const production = process.env["NODE_ENV"] === "production"
  const host = process.env["HOST"] || "127.0.0.1"
  const port = Number(process.env["PORT"] || "8080")
  await requireFreePort(host, port)

  const replay = (["replay", "speed", "symbol"] as const).flatMap((name) => (flags[name] === undefined ? [] : [`--${name}`, flags[name]]))
  // The server reads web/dist request by request: it need not wait for the build, and a failure is told when the server is there.
  const webApp = beginning(web(flags.watch))
  webApp.catch(() => undefined)
  const [databaseUrl, market, store] = await Promise.all([
    production ? undefined : beginning(database()),
    production ? undefined : beginning(simulator(replay)),
    production ? undefined : beginning(objects()),
    flags.watch ? undefined : beginning(ensureServerBuilt())
  ])
  if (stopping !== undefined) return 0

  const demoAccounts = process.env["DEMO_ACCOUNTS"] || String(!production)
  const env = {
    DEMO_ACCOUNTS: demoAccounts,
    RUNNER_PORT: String(await portOf("RUNNER_PORT", RUNNER_PORT)),
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    ...store?.env,
    ...(market === undefined
      ? {}
      : { TWELVEDATA_API_KEY: SIMULATOR_API_KEY, TWELVEDATA_WS_URL: market.wsUrl, TWELVEDATA_REST_URL: market.restUrl })
  }
  const start = (): Child => startServer({ env, fromSource: flags.watch })
  const first = start()
  parts.server = first
  const isEverywhere = host === "0.0.0.0" || host === "::"
  const ownUrl = originOf(isEverywhere ? "127.0.0.1" : host, port)
  const [isReady, crmProcess] = await Promise.all([
    serverReady(first, ownUrl),
    demoAccounts === "true" && !production ? beginning(crm(ownUrl)) : undefined,
    webApp
  ])
  const server = await supervise("the server", async () => start(), first)
  parts.server = server
  console.log(
    banner({
      origin: originOf(isEverywhere || host === "127.0.0.1" ? "localhost" : host, port),
      serverPid: first.pid,
      isReady,
      demoAccounts: demoAccounts === "true",
      controlUrl: market?.controlUrl,
      crmUrl: crmProcess?.url,
      dataDirectory: databaseUrl === undefined ? undefined : flags.data,
      seconds: (performance.now() - startedAt) / 1000
    })
  )
  if (flags.watch) watchSources(() => void server.restart())
  return (await server.ended).code ?? 1
}

const listenToSignals = (): void => {
  let firstAt: number | undefined
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = performance.now()
      console.log("Stopping …")
      void stopAll().then(() => process.exit(0))
    } else if (performance.now() - firstAt > SECOND_SIGNAL_MILLIS) {
      process.exit(1)
    }
  }
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal)
}

/** The server has already said what is wrong with its configuration. */
const report = (error: unknown): number => {
  if (error instanceof ServerEndedError && error.code === CONFIGURATION_EXIT_CODE) return error.code
  console.error(error instanceof Error ? error.message : error)
  return 1
}

listenToSignals()
if (fs.existsSync(path.join(root, ".env"))) process.loadEnvFile(path.join(root, ".env"))
const code = await run().catch((error: unknown) => (stopping === undefined ? report(error) : 0))
const asked = stopping !== undefined
await stopAll()
process.exit(asked ? 0 : code)
