/** Every operation for programs, asked with nothing, with sessions, with every other scope and with the right one. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ServiceScope } from "#contract/CrmAccess.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { policy, services } from "./policy.ts"
import { registerPerson, type Person } from "./securityClient.ts"
import { makeKey, serviceClient } from "./serviceClient.ts"
import { ADMINISTRATOR, TradingClient } from "./TradingClient.ts"

let product: Product
let person: Person
let admin: TradingClient
/** By the one scope that each lacks, and by the one scope that each has. */
const without = new Map<string, string>()
const only = new Map<string, string>()

beforeAll(async () => {
  product = await startProduct()
  admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  person = await registerPerson(product.url)
  for (const [index, scope] of ServiceScope.literals.entries()) {
    const others = ServiceScope.literals.filter((one) => one !== scope)
    without.set(scope, (await makeKey(admin, `without-${index}`, others)).key)
    only.set(scope, (await makeKey(admin, `only-${index}`, [scope])).key)
  }
})
afterAll(() => product?.stop())

const NOTHING = "00000000-0000-4000-8000-000000000000"
const pathOf = (path: string): string =>
  path
    .replace("{accountId}", person.accountId)
    .replace("{id}", person.userId)
    .replace("{orderId}", "O1")
    .replace("{positionId}", "P1")
    .replace(/\{\w+\}/gu, NOTHING)

const operations = Object.entries(services).map(([name, scope]) => {
  const [method = "", path = ""] = name.split(" ")
  return [name, { method, path, scope }] as const
})

/** A body that fits nothing: nobody is let through to do anything. */
const ask = (bearer: string | null, { method, path }: { readonly method: string; readonly path: string }, headers = {}) =>
  serviceClient(() => product.url, bearer).send(method, pathOf(path), method === "GET" ? undefined : { nothing: true }, {
    "idempotency-key": "policy",
    ...headers
  })

const REFUSED = { status: 401, body: { code: "SERVICE_UNAUTHENTICATED" } }

describe.each(operations)("%s", (_, operation) => {
  it("is refused without a key, with a wrong one, and with a session in its place", async () => {
    const wrong = [null, "keel_demo00000000_", `keel_000000000000_${"A".repeat(43)}`, "eyJhbGciOiJub25lIn0.e30.", "Basic x"]
    for (const bearer of wrong) {
      const answer = await ask(bearer, operation)
      expect(answer).toMatchObject(REFUSED)
      expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/u)
    }
    for (const { cookie } of [person.client, admin]) expect(await ask(null, operation, { cookie })).toMatchObject(REFUSED)
  })

  it("is refused with every scope but its own, and answered with it alone", async () => {
    expect(await ask(without.get(operation.scope) ?? null, operation)).toMatchObject({
      status: 403,
      body: { code: "SCOPE_MISSING", scope: operation.scope }
    })
    expect([401, 403]).not.toContain((await ask(only.get(operation.scope) ?? null, operation)).status)
  })
})

it("each scope opens something", () => {
  expect([...new Set(Object.values(services))].toSorted()).toEqual([...ServiceScope.literals].toSorted())
})

describe("a key opens nothing else:", () => {
  const elsewhere = Object.entries(policy).filter(([, rule]) => rule !== "anyone")
  it.each(elsewhere.map(([name]) => name))("%s", async (name) => {
    const [method = "", path = ""] = name.split(" ")
    const { send } = serviceClient(() => product.url)
    const headers = { "idempotency-key": "policy", "x-keel-request": "1", origin: product.url }
    const answer = await send(method, pathOf(path), method === "GET" || method === "DELETE" ? undefined : { nothing: true }, headers)
    expect(answer).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } })
  })
})

