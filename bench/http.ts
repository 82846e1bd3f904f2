/**
 * http: sign-in, refresh and an authenticated read over HTTP against the running product, beside two servers that decide nothing, of node:http and
 * of Effect's HttpApi, in the same run; what a password costs; and whether who reads waits for who signs in. Each server is a process of its own,
 * so client and server share the machine's cores, and wall-clock figures count beside each other alone.
 */
import { argon2 } from "node:crypto"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { promisify } from "node:util"
import { type Finding, rounded } from "#bench/Finding.ts"
import { ARGON2_PARAMETERS } from "#server/auth/PasswordHashes.ts"
import { startChild } from "#dev/Child.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct } from "#dev/TestProduct.ts"
import { DEMO_CLIENT } from "#server/DemoLogins.ts"

const IN_FLIGHT = 32
const READS = 10_000
const READS_MEANWHILE = 2_000
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

/** Answered from memory. Aimed at: what session, limits, ownership and headers add to a request is a tenth of it. */
const ACCOUNT_READ = "authenticated GET of an account"
const AIMED = `${ACCOUNT_READ}, requests, beside HttpApi`

const beside = (of: string, work: string, unit: string, figure: number, peer: number): Finding => ({
  of,
  work,
  figure: rounded(figure),
  unit,
  limit: rounded(peer),
  ratio: rounded(figure / peer)
})

/** The product's figures beside those of each server that decides nothing. */
const findings = (of: string, work: string, measured: Measured, peers: Readonly<Record<string, Measured>>): ReadonlyArray<Finding> =>
  Object.entries(peers).flatMap(([peer, its]) => [
    beside(`${of}, requests, beside ${peer}`, work, "/s", measured.perSecond, its.perSecond),
    beside(`${of}, p99, beside ${peer}`, work, "ms", measured.p99, its.p99)
  ])

interface BareServers {
  readonly node: string
  readonly effect: string
  readonly stop: () => Promise<void>
}

/** They answer a read of the account with `accountText`. */
const startBareServers = async (accountText: string): Promise<BareServers> => {
  const firstLine = Promise.withResolvers<string>()
  const child = startChild({ command: ["bench/http/bareServers.ts"], env: { BARE_ACCOUNT: accountText }, onLine: firstLine.resolve })
  void child.exited.then(() => firstLine.reject(new Error("the bare servers ended")))
  const ports: { readonly node: number; readonly effect: number } = JSON.parse(await firstLine.promise)
  return { node: `http://127.0.0.1:${ports.node}`, effect: `http://127.0.0.1:${ports.effect}`, stop: () => child.stop() }
}

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
    { of: "event loop delay while hashing, median", work, figure: rounded(delays.percentile(50) / 1e6), unit: "ms" },
    { of: "event loop delay while hashing, p99", work, figure: rounded(delays.percentile(99) / 1e6), unit: "ms" }
  ]
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const product = await startProduct({ env: { LOG_LEVEL: "warn" } })
  try {
    return [...(await compared(product.url)), ...(await hashing())]
  } finally {
    await product.stop()
  }
}

const compared = async (origin: string): Promise<ReadonlyArray<Finding>> => {
  const headers = { "content-type": "application/json", ...ownRequest(origin) }
  const cookie = cookiesOf(await fetch(`${origin}/auth/login`, { method: "POST", headers, body: JSON.stringify(DEMO_CLIENT) }))
  const list: { readonly accounts: ReadonlyArray<{ readonly accountId: string }> } = JSON.parse(
    await (await fetch(`${origin}/accounts`, { headers: { cookie } })).text()
  )
  const accountUrl = `${origin}/accounts/${list.accounts[0]?.accountId}`
  const bare = await startBareServers(await (await fetch(accountUrl, { headers: { cookie } })).text())
  try {
    return await comparedWith(origin, bare, { cookie, accountUrl })
  } finally {
    await bare.stop()
  }
}

interface SignedIn {
  readonly cookie: string
  readonly accountUrl: string
}

const comparedWith = async (origin: string, bare: BareServers, { accountUrl, cookie }: SignedIn): Promise<ReadonlyArray<Finding>> => {
  const headers = { "content-type": "application/json", ...ownRequest(origin) }
  const body = JSON.stringify(DEMO_CLIENT)
  // each lane as somebody else: of one address only so many sign-ins may be under way
  const login = (lane: number) => fetch(`${origin}/auth/login`, { method: "POST", headers, body: JSON.stringify(personOf(lane)) })
  const get =
    (url: string, session = cookie) =>
    () =>
      fetch(url, { headers: { cookie: session } })
  const post = (url: string) => () => fetch(url, { method: "POST", headers, body })
  /** A tenth first, so that everything is compiled. */
  const warm = async (count: number, one: (lane: number) => Promise<Response>): Promise<Measured> => {
    await measure(count / 10, one)
    return measure(count, one)
  }

  const reads = await warm(READS, get(`${origin}/auth/sessions`))
  const readPeers = { "node:http": await warm(READS, get(`${bare.node}/read`)), HttpApi: await warm(READS, get(`${bare.effect}/read`)) }

  const accountReads = await warm(READS, get(accountUrl))
  const accountPeers = {
    "node:http": await warm(READS, get(`${bare.node}/account`)),
    HttpApi: await warm(READS, get(`${bare.effect}/account`))
  }

  // each lane goes on with a session of its own
  const lanes = await Promise.all(Array.from({ length: IN_FLIGHT }, async (_, lane) => cookiesOf(await registered(origin, lane))))
  const refreshes = await warm(REFRESHES, async (lane) => {
    const response = await fetch(`${origin}/auth/refresh`, {
      method: "POST",
      headers: { cookie: lanes[lane] ?? "", ...ownRequest(origin) }
    })
    lanes[lane] = cookiesOf(response)
    return response
  })
  const writePeers = {
    "node:http": await warm(REFRESHES, post(`${bare.node}/write`)),
    HttpApi: await warm(REFRESHES, post(`${bare.effect}/write`))
  }
  const logins = await warm(LOGINS, login)

  // who reads while others sign in shares two cores with them, and must not wait for a hash
  const readMeanwhile = get(`${origin}/auth/sessions`, lanes[0])
  const [readsMeanwhile] = await Promise.all([measure(READS_MEANWHILE, readMeanwhile), measure(LOGINS, login)])
  const work = (count: number) => `${count.toLocaleString("en")} requests, ${IN_FLIGHT} at once`
  return [
    ...findings(ACCOUNT_READ, work(READS), accountReads, accountPeers).map((finding) =>
      finding.of === AIMED ? { ...finding, aim: { of: "ratio", is: "atLeast", value: 0.9 } as const } : finding
    ),
    ...findings("authenticated GET of a list in PostgreSQL", work(READS), reads, readPeers),
    ...findings("refresh", work(REFRESHES), refreshes, writePeers),
    ...findings("login", work(LOGINS), logins, writePeers),
    beside("authenticated GET, p99, while others sign in, beside none who do", work(READS_MEANWHILE), "ms", readsMeanwhile.p99, reads.p99)
  ]
}

const personOf = (lane: number) => ({ email: `lane${lane}@example.com`, password: "four random words here" })

const registered = (origin: string, lane: number): Promise<Response> =>
  fetch(`${origin}/auth/register`, {
    method: "POST",
    headers: { "content-type": "application/json", ...ownRequest(origin) },
    body: JSON.stringify(personOf(lane))
  })
