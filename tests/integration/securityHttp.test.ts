/** What docs/security.md promises about input, cross-site requests, headers and proxies, against a running server behind a pretended proxy. */
import { createServer, type Server } from "node:net"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { makeDatabase } from "#db/Database.ts"
import { freePort } from "#db/EmbeddedPostgres.ts"
import { ApiDocument } from "#dev/audit/ApiDocument.ts"
import { AuditPeople } from "#dev/audit/AuditPeople.ts"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { PASSWORD, registerPerson } from "./securityClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"

const ORIGIN = "https://trade.example.com"

let product: Product
let behindProxy: TestServer
let smtp: Awaited<ReturnType<typeof startSmtp>>

/** As much of RFC 5321 as a client needs to hand over a mail; keeps what it was given. */
const startSmtp = async () => {
  const mails: Array<string> = []
  const server: Server = createServer((socket) => {
    let data: string | undefined
    socket.on("error", () => socket.destroy())
    socket.write("220 sink\r\n")
    socket.on("data", (chunk) => {
      for (const line of chunk.toString("utf8").split("\r\n").slice(0, -1)) {
        if (data !== undefined) {
          if (line === ".") {
            mails.push(data)
            data = undefined
            socket.write("250 kept\r\n")
          } else data += `${line}\n`
        } else if (line === "DATA") {
          data = ""
          socket.write("354 go on\r\n")
        } else if (line === "QUIT") socket.end("221 bye\r\n")
        else socket.write("250 fine\r\n")
      }
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve))
  return { mails, url: `smtp://127.0.0.1:${port}/?ignoreTLS=true`, stop: () => server.close() }
}

beforeAll(async () => {
  smtp = await startSmtp()
  product = await startProduct()
  behindProxy = await product.addServer({
    PUBLIC_ORIGIN: ORIGIN,
    TRUSTED_PROXIES: "127.0.0.1",
    EMAIL_VERIFICATION: "true",
    SMTP_URL: smtp.url
  })
})
afterAll(async () => {
  await product?.stop()
  smtp?.stop()
})

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}, origin = product.url) =>
  fetch(origin + path, { method: "POST", headers: { "content-type": "application/json", ...ownRequest(origin), ...headers }, body })

describe("behind a trusted proxy", () => {
  const proxied = (headers: Record<string, string>, path = "/market/symbols", method = "GET") =>
    fetch(behindProxy.url + path, { method, headers, redirect: "manual" })

  it("a page asked for over plain http is sent to the configured origin, anything else refused", async () => {
    const page = await proxied({ "x-forwarded-proto": "http", "x-forwarded-host": "evil.example" }, "/trade?symbol=EURUSD")
    expect([page.status, page.headers.get("location")]).toEqual([308, `${ORIGIN}/trade?symbol=EURUSD`])
    const unsafe = await proxied({ "x-forwarded-proto": "http" }, "/auth/logout", "POST")
    expect([unsafe.status, (await unsafe.json()).code]).toEqual([403, "HTTPS_REQUIRED"])
    expect((await proxied({ "x-forwarded-proto": "http" }, "//evil.example/")).status).toBe(403)
    expect((await proxied({ "x-forwarded-proto": "https" })).status).toBe(200)
    expect((await proxied({ "x-forwarded-proto": "http" }, "/healthz")).status).toBe(200)
  })

  it("the address is the one that the proxy saw, whatever the client wrote before it", async () => {
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const login = (forwarded: string, origin: string) =>
      post("/auth/login", JSON.stringify({ email: "nobody@example.com", password: "guess" }), { "x-forwarded-for": forwarded }, origin)
    await login("1.2.3.4, 203.0.113.9", behindProxy.url)
    await login("198.51.100.1", product.url)
    const found = async (ip: string) =>
      (await admin.send<{ entries: ReadonlyArray<unknown> }>("GET", `/admin/audit?action=auth.login&ip=${ip}`)).body.entries.length
    expect([await found("203.0.113.9"), await found("1.2.3.4"), await found("198.51.100.1")]).toEqual([1, 0, 0])
  })
})

