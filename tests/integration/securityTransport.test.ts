/** What docs/security.md promises below the API: slow and broken requests, sizes, reading that changes nothing, what logs hold, and the start in production. */
import { connect, type Socket } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeDatabase } from "#db/Database.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { ApiDocument } from "#dev/audit/ApiDocument.ts"
import { AuditPeople } from "#dev/audit/AuditPeople.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startServer } from "#dev/serverProcess.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { HEADER_BYTES_MAX, HEADERS_TIMEOUT_MILLIS, REQUEST_TIMEOUT_MILLIS } from "#server/http/makeNodeServer.ts"
import { STALLED_MILLIS_MAX } from "#server/http/SlowReaders.ts"
import { openApiText } from "#contract/DocumentedApi.ts"
import { DEVELOPMENT_CRM_WEBHOOK_SECRET, DEVELOPMENT_S3_SECRET } from "#server/settings.ts"
import { ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { PASSWORD, registerPerson, type Person } from "./securityClient.ts"
import { eventually } from "./TradingClient.ts"

/** How often Node looks for connections that take too long, and a busy machine's share. */
const CUT_OFF_GRACE_MILLIS = 10_000
/** For others, while a hundred come at once to a busy machine. */
const OTHERS_MILLIS_MAX = 9_000

let product: Product
let address: { readonly host: string; readonly port: number }

beforeAll(async () => {
  product = await startProduct()
  const { hostname, port } = new URL(product.url)
  address = { host: hostname, port: Number(port) }
})
afterAll(() => product?.stop())

interface Conversation {
  readonly socket: Socket
  /** Everything that came back, once the server has closed the connection. */
  readonly ended: Promise<string>
}
const converse = (text: string): Conversation => {
  const socket = connect(address.port, address.host)
  let received = ""
  const ended = new Promise<string>((resolve) => {
    socket.setEncoding("utf8")
    socket.on("data", (chunk: string) => (received += chunk))
    socket.on("error", () => resolve(received))
    socket.on("close", () => resolve(received))
  })
  socket.write(text)
  return { socket, ended }
}
const statusesOf = (received: string): ReadonlyArray<number> =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3})/gu)].map(([, status]) => Number(status))

/** All at once: each waits for the server to lose its patience. */
describe.concurrent("who takes their time is cut off, and others are served meanwhile:", () => {
  /** Sends a little now and then until the server has had enough. */
  const trickle = async ({ ended, socket }: Conversation, text: string): Promise<{ received: string; millis: number }> => {
    const startedAt = performance.now()
    const timer = setInterval(() => socket.writable && socket.write(text), 500)
    const received = await ended
    clearInterval(timer)
    return { received, millis: performance.now() - startedAt }
  }
  const expectOthersAreServed = async () => {
    const answer = await fetch(`${product.url}/healthz`, { signal: AbortSignal.timeout(OTHERS_MILLIS_MAX) })
    expect(answer.status).toBe(200)
  }
  const expectCutOff = (millis: number, millisMax: number) => {
    expect(millis).toBeGreaterThan(millisMax / 2)
    expect(millis).toBeLessThan(millisMax + CUT_OFF_GRACE_MILLIS)
  }

  it.each([
    ["before a head is whole", () => "GET /healthz HTTP/1.1\r\nHost: keel\r\nX-Slow: ", HEADERS_TIMEOUT_MILLIS],
    [
      "before a body is whole",
      () => {
        const own = Object.entries(ownRequest(product.url)).map(([name, value]) => `${name}: ${value}\r\n`)
        return `POST /auth/login HTTP/1.1\r\nHost: keel\r\n${own.join("")}Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n`
      },
      REQUEST_TIMEOUT_MILLIS
    ]
  ])("%s", { timeout: 60_000 }, async (_, head, millisMax) => {
    const slow = Array.from({ length: 100 }, () => trickle(converse(head()), "x"))
    await expectOthersAreServed()
    for (const { millis, received } of await Promise.all(slow)) {
      expect(statusesOf(received)).toEqual([408])
      expectCutOff(millis, millisMax)
    }
  })

  it("while they read", { timeout: 90_000 }, async () => {
    // more than the kernel takes off the server's hands
    const asked = "GET /openapi.json HTTP/1.1\r\nHost: keel\r\n\r\n".repeat(10)
    const slow = Array.from({ length: 5 }, () => {
      const conversation = converse(asked)
      conversation.socket.pause()
      // empty lines before a request are none of it, and tell whether anybody is there
      return trickle(conversation, "\r\n")
    })
    await expectOthersAreServed()
    for (const { millis } of await Promise.all(slow)) expectCutOff(millis, STALLED_MILLIS_MAX)
  })
})

