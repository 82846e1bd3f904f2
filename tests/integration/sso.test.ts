/** Looking at the platform as a client: one token, one session, what it may not do, and what is kept of it. */
import { createHmac } from "node:crypto"
import { request } from "node:http"
import { PgClient } from "@effect/sql-pg"
import { ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ownRequest } from "#dev/ownRequest.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { PASSWORD, registerPerson, type Person } from "./securityClient.ts"
import { serviceClient, type ServiceClient } from "./serviceClient.ts"
import { ADMINISTRATOR, eventually, sendTicks, TradingClient } from "./TradingClient.ts"

interface Link {
  readonly token: string
  readonly url: string
  readonly expiresAt: string
}

const REASON = "Cannot find the stop-loss, ticket 4711"
const AGENT = "agent-17"
/** As a browser asks when somebody follows a link from another site. */
const NAVIGATION = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" }

let product: Product
let tradingServer: TestServer
let admin: TradingClient
let crm: ServiceClient
let owner: Person
const makeRuntime = () => ManagedRuntime.make(PgClient.layer({ url: Redacted.make(product.databaseUrl), maxConnections: 2 }))
let database: ReturnType<typeof makeRuntime>
const query = <Row extends object>(text: string) => database.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe<Row>(text)))

beforeAll(async () => {
  product = await startProduct()
  tradingServer = await product.addServer({ IMPERSONATION_TRADING: "true", IMPERSONATION_MINUTES: "5", PUBLIC_ORIGIN: product.url })
  database = makeRuntime()
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  crm = serviceClient(() => product.url)
  owner = await registerPerson(product.url)
})
afterAll(async () => {
  await database?.dispose()
  await product?.stop()
})

const impersonate = async (clientId = owner.userId): Promise<Link> => {
  const { body, status } = await crm.send<Link>("POST", "/sso/impersonate", { adminId: AGENT, clientId, reason: REASON })
  expect(status).toBe(201)
  return body
}
/** By node:http, because fetch says for itself what kind of request it is. */
const follow = (url: string, headers: Record<string, string> = NAVIGATION, method = "GET"): Promise<Response> =>
  new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (answer) => {
      const chunks: Array<Buffer> = []
      answer.on("data", (chunk: Buffer) => chunks.push(chunk))
      answer.on("end", () => {
        const pairs = answer.rawHeaders.flatMap((name, index): Array<[string, string]> =>
          index % 2 === 0 ? [[name, answer.rawHeaders[index + 1] ?? ""]] : []
        )
        resolve(new Response(Buffer.concat(chunks), { status: answer.statusCode ?? 0, headers: pairs }))
      })
    })
    asked.on("error", reject)
    asked.end()
  })
const cookieOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(";", 1)[0])
    .join("; ")