describe("where addresses must be confirmed", () => {
  const send = (path: string, body: object) => post(path, JSON.stringify(body), { "x-forwarded-proto": "https" }, behindProxy.url)
  const plain = async (response: Response) => {
    const { traceId: _, ...body } = await response.json()
    return { status: response.status, body }
  }
  /** Undoes quoted-printable. */
  const read = (mail: string) => mail.replaceAll("=\n", "").replaceAll("=3D", "=")

  it("registering answers the same for a free and a taken address, and only the mail lets somebody in", async () => {
    const request = { email: "confirmed@example.com", password: PASSWORD }
    const free = await plain(await send("/auth/register", request))
    expect(free).toMatchObject({ status: 403, body: { code: "EMAIL_UNVERIFIED" } })
    expect(await plain(await send("/auth/login", request))).toMatchObject({ status: 401, body: { code: "INVALID_CREDENTIALS" } })
    const mail = await eventually("the mail", () => smtp.mails.find((one) => one.includes("Subject: Confirm your address")))
    const token = new RegExp(`${ORIGIN}/verify-email#([\\w-]{43})`, "u").exec(read(mail))?.[1]
    expect((await send("/auth/verify-email", { token })).status).toBe(204)
    expect((await send("/auth/login", request)).status).toBe(200)
    expect(await plain(await send("/auth/register", { ...request, password: "another long password" }))).toEqual(free)
    await eventually("the other mail", () => smtp.mails.find((one) => one.includes("Subject: You are registered already")))
    expect((await send("/auth/login", { ...request, password: "another long password" })).status).toBe(401)
  })

  it("mails are not to be read in the browser", async () => {
    const response = await fetch(`${behindProxy.url}/dev/mail`, { headers: { "x-forwarded-proto": "https", accept: "application/json" } })
    expect(response.status).toBe(404)
  })
})

describe("cross-site requests", () => {
  it.each<[string, Record<string, string>, number]>([
    ["another site", { "sec-fetch-site": "cross-site" }, 403],
    ["a sibling domain", { "sec-fetch-site": "same-site" }, 403],
    ["another origin", { origin: "https://evil.example" }, 403],
    ["no origin at all, as from a sandbox", { origin: "null" }, 403],
    ["nowhere that is said", {}, 403],
    ["another site, whatever origin it names", { "sec-fetch-site": "cross-site", origin: "SELF" }, 403],
    ["a site of no known kind", { "sec-fetch-site": "same-planet", origin: "SELF" }, 403],
    ["a page that only says where it was linked", { referer: "SELF" }, 403],
    ["an origin that only begins like ours", { origin: "SELF.evil.example" }, 403],
    ["another port of our own host", { origin: "http://127.0.0.1:1" }, 403],
    ["the address bar", { "sec-fetch-site": "none" }, 401],
    ["our own page", { "sec-fetch-site": "same-origin" }, 401],
    ["our own origin", { origin: "SELF" }, 401]
  ])("from %s", async (_, headers, status) => {
    const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("SELF", product.url)]))
    const send = (more: Record<string, string>) => fetch(`${product.url}/auth/logout`, { method: "POST", headers: { ...own, ...more } })
    expect((await send({ "x-keel-request": "1" })).status).toBe(status)
    for (const header of [{}, { "x-keel-request": "0" }, { "x-keel-request": "1, 1" }]) expect((await send(header)).status).toBe(403)
  })
})

