/**
 * http: sign-in, refresh and an authenticated read over HTTP against the running product, beside a bare node:http handler that answers the
 * same bytes in the same run; and what a password costs. A second process is the server, so client and server share the machine's cores.
 */
import { argon2 } from "node:crypto"
import { createServer } from "node:http"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { promisify } from "node:util"
import { type Finding, rounded } from "#bench/Finding.ts"
import { ARGON2_PARAMETERS } from "#server/auth/PasswordHashes.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct } from "#dev/TestProduct.ts"
import { DEMO_CLIENT } from "#server/DemoLogins.ts"

const IN_FLIGHT = 32
const READS = 10_000
const REFRESHES = 1_000
const LOGINS = 100
const HASHES = 20

const percentile = (sorted: ReadonlyArray<number>, share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

interface Measured {
  readonly perSecond: number
  readonly p99: number
}

/** Runs `count` requests on `IN_FLIGHT` lanes; each must be answered with 200. */
const measure = async (count: number, one: (lane: number) => Promise<Response>): Promise<Measured> => {
  const latencies: Array<number> = []
  let left = count
  const lane = async (_: unknown, index: number): Promise<void> => {
    while (left-- > 0) {
      const begun = performance.now()
      const response = await one(index)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${response.url} answered ${response.status}`)
      latencies.push(performance.now() - begun)
    }
  }
  const started = performance.now()
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return {
    perSecond: count / ((performance.now() - started) / 1000),
    p99: percentile(
      latencies.toSorted((a, b) => a - b),
      0.99
    )
  }
}

const cookiesOf = (response: Response): string =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ")

const findings = (of: string, work: string, measured: Measured, bare: Measured): ReadonlyArray<Finding> => [
  {
    of: `${of}, requests`,
    work,
    figure: rounded(measured.perSecond),
    unit: "/s",
    limit: rounded(bare.perSecond),
    ratio: rounded(measured.perSecond / bare.perSecond)
  },
  { of: `${of}, p99`, work, figure: rounded(measured.p99), unit: "ms", limit: rounded(bare.p99), ratio: rounded(measured.p99 / bare.p99) }
]

/** One hash at a time, and how long the event loop stood still meanwhile. */
const hashing = async (): Promise<ReadonlyArray<Finding>> => {
  const { memory, parallelism, passes } = ARGON2_PARAMETERS
  const derive = promisify(argon2)
  const delays = monitorEventLoopDelay({ resolution: 1 })
  const times: Array<number> = []
  delays.enable()
  for (let index = 0; index < HASHES; index++) {
    const begun = performance.now()
    await derive("argon2id", { message: "four random words here", nonce: Buffer.alloc(16), memory, passes, parallelism, tagLength: 32 })
    times.push(performance.now() - begun)
  }
  delays.disable()
  const work = `argon2id m=${memory} KiB (${Math.round(memory / 1024)} MiB), t=${passes}, p=${parallelism}`
  return [
    {
      of: "password hash, median",
      work,
      figure: rounded(
        percentile(
          times.toSorted((a, b) => a - b),
          0.5
        )
      ),
      unit: "ms"
    },
    { of: "event loop delay while hashing, median", work, figure: rounded(delays.percentile(50) / 1e6), unit: "ms" }
  ]
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const product = await startProduct({ env: { LOG_LEVEL: "warn" } })
  const headers = { "content-type": "application/json", ...ownRequest(product.url) }
  const body = JSON.stringify(DEMO_CLIENT)
  const login = () => fetch(`${product.url}/auth/login`, { method: "POST", headers, body })
  // the least that an HTTP server does: the same bytes, nothing decided
  const answer = Buffer.from(await (await login()).text())
  const bareServer = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { "content-type": "application/json" }).end(answer)
  })
  const barePort = await freePort()
  await new Promise<void>((resolve) => bareServer.listen(barePort, "127.0.0.1", resolve))
  const bareUrl = `http://127.0.0.1:${barePort}/`

  const first = cookiesOf(await login())
  const read = (url: string) => () => fetch(url, { headers: { cookie: first } })
  await measure(READS / 10, read(`${product.url}/auth/sessions`))
  const reads = await measure(READS, read(`${product.url}/auth/sessions`))
  const bareReads = await measure(READS, read(bareUrl))

  // each lane goes on with a session of its own
  const lanes = await Promise.all(Array.from({ length: IN_FLIGHT }, async (_, lane) => cookiesOf(await registered(product.url, lane))))
  const refreshes = await measure(REFRESHES, async (lane) => {
    const response = await fetch(`${product.url}/auth/refresh`, {
      method: "POST",
      headers: { cookie: lanes[lane] ?? "", ...ownRequest(product.url) }
    })
    lanes[lane] = cookiesOf(response)
    return response
  })
  const barePosts = await measure(REFRESHES, () => fetch(bareUrl, { method: "POST" }))
  const logins = await measure(LOGINS, login)
  const bareLogins = await measure(LOGINS, () => fetch(bareUrl, { method: "POST", headers, body }))

  bareServer.close()
  bareServer.closeAllConnections()
  await product.stop()
  const work = (count: number) => `${count.toLocaleString("en")} requests, ${IN_FLIGHT} at once`
  return [
    ...findings("authenticated GET", work(READS), reads, bareReads),
    ...findings("refresh", work(REFRESHES), refreshes, barePosts),
    ...findings("login", work(LOGINS), logins, bareLogins),
    ...(await hashing())
  ]
}

const registered = (origin: string, lane: number): Promise<Response> =>
  fetch(`${origin}/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json", ...ownRequest(origin) },
    body: JSON.stringify({ email: `lane${lane}@example.com`, password: "four random words here" })
  })
