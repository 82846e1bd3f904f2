/** BenchProduct: a server with a bench's instruments on an empty database, fed by its upstream. */
import { startBenchServer } from "#bench/load/startBenchServer.ts"
import { benchConfiguration } from "#bench/market/instruments.ts"
import { startEphemeralPostgres } from "#db/EmbeddedPostgres.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import type { Configuration } from "#domain/Configuration.ts"

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
  const server = await startBenchServer({ databaseUrl: postgres.url, upstream: { wsUrl, restUrl }, configuration })
  return {
    url: server.url,
    pid: server.pid,
    quotesJudged: () => quotesJudged(server.url),
    restart: server.restart,
    stop: async () => {
      await server.stop()
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