describe("input", () => {
  const LONE = "\ud800"
  it.each<[string, string, BodyInit, number]>([
    ["text that is no JSON", "/auth/login", "{", 422],
    ["JSON that is deeper than anything", "/auth/login", "[".repeat(30_000) + "]".repeat(30_000), 422],
    ["a body that is too large", "/auth/login", `"${"x".repeat(70_000)}"`, 413],
    ["an unknown field", "/auth/login", JSON.stringify({ email: "a@b.co", password: "x", role: "admin" }), 422],
    ["a field of the prototype", "/auth/login", '{"email":"a@b.co","password":"x","__proto__":{"role":"admin"}}', 422],
    ["NUL", "/auth/login", JSON.stringify({ email: "a@b.co", password: "\u0000" }), 422],
    ["a lone surrogate", "/auth/login", `{"email":"a@b.co","password":"\\u${LONE.charCodeAt(0).toString(16)}"}`, 422],
    ["bytes that are no UTF-8", "/auth/login", Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d]), 422],
    ["a list", "/auth/login", "[]", 422],
    ["nothing", "/auth/login", "null", 422],
    ["a token of another kind", "/auth/verify-email", JSON.stringify({ token: ["a"] }), 422],
    ["a code that is a number", "/auth/login/second-factor", JSON.stringify({ challenge: "A".repeat(43), code: 123456 }), 422]
  ])("%s is refused", async (_, path, body, status) => {
    const answer = await post(path, body)
    expect(answer.status).toBe(status)
    const problem = await answer.json()
    expect(problem.traceId).toBe(answer.headers.get("x-request-id"))
    expect(JSON.stringify(problem)).not.toMatch(/at .*\.ts|node_modules/u)
  })

  const LOGIN = JSON.stringify({ email: "types@example.com", password: "a guess" })
  it.each<[string, Record<string, string>, BodyInit, number]>([
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, LOGIN, 415],
    ["a form with files", { "content-type": "multipart/form-data; boundary=x" }, LOGIN, 415],
    ["text", { "content-type": "text/plain" }, LOGIN, 415],
    ["text that only begins like JSON's type", { "content-type": "application/jsonx" }, LOGIN, 415],
    ["two types", { "content-type": "application/json, text/plain" }, LOGIN, 415],
    ["JSON in UTF-16", { "content-type": "application/json;charset=utf-16" }, Buffer.from(LOGIN, "utf16le"), 415],
    ["JSON that says it is UTF-16 and is not", { "content-type": 'application/json; charset="utf-16"' }, LOGIN, 415],
    ["JSON that says it is compressed", { "content-type": "application/json", "content-encoding": "gzip" }, LOGIN, 415],
    ["JSON in UTF-8", { "content-type": "Application/JSON; charset=UTF-8" }, LOGIN, 401],
    ["JSON that is not encoded", { "content-type": "application/json", "content-encoding": "identity" }, LOGIN, 401]
  ])("%s: JSON in UTF-8 alone is a body", async (_, headers, body, status) => {
    expect((await post("/auth/login", body, headers)).status).toBe(status)
  })

  it("a body that does not say what it is, as a foreign page may send one without asking, is refused", async () => {
    const body = new Blob([LOGIN])
    const answer = await fetch(`${product.url}/auth/login`, { method: "POST", headers: ownRequest(product.url), body })
    expect([answer.status, (await answer.json()).code]).toEqual([415, "UNSUPPORTED_MEDIA_TYPE"])
  })

  it("a query is refused wherever it is not asked for, whatever is read", async () => {
    const document = new ApiDocument(await (await fetch(`${product.url}/openapi.json`)).json())
    const people = new AuditPeople(product.url)
    const names = await people.names()
    for (const operation of document.operations.filter(({ method, path }) => method === "GET" && path !== "/stream")) {
      const path = operation.path.replaceAll(/\{(\w+)\}/gu, (_, name: string) => names[name] ?? "none")
      const answer = await fetch(`${product.url}${path}?role=admin`, { headers: await people.headersFor(operation), redirect: "manual" })
      const problem = await answer.json()
      expect([operation.name, answer.status, problem.code]).toEqual([operation.name, 422, "VALIDATION_FAILED"])
    }
  })
})