describe("a request that is larger than is accepted", () => {
  it("in its head is answered with 431, and the headers of every answer", async () => {
    const received = await converse(`GET /healthz HTTP/1.1\r\nHost: keel\r\nX-Long: ${"x".repeat(HEADER_BYTES_MAX)}\r\n\r\n`).ended
    expect(statusesOf(received)).toEqual([431])
    expect(received).toContain("content-security-policy: default-src 'none'")
    expect(received).toContain("x-content-type-options: nosniff")
  })

  it("in a body that does not say how long it is gets 413", async () => {
    const chunk = `2000\r\n${"x".repeat(0x2000)}\r\n`
    const origin = `Origin: ${product.url}\r\nX-Keel-Request: 1\r\n`
    const head = `POST /auth/login HTTP/1.1\r\nHost: keel\r\n${origin}Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n`
    const received = await converse(`${head}${chunk.repeat(20)}0\r\n\r\n`).ended
    expect(statusesOf(received)).toEqual([413])
  })
})

describe("a request that two servers could read in two ways gets 400 and its connection is closed, and nothing behind it is answered", () => {
  const smuggled = "GET /healthz HTTP/1.1\r\nHost: keel\r\n\r\n"
  const post = (headers: string, body: string) => `POST /auth/logout HTTP/1.1\r\nHost: keel\r\n${headers}\r\n\r\n${body}`
  it.each<[string, string]>([
    ["a length and chunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked", `0\r\n\r\n${smuggled}`)],
    ["two lengths", post("Content-Length: 0\r\nContent-Length: 40", smuggled)],
    ["a length in words", post("Content-Length: +4", `abcd${smuggled}`)],
    ["an encoding that is not known", post("Transfer-Encoding: xchunked", `0\r\n\r\n${smuggled}`)],
    ["chunks under another name", post("Transfer-Encoding : chunked", `0\r\n\r\n${smuggled}`)],
    ["a folded header", post("X-Folded: a\r\n Transfer-Encoding: chunked", smuggled)],
    ["a length of a chunk that is no number", post("Transfer-Encoding: chunked", `zz\r\n${smuggled}`)],
    ["no host", "GET /healthz HTTP/1.1\r\n\r\n"],
    ["no HTTP at all", "\u0016\u0003\u0001 hello\r\n\r\n"]
  ])("%s", async (_, text) => {
    const received = await converse(text).ended
    expect(statusesOf(received)).toEqual([400])
    expect(received).not.toContain('"status":"ok"')
  })
})