/** A client in the session that the link opens, on one of the servers. */
const enter = async (origin = product.url, clientId = owner.userId) => {
  const { url } = await impersonate(clientId)
  const opened = await follow(url.replace(product.url, origin))
  expect(opened.status).toBe(302)
  const cookie = cookieOf(opened)
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(origin + path, {
      method,
      headers: { cookie, ...ownRequest(origin), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return { status: response.status, body: text === "" ? {} : JSON.parse(text) }
  }
  return { send, cookie }
}
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString())

describe("a token", () => {
  it("says who, as whom, why, and for how long; its id is kept and it is not", async () => {
    const { expiresAt, token, url } = await impersonate()
    const header = JSON.parse(Buffer.from(token.split(".")[0] ?? "", "base64url").toString())
    const claims = claimsOf(token)
    expect(header).toMatchObject({ alg: "EdDSA", typ: "sso+jwt", kid: expect.any(String) })
    expect(claims).toMatchObject({
      iss: product.url,
      aud: `${product.url}/sso/consume`,
      sub: owner.userId,
      act: { sub: AGENT },
      reason: REASON,
      jti: expect.any(String)
    })
    expect(claims.exp - claims.iat).toBeLessThanOrEqual(120)
    expect(Date.parse(expiresAt)).toBe(claims.exp * 1000)
    expect(url).toBe(`${product.url}/sso/consume?token=${token}`)
    const rows = await query<{ jti: string; admin_id: string }>(`SELECT * FROM sso_token WHERE jti = '${claims.jti}'`)
    expect(rows).toMatchObject([{ admin_id: AGENT }])
    expect(JSON.stringify(rows, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))).not.toContain(token)
  })

  it("opens the dashboard: a fixed page, no cache, no referrer, cookies of this host alone", async () => {
    const { url } = await impersonate()
    const opened = await follow(url)
    expect(opened.status).toBe(302)
    expect(opened.headers.get("location")).toBe("/")
    expect(opened.headers.get("cache-control")).toBe("no-store")
    expect(opened.headers.get("referrer-policy")).toBe("no-referrer")
    for (const cookie of opened.headers.getSetCookie()) expect(cookie).toMatch(/^__Host-.*HttpOnly.*Secure/u)
    expect(product.server.log()).not.toContain(url.split("token=")[1])
  })

  it("is good once: of 20 at once one wins, and a replay is a page that says so", async () => {
    const { url } = await impersonate()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) => follow(number % 2 === 0 ? url : url.replace(product.url, tradingServer.url)))
    )
    expect(answers.filter(({ status }) => status === 302).length).toBe(1)
    expect(answers.filter(({ status }) => status === 422).length).toBe(19)
    const replay = await follow(url)
    expect(replay.status).toBe(422)
    expect(replay.headers.get("content-type")).toContain("text/html")
    expect(replay.headers.getSetCookie()).toEqual([])
    expect(replay.headers.get("content-security-policy")).toBeTruthy()
    expect(await replay.text()).toContain("LINK_INVALID")
    const program = await follow(url, { accept: "application/json" })
    expect(program.status).toBe(422)
    expect(await program.json()).toMatchObject({ code: "LINK_INVALID" })
  })

  it("is not taken by an image, a frame, a prefetch, a script or a look", async () => {
    const { url } = await impersonate()
    const attempts: ReadonlyArray<[Record<string, string>, string]> = [
      [{ ...NAVIGATION, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }, "GET"],
      [{ ...NAVIGATION, "sec-fetch-dest": "iframe" }, "GET"],
      [{ ...NAVIGATION, "sec-purpose": "prefetch;prerender" }, "GET"],
      [{ ...NAVIGATION, "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }, "GET"],
      [NAVIGATION, "HEAD"]
    ]
    for (const [headers, method] of attempts) {
      const refused = await follow(url, headers, method)
      expect(refused.status).toBe(403)
      expect(refused.headers.getSetCookie()).toEqual([])
    }
    expect((await follow(url)).status).toBe(302)
  })

  it("of somebody else's making opens nothing", async () => {
    const { token } = await impersonate()
    const [head = "", , signature = ""] = token.split(".")
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url")
    const other = encode({ ...claimsOf(token), sub: "demo-administrator" })
    const unsigned = encode({ alg: "none", typ: "sso+jwt" })
    const shared = encode({ alg: "HS256", typ: "sso+jwt" })
    const mac = createHmac("sha256", "for development only, known to everybody").update(`${shared}.${other}`).digest("base64url")
    for (const forged of [`${head}.${other}.${signature}`, `${unsigned}.${other}.AA`, `${shared}.${other}.${mac}`, "a.b.c"]) {
      expect((await follow(`${product.url}/sso/consume?token=${forged}`)).status).toBe(422)
    }
    expect((await follow(`${product.url}/sso/consume`)).status).toBe(422)
  })

  it("that waited too long opens nothing, whatever its own claims say", async () => {
    const { token, url } = await impersonate()
    await query(`UPDATE sso_token SET expires_at = expires_at - 61000 WHERE jti = '${claimsOf(token).jti}'`)
    expect((await follow(url)).status).toBe(422)
  })

  it("is not made for staff, nobody, or a client who may not enter; nor used once they may not", async () => {
    for (const clientId of ["demo-administrator", "nobody"]) {
      const answer = await crm.send("POST", "/sso/impersonate", { adminId: AGENT, clientId, reason: REASON })
      expect(answer).toMatchObject({ status: 404, body: { code: "USER_NOT_FOUND" } })
    }
    const person = await registerPerson(product.url)
    const { url } = await impersonate(person.userId)
    await crm.send("PATCH", `/crm/users/${person.userId}`, { blocked: true })
    expect((await follow(url)).status).toBe(422)
    const answer = await crm.send("POST", "/sso/impersonate", { adminId: AGENT, clientId: person.userId, reason: REASON })
    expect(answer).toMatchObject({ status: 409, body: { code: "USER_BLOCKED" } })
  })

  it("made for a client opens nothing when they are staff by then", async () => {
    const person = await registerPerson(product.url)
    const { url } = await impersonate(person.userId)
    await admin.send("PUT", `/admin/users/${person.userId}/role`, { role: "risk", reason: "joined" })
    expect((await follow(url)).status).toBe(422)
  })

  it("is made for staff of our own too, by those who may", async () => {
    const made = await admin.send<Link>("POST", `/admin/users/${owner.userId}/impersonate`, { reason: REASON })
    expect(made.status).toBe(201)
    expect((await follow(made.body.url)).status).toBe(302)
    expect((await owner.client.send("POST", `/admin/users/${owner.userId}/impersonate`, { reason: REASON })).status).toBe(403)
    expect((await admin.send("POST", "/admin/users/demo-administrator/impersonate", { reason: REASON })).status).toBe(404)
  })
})