describe("answers", () => {
  it("say which limit holds and what is left of it, refusals too", async () => {
    for (const [path, name] of [
      ["/market/symbols", "requests"],
      ["/accounts", "requests"],
      ["/auth/me", "requests"]
    ] as const) {
      const { headers } = await fetch(product.url + path)
      expect(headers.get("ratelimit")).toMatch(new RegExp(`^"${name}";r=\\d+;t=\\d+$`, "u"))
      expect(headers.get("ratelimit-policy")).toMatch(new RegExp(`^"${name}";q=\\d+;w=\\d+$`, "u"))
    }
    const login = await post("/auth/login", JSON.stringify({ email: "limits@example.com", password: "guess" }))
    expect(login.headers.get("ratelimit")).toMatch(/^"failed-logins";r=9;t=\d+$/u)
  })

  it("on private data are kept by nobody", async () => {
    const { client } = await registerPerson(product.url)
    for (const path of ["/auth/me", "/auth/sessions", "/accounts"]) {
      const answer = await fetch(product.url + path, { headers: { cookie: client.cookie } })
      expect([path, answer.status, answer.headers.get("cache-control")]).toEqual([path, 200, "no-store"])
    }
  })

  it("to whoever may not sign in take the same time, whatever the reason", { timeout: 120_000 }, async () => {
    const admin = new TradingClient(() => product.url)
    await admin.signIn(ADMINISTRATOR)
    const [wrong, blocked, locked] = [
      await registerPerson(product.url),
      await registerPerson(product.url),
      await registerPerson(product.url)
    ]
    await admin.send("POST", `/admin/users/${blocked.userId}/block`, { reason: "test" })
    const database = ManagedRuntime.make(makeDatabase(Redacted.make(product.databaseUrl)))
    const lock = `UPDATE app_user SET failed_logins = 100, last_failed_at = ${Date.now()} WHERE user_id = '${locked.userId}'`
    await database.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe(lock)))
    await database.dispose()
    const cases: Readonly<Record<string, (round: number) => [string, string]>> = {
      "a wrong password": () => [wrong.email, "not the password"],
      "an unknown address": (round) => [`nobody${round}@example.com`, "not the password"],
      "a block": () => [blocked.email, PASSWORD],
      "a lock": () => [locked.email, PASSWORD]
    }
    const times = new Map<string, Array<number>>()
    const answers = new Set<string>()
    for (let round = 0; round < 9; round++) {
      for (const [name, credentialsOf] of Object.entries(cases)) {
        const [email, password] = credentialsOf(round)
        const started = performance.now()
        const answer = await post("/auth/login", JSON.stringify({ email, password }))
        times.set(name, [...(times.get(name) ?? []), performance.now() - started])
        answers.add(`${answer.status} ${JSON.stringify({ ...(await answer.json()), traceId: "" })}`)
      }
    }
    expect(answers.size).toBe(1)
    const medians = [...times.values()].map((all) => all.toSorted((one, other) => one - other)[4] ?? Number.NaN)
    // a hash takes tens of milliseconds: whoever saved it would be many times quicker
    expect(Math.max(...medians) / Math.min(...medians)).toBeLessThan(3)
  })

  it("to a forgotten password take the same time and are the same, whether the address is known or not", async () => {
    const times: Readonly<Record<"known" | "unknown", Array<number>>> = { known: [], unknown: [] }
    const answers = new Set<string>()
    for (let round = 0; round < 15; round++) {
      const { email } = await registerPerson(product.url)
      for (const [name, address] of [
        ["known", email],
        ["unknown", `nobody-${email}`]
      ] as const) {
        const started = performance.now()
        const answer = await post("/auth/forgot-password", JSON.stringify({ email: address }))
        times[name].push(performance.now() - started)
        answers.add(`${answer.status} ${await answer.text()} ${answer.headers.get("ratelimit")}`)
      }
    }
    expect(answers.size).toBe(1)
    const [known, unknown] = [times.known, times.unknown].map((all) => all.toSorted((one, other) => one - other)[7] ?? Number.NaN)
    // both wait for the audit trail, 20 milliseconds; a mail that was waited for would take much longer
    expect((known ?? 0) / (unknown ?? 1)).toBeLessThan(1.5)
  })
})