describe("what the router never sees has the headers of every answer too:", () => {
  const upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n"
  it.each([
    [
      "a handshake with half a key",
      `GET /stream HTTP/1.1\r\nHost: keel\r\n${upgrade}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: half\r\n\r\n`,
      400
    ],
    [
      "a handshake of no version",
      `GET /stream HTTP/1.1\r\nHost: keel\r\n${upgrade}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      400
    ],
    ["an expectation that nobody knows", "GET /healthz HTTP/1.1\r\nHost: keel\r\nExpect: the-unexpected\r\n\r\n", 417]
  ])("%s", async (_, text, status) => {
    const received = await converse(text).ended
    expect(statusesOf(received)).toEqual([status])
    expect(received).toContain("content-security-policy: default-src 'none'")
    expect(received).toContain("x-content-type-options: nosniff")
    expect(received).toContain("cache-control: no-store")
    expect(received).not.toContain("text/html")
  })
})

describe("a path has one spelling, and a method its own answer:", () => {
  const ask = async (method: string, path: string) => {
    const received = await converse(`${method} ${path} HTTP/1.1\r\nHost: keel\r\nAccept: application/json\r\nConnection: close\r\n\r\n`)
      .ended
    return { received, status: statusesOf(received)[0] }
  }
  const spellings = (path: string) => [
    path.toUpperCase(),
    `/${path}`,
    `${path}/`,
    `${path};a=b`,
    path.replace(/[a-z]/u, (letter) => `%${letter.charCodeAt(0).toString(16)}`),
    `${path}%00`,
    `${path}%20`,
    `/assets/..${path}`,
    `/assets/%2e%2e${path}`,
    `/.${path}`,
    path.replace("/", "/\\")
  ]
  it.each(["/metrics", "/openapi.json", "/docs", "/auth/me", "/healthz", "/dev/mail"])("%s", async (path) => {
    expect((await ask("GET", path)).status).not.toBe(404)
    for (const other of spellings(path)) {
      const { received, status } = await ask("GET", other)
      expect([other, status]).toEqual([other, 404])
      expect(received).toContain('"code":"ROUTE_NOT_FOUND"')
    }
  })

  it.each(["OPTIONS", "TRACE", "PROPFIND", "QUERY", "PUT", "DELETE"])(
    "%s of a path that does not know it is 405, of one that nobody has 404",
    async (method) => {
      const known = await ask(method, "/auth/me")
      expect(known.status).toBe(405)
      expect(known.received).toMatch(/\r\nallow: GET, HEAD\r\n/iu)
      expect(known.received).toMatch(/\r\nx-content-type-options: nosniff\r\n/iu)
      expect(known.received).not.toMatch(/access-control-/iu)
      expect((await ask(method, "/nothing")).status).toBe(404)
    }
  )

  it.each([
    ["of no known name", "FOO", 400],
    ["that override another", "GET", 405]
  ])("methods %s do nothing", async (_, method, status) => {
    const path = "/auth/logout HTTP/1.1\r\nX-HTTP-Method-Override: POST"
    const received = await converse(`${method} ${path}\r\nHost: keel\r\nConnection: close\r\n\r\n`).ended
    expect(statusesOf(received)).toEqual([status])
  })
})

describe("reading", () => {
  const document = new ApiDocument(JSON.parse(openApiText()))
  /** These say what they do: an export is written down, the stream is no request, and a mailed or signed link is meant to be opened. */
  const acts: ReadonlySet<string> = new Set(["/admin/audit.csv", "/stream"])
  /** What goes on by itself while somebody reads; the conditions of funding are written down as they are when they are first needed. */
  const busy = /^(candle|snapshot|sharding|cluster|effect_|feed|quote|market|outbox|webhook|funding_conditions)/u

  it("changes nothing, by GET or by HEAD, whatever is read", async () => {
    const people = new AuditPeople(product.url)
    const names = await people.names()
    const database = ManagedRuntime.make(makeDatabase(Redacted.make(product.databaseUrl)))
    const query = <Row extends object>(text: string) => database.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(text)))
    /** Every row of every table, in one hash for each; when a session or a key was last used is written down, whatever it was used for. */
    const contents = async () => {
      const tables = await query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
      const quiet = tables.filter(({ name }) => !busy.test(name))
      const rows = await Promise.all(
        quiet.map(async ({ name }) => {
          const row = "(to_jsonb(t) - 'last_used_at')::text"
          const [found] = await query<{ hash: string }>(`SELECT md5(string_agg(${row}, ' ' ORDER BY ${row})) AS hash FROM "${name}" t`)
          return [name, found?.hash] as const
        })
      )
      return Object.fromEntries(rows)
    }
    const reads = document.operations.filter(({ method, path }) => method === "GET" && !acts.has(path))
    // whoever reads signs in before the counting begins
    for (const operation of reads) await people.headersFor(operation)
    const before = await contents()
    for (const operation of reads) {
      const path = operation.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => names[name] ?? "none")
      for (const method of ["GET", "HEAD"]) {
        const answer = await fetch(product.url + path, { method, headers: await people.headersFor(operation), redirect: "manual" })
        await answer.arrayBuffer()
        expect([operation.name, answer.status < 500]).toEqual([operation.name, true])
      }
    }
    expect(await contents()).toEqual(before)
    await database.dispose()
  })
})

describe("the log", () => {
  it("is one JSON object a line, whatever is asked, and holds no password, cookie or token", async () => {
    const { client, email } = await registerPerson(product.url)
    await client.send("POST", "/auth/login", { email, password: PASSWORD })
    await client.send("POST", "/auth/login", { email, password: "INJECTED-password" })
    const path = "/nothing%0a%7b%22INJECTED-line%22:1%7d%1b[2J"
    await fetch(product.url + path, { method: "POST", headers: { ...ownRequest(product.url), "user-agent": "INJECTED-agent\u00a0\u00ff" } })
    const lines = product.server.log().split("\n")
    expect(lines.length).toBeGreaterThan(5)
    expect(lines.some((line) => line.includes("nothing%0a"))).toBe(true)
    for (const line of lines) {
      expect(JSON.parse(line)).toBeTypeOf("object")
      // a terminal that shows it does as it always does
      expect(line).not.toMatch(/\p{Cc}/u)
      for (const secret of [PASSWORD, "INJECTED-password", ...client.cookie.split("; ").map((one) => one.split("=")[1] ?? "")]) {
        expect(line).not.toContain(secret)
      }
    }
  })
})

describe("with the limits of production", () => {
  let production: TestServer
  beforeAll(async () => {
    production = await product.addServer({
      NODE_ENV: "production",
      DEMO_ACCOUNTS: "false",
      SESSION_SECRET: "a secret that is long enough for production",
      TWELVEDATA_API_KEY: "another key than the simulator's",
      EMAIL_VERIFICATION: "false",
      S3_SECRET_ACCESS_KEY: "another secret than that of development",
      TRUSTED_PROXIES: "127.0.0.1"
    })
  })
  afterAll(() => production?.stop())
  const ask = (path: string, address: string, headers: Record<string, string> = {}, method = "GET") =>
    fetch(production.url + path, { method, headers: { ...headers, "x-forwarded-for": address }, signal: AbortSignal.timeout(30_000) })
  const expectTooMany = async (refused: Response, policy: string) => {
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0)
    expect(refused.headers.get("ratelimit-policy")).toBe(policy)
    expect(refused.headers.get("ratelimit")).toMatch(/;r=0;t=\d+$/u)
    const problem = await refused.json()
    expect(problem).toMatchObject({ code: "TOO_MANY_REQUESTS", traceId: refused.headers.get("x-request-id") })
  }

  it("the API's documentation is sent sixty times a minute to one address, and whatever else is asked for is not affected", async () => {
    const address = "192.0.2.1"
    for (const path of ["/openapi.json", "/docs"]) {
      // a slow machine gets some of its quota back meanwhile
      await eventually("the quota is used up", async () => ((await ask(path, address, {}, "HEAD")).status === 429 ? true : undefined))
      const refused = await eventually("a refusal with a body", async () => {
        const answer = await ask(path, address)
        if (answer.status === 429) return answer
        await answer.arrayBuffer()
        return undefined
      })
      await expectTooMany(refused, '"documents";q=60;w=60')
    }
    for (const path of ["/healthz", "/", "/market/symbols"]) expect([path, (await ask(path, address)).status]).not.toContain(429)
    expect((await ask("/openapi.json", "192.0.2.2", {}, "HEAD")).status).toBe(200)
  })

  it("whoever has an IPv6 network is one caller, whichever of its addresses they ask from", async () => {
    let host = 0
    await eventually("the network's quota is used up", async () =>
      (await ask("/openapi.json", `2001:db8:0:1::${(++host).toString(16)}`, {}, "HEAD")).status === 429 ? true : undefined
    )
    expect((await ask("/openapi.json", "2001:db8:0:2::1", {}, "HEAD")).status).toBe(200)
  })

  it("a user is one caller, from however many addresses they ask", { timeout: 120_000 }, async () => {
    const [busy, other] = [await registerPerson(product.url), await registerPerson(product.url)]
    let asked = 0
    const askAs = ({ client }: Person) =>
      ask("/auth/two-factor", `198.51.${(++asked >> 8) % 256}.${asked % 256}`, { cookie: client.cookie })
    const refused = await eventually(
      "the user's quota is used up",
      async () => {
        const answers = await Promise.all(Array.from({ length: 50 }, () => askAs(busy)))
        return answers.find(({ status }) => status === 429)
      },
      90_000
    )
    await expectTooMany(refused, '"users";q=3000;w=60')
    const served = await askAs(other)
    expect([served.status, served.headers.get("ratelimit-policy")]).toEqual([200, '"users";q=3000;w=60'])
  })

  it.each(["/dev/mail", "/dev/clock"])("%s is not there, whatever the method", async (path) => {
    for (const method of ["GET", "HEAD", "POST", "PUT"]) {
      const answer = await ask(path, "192.0.2.3", { accept: "application/json", ...ownRequest(production.url) }, method)
      expect([method, answer.status]).toEqual([method, 404])
    }
  })
})

describe("in production the process refuses to start", () => {
  const GOOD_SECRET = "a secret that is long enough for production"
  it.each([
    ["without a secret", {}, "SESSION_SECRET: missing"],
    ["with a short one", { SESSION_SECRET: "short" }, "SESSION_SECRET: expected at least 32 characters"],
    ["with a published key of the market data", { SESSION_SECRET: GOOD_SECRET, TWELVEDATA_API_KEY: "demo" }, "TWELVEDATA_API_KEY: "],
    ["with the demo's logins", { SESSION_SECRET: GOOD_SECRET, DEMO_ACCOUNTS: "true" }, "DEMO_ACCOUNTS: must not be true"],
    [
      "with the document store's secret of development",
      {
        SESSION_SECRET: GOOD_SECRET,
        S3_ENDPOINT: "https://s3.example.com",
        S3_ACCESS_KEY_ID: "k",
        S3_SECRET_ACCESS_KEY: DEVELOPMENT_S3_SECRET
      },
      "S3_SECRET_ACCESS_KEY: the development secret must not be used"
    ],
    [
      "with the CRM's secret of development",
      { SESSION_SECRET: GOOD_SECRET, CRM_WEBHOOK_SECRET: DEVELOPMENT_CRM_WEBHOOK_SECRET },
      "CRM_WEBHOOK_SECRET: "
    ],
    ["over plain http", { SESSION_SECRET: GOOD_SECRET, PUBLIC_ORIGIN: "http://trade.example.com" }, "PUBLIC_ORIGIN: "],
    [
      "with the one of development",
      { SESSION_SECRET: "for development only, known to everybody" },
      "SESSION_SECRET: the development secret must not be used"
    ]
  ])("%s", async (_, settings, words) => {
    const lines: Array<string> = []
    const port = String(await freePort())
    const child = startServer({
      env: {
        NODE_ENV: "production",
        DATABASE_URL: product.databaseUrl,
        TWELVEDATA_API_KEY: "demo",
        PUBLIC_ORIGIN: "https://trade.example.com",
        HOST: "127.0.0.1",
        PORT: port,
        ...settings
      },
      onLine: (line) => lines.push(line),
      onErrorLine: (line) => lines.push(line)
    })
    // EX_CONFIG
    expect((await child.exited).code).toBe(78)
    expect(lines.join("\n")).toContain(words)
    // what is wrong with a secret is said without it
    for (const secret of Object.entries<string>(settings).flatMap(([name, value]) =>
      /SECRET|KEY/u.test(name) && value.length > 8 ? [value] : []
    ))
      expect(lines.join("\n")).not.toContain(secret)
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow("fetch failed")
  })
})