describe("the session", () => {
  it("is marked, short, and leaves the client's own alone", async () => {
    const { send } = await enter()
    const { body } = await send("GET", "/auth/me")
    expect(body).toMatchObject({
      userId: owner.userId,
      role: "client",
      impersonation: { adminId: AGENT, reason: REASON, trading: false }
    })
    const minutes = (Date.parse(body["sessionExpiresAt"]) - Date.now()) / 60_000
    expect(minutes).toBeGreaterThan(29)
    expect(minutes).toBeLessThanOrEqual(30)
    expect((await owner.client.send("GET", "/auth/me")).body["impersonation"]).toBeNull()
    const { sessions } = (await owner.client.send<{ sessions: ReadonlyArray<{ impersonated: boolean }> }>("GET", "/auth/sessions")).body
    expect(sessions.some(({ impersonated }) => impersonated)).toBe(true)
  })

  it("stays marked after a refresh, and ends no later for it", async () => {
    const { cookie, send } = await enter()
    const before = (await send("GET", "/auth/me")).body["sessionExpiresAt"]
    const refreshed = await fetch(`${product.url}/auth/refresh`, { method: "POST", headers: { cookie, ...ownRequest(product.url) } })
    expect(refreshed.status).toBe(200)
    const me = await (await fetch(`${product.url}/auth/me`, { headers: { cookie: cookieOf(refreshed) } })).json()
    expect(me).toMatchObject({ impersonation: { adminId: AGENT }, sessionExpiresAt: before })
  })

  it("changes nothing but itself: every operation of the document that could is refused", async () => {
    const { send } = await enter()
    const document = await (await fetch(`${product.url}/openapi.json`)).json()
    const unsafe = Object.entries<Record<string, { security?: ReadonlyArray<object> }>>(document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => ["post", "put", "patch", "delete"].includes(method))
        .filter(([, operation]) => operation.security?.some((scheme) => "session" in scheme || "staffSession" in scheme) ?? false)
        .map(([method]) => ({ method: method.toUpperCase(), path }))
    )
    expect(unsafe.length).toBeGreaterThan(30)
    const pathOf = (path: string) =>
      path
        .replace("{accountId}", owner.accountId)
        .replace("{orderId}", "O1")
        .replace("{positionId}", "P1")
        .replace("{userId}", owner.userId)
        .replace(/\{\w+\}/gu, "00000000-0000-4000-8000-000000000000")
    for (const { method, path } of unsafe) {
      if (path === "/auth/logout") continue
      const answer = await send(method, pathOf(path), method === "DELETE" ? undefined : {}, { "idempotency-key": "impersonation" })
      expect([path, answer.status, answer.body["code"]]).toEqual([
        path,
        403,
        path.startsWith("/admin/") ? "FORBIDDEN" : "IMPERSONATION_RESTRICTED"
      ])
    }
  })

  it("trades where the configuration says so, in the journal with who did it, and still changes nothing else", async () => {
    await sendTicks(product.simulatorControlUrl, [{ symbol: "EUR/USD", bid: "1.10000", ask: "1.10010" }])
    const { send } = await enter(tradingServer.url)
    const me = (await send("GET", "/auth/me")).body
    expect(me["impersonation"]).toMatchObject({ trading: true })
    expect((Date.parse(me["sessionExpiresAt"]) - Date.now()) / 60_000).toBeLessThanOrEqual(5)
    const placed = await eventually("the order", async () => {
      const order = { symbol: "EURUSD", side: "buy", type: "market", lots: "0.01" }
      const answer = await send("POST", `/accounts/${owner.accountId}/orders`, order, { "idempotency-key": "for-the-client" })
      return answer.status === 503 ? undefined : answer
    })
    expect(placed.status).toBe(201)
    const rows = await query<{ origin: object }>(
      `SELECT origin FROM journal WHERE account_id = '${owner.accountId}' AND command_id = 'for-the-client'`
    )
    for (const { origin } of rows) expect(origin).toMatchObject({ kind: "client", id: owner.userId, impersonatedBy: AGENT })
    expect(rows.length).toBeGreaterThan(0)
    for (const [path, body] of [
      ["/auth/password", { currentPassword: PASSWORD, newPassword: "tractor velvet ocean seven" }],
      ["/auth/email", { password: PASSWORD, email: "new@example.com" }],
      ["/auth/two-factor/setup", { password: PASSWORD }],
      [`/accounts/${owner.accountId}/withdrawals`, { method: "bank", amount: "1", details: {} }]
    ] as const) {
      expect(await send("POST", path, body, { "idempotency-key": "no" })).toMatchObject({
        status: 403,
        body: { code: "IMPERSONATION_RESTRICTED" }
      })
    }
  })

  it("sees its client's accounts and nobody else's", async () => {
    const other = await registerPerson(product.url)
    const { send } = await enter()
    expect((await send("GET", `/accounts/${owner.accountId}`)).status).toBe(200)
    expect((await send("GET", `/accounts/${other.accountId}`)).status).toBe(404)
    expect((await send("GET", "/admin/users")).status).toBe(403)
    expect((await send("GET", "/crm/users")).status).toBe(401)
  })

  it("ends by itself, and the client's goes on", async () => {
    const { send } = await enter()
    expect((await send("POST", "/auth/logout")).status).toBe(204)
    expect((await send("GET", "/auth/me")).status).toBe(401)
    expect((await owner.client.send("GET", "/auth/me")).status).toBe(200)
  })

  it("ends with the client's at a forced logout", async () => {
    const person = await registerPerson(product.url)
    const { send } = await enter(product.url, person.userId)
    const ended = await crm.send("POST", "/crm/force-logout", { userId: person.userId, reason: "asked by phone" })
    expect(ended.body).toEqual({ userId: person.userId, sessionsEnded: 2 })
    expect((await send("GET", "/auth/me")).status).toBe(401)
  })

  it("takes no session from its client, however often somebody looks on", async () => {
    const person = await registerPerson(product.url)
    for (let count = 0; count < 21; count++) await enter(product.url, person.userId)
    expect((await person.client.send("GET", "/auth/me")).status).toBe(200)
  })
})