describe("keys", () => {
  const users = (bearer: string) => serviceClient(() => product.url, bearer).send("GET", "/crm/users")

  it("are shown once and kept as hashes", async () => {
    const { key, keyId } = await makeKey(admin, "shown-once", ["users:read"])
    expect((await users(key)).status).toBe(200)
    const listed = await admin.send<{ keys: ReadonlyArray<Record<string, unknown>> }>("GET", "/admin/service-keys")
    expect(JSON.stringify(listed.body)).not.toContain(key)
    expect(listed.body.keys.find((one) => one["keyId"] === keyId)).toMatchObject({
      service: "shown-once",
      scopes: ["users:read"],
      createdBy: "demo-administrator",
      lastUsedAt: expect.any(String),
      revokedAt: null
    })
  })

  it("two of a service hold at a time, for rotation; a revoked one never again", async () => {
    const first = await makeKey(admin, "rotating", ["users:read"])
    const second = await makeKey(admin, "rotating", ["users:read"])
    const third = { service: "rotating", scopes: ["users:read"] }
    expect(await admin.send("POST", "/admin/service-keys", third)).toMatchObject({ status: 409, body: { code: "TOO_MANY_KEYS" } })
    expect((await users(first.key)).status).toBe(200)
    expect((await admin.send("DELETE", `/admin/service-keys/${first.keyId}`)).status).toBe(204)
    expect((await users(first.key)).status).toBe(401)
    expect((await users(second.key)).status).toBe(200)
    expect((await admin.send("POST", "/admin/service-keys", third)).status).toBe(201)
    expect((await admin.send("DELETE", `/admin/service-keys/${first.keyId}`)).status).toBe(404)
  })

  it("are never more than two, however many are made at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, () => admin.send("POST", "/admin/service-keys", { service: "at-once", scopes: ["users:read"] }))
    )
    expect(made.filter(({ status }) => status === 201).length).toBe(2)
    expect(made.filter(({ status }) => status === 409).length).toBe(6)
  })

  it("expire", async () => {
    const soon = new Date(Date.now() + 1_500).toISOString()
    const { key } = await makeKey(admin, "expiring", ["users:read"], { expiresAt: soon })
    expect((await users(key)).status).toBe(200)
    await expect.poll(async () => (await users(key)).status, { timeout: 5_000 }).toBe(401)
  })

  it("are good from their own addresses only", async () => {
    const own = await makeKey(admin, "here", ["users:read"], { networks: ["127.0.0.0/8"] })
    const foreign = await makeKey(admin, "elsewhere", ["users:read"], { networks: ["203.0.113.0/24", "2001:db8::/32"] })
    expect((await users(own.key)).status).toBe(200)
    expect(await users(foreign.key)).toMatchObject(REFUSED)
  })

  it.each([
    ["no scope", { scopes: [] }],
    ["an unknown scope", { scopes: ["everything"] }],
    ["a scope twice", { scopes: ["sso", "sso"] }],
    ["no network", { networks: ["10.0.0.0/99"] }],
    ["a time that has passed", { expiresAt: "2020-01-01T00:00:00Z" }],
    ["a name with capitals", { service: "CRM" }]
  ])("are not made with %s", async (_, wrong) => {
    const answer = await admin.send("POST", "/admin/service-keys", { service: "wrong", scopes: ["sso"], ...wrong })
    expect(answer).toMatchObject({ status: 422, body: { code: "VALIDATION_FAILED" } })
  })

  it("and what they do stands in the audit trail under the service and its key", async () => {
    const { key, keyId } = await makeKey(admin, "audited", ["sessions:end"])
    const { send } = serviceClient(() => product.url, key)
    expect((await send("POST", "/crm/force-logout", { userId: person.userId, reason: "asked by phone" })).status).toBe(200)
    const { body } = await admin.send<{ entries: ReadonlyArray<unknown> }>("GET", `/admin/audit?actorId=audited%2F${keyId}`)
    expect(body.entries[0]).toMatchObject({
      action: "crmUsers.forceLogout",
      actorRole: "crm",
      subject: `user:${person.userId}`,
      reason: "asked by phone",
      outcome: "done"
    })
  })
})
