/** BenchProduct: a server with a bench's instruments on an empty database, fed by its upstream. */
import { Effect, Layer, Logger, Redacted } from "effect"
import { benchConfiguration, SYMBOLS } from "#bench/market/instruments.ts"
import { Configurations } from "#actors/Configurations.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { makeDatabase } from "#db/Database.ts"
import { freePort, startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import type { Child } from "#dev/Child.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { serverReady, startServer } from "#dev/serverProcess.ts"

const ADMINISTRATOR = { email: "admin@keel.example", password: "demo-administrator-1" }

export interface BenchProduct {
  readonly url: string
  readonly pid: () => number
  /** Quotes that reached the symbol actors: accepted and rejected. */
  readonly quotesJudged: () => Promise<number>
  readonly restart: () => Promise<void>
  readonly stop: () => Promise<void>
}

export const startBenchProduct = async (
  wsUrl: string,
  restUrl: string,
  configuration: Configuration = benchConfiguration()
): Promise<BenchProduct> => {
  const postgres = await startEphemeralPostgres()
  const configured = makePgConfigurations(configuration).pipe(Layer.provide(makeDatabase(Redacted.make(postgres.url))))
  await Effect.runPromise(Effect.scoped(Configurations.pipe(Effect.provide(configured), Effect.provide(Logger.layer([])))))
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
    TWELVEDATA_WS_URL: wsUrl,
    TWELVEDATA_REST_URL: restUrl,
    MD_WS_SYMBOLS_MAX: String(SYMBOLS)
  }
  let child: Child
  const start = async (): Promise<void> => {
    child = startServer({ env })
    if (!(await serverReady(child, url))) throw new Error("the server does not become ready")
  }
  await start()
  return {
    url,
    pid: () => child.pid,
    quotesJudged: () => quotesJudged(url),
    restart: async () => {
      await child.stop()
      await start()
    },
    stop: async () => {
      await child.stop()
      await postgres.stop()
    }
  }
}

const quotesJudged = async (url: string): Promise<number> => {
  const signedIn = await fetch(`${url}/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", ...ownRequest(url) },
    body: JSON.stringify(ADMINISTRATOR)
  })
  const cookie = signedIn.headers.get("set-cookie")?.split(";", 1)[0] ?? ""
  const answer = await fetch(`${url}/admin/market/health`, { headers: { cookie } })
  const health: { symbols: ReadonlyArray<{ accepted: number; rejected: Record<string, number> }> } = await answer.json()
  return health.symbols.reduce(
    (sum, { accepted, rejected }) => sum + accepted + Object.values(rejected).reduce((left, right) => left + right, 0),
    0
  )
}