describe("what is kept of it", () => {
  it("is in the audit trail, with the client and who looked on, from the link to every act", async () => {
    const person = await registerPerson(product.url)
    const { send } = await enter(product.url, person.userId)
    await send("POST", "/auth/logout-everywhere")
    await send("POST", "/auth/logout")
    const of = async (filter: string) =>
      (await admin.send<{ entries: ReadonlyArray<Record<string, unknown>> }>("GET", `/admin/audit?${filter}`)).body.entries
    const about = await of(`subject=${encodeURIComponent(`user:${person.userId}`)}`)
    const asked = about.find((entry) => entry["action"] === "sso.impersonate")
    const opened = about.find((entry) => entry["action"] === "sso.consume")
    expect(asked).toMatchObject({
      actorId: "demo-crm/demo00000000",
      actorRole: "crm",
      impersonatedBy: AGENT,
      reason: REASON,
      outcome: "done"
    })
    expect(opened).toMatchObject({ actorId: person.userId, actorRole: "client", impersonatedBy: AGENT, reason: REASON, outcome: "done" })
    const own = await of(`actorId=${person.userId}`)
    expect(own.filter((entry) => entry["impersonatedBy"] === AGENT).map((entry) => [entry["action"], entry["outcome"]])).toEqual([
      ["auth.logout", "done"],
      ["profile.logoutEverywhere", "IMPERSONATION_RESTRICTED"],
      ["sso.consume", "done"]
    ])
    const { url } = await impersonate(person.userId)
    // in the middle of the signature: the last character's low bits say nothing, another one may decode to the same bytes
    const tampered = await follow(`${url.slice(0, -20)}${url.at(-20) === "A" ? "B" : "A"}${url.slice(-19)}`)
    expect(tampered.status).toBe(422)
    const [refused] = await of("action=sso.consume&outcome=LINK_INVALID")
    expect(refused).toBeDefined()
  })

  it("is told to the CRM, once", async () => {
    const person = await registerPerson(product.url)
    await enter(product.url, person.userId)
    const events: Array<{ type: string; data: { userId?: string } }> = []
    for (let since = "0"; ;) {
      const { body } = await crm.send<{ changes: typeof events; next: string; more: boolean }>(
        "GET",
        `/crm/changes?since=${since}&limit=500`
      )
      events.push(...body.changes)
      since = body.next
      if (!body.more) break
    }
    const own = events.filter(({ data, type }) => type === "session.impersonated" && data.userId === person.userId)
    expect(own).toMatchObject([{ data: { adminId: AGENT, reason: REASON, expiresAt: expect.any(String) } }])
  })
})
