/** Every operation of the OpenAPI document, asked by nobody, by every role, and by another client. */
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import { policy, services, signed, type Rule } from "./policy.ts"
import { PASSWORD, registerPerson, type Person } from "./securityClient.ts"
import { ADMINISTRATOR, TradingClient } from "./TradingClient.ts"

const ROLES = ["client", "support", "risk", "operator", "admin"] as const

let product: Product
let owner: Person
let other: Person
const byRole = new Map<string, TradingClient>()

beforeAll(async () => {
  product = await startProduct()
  const admin = new TradingClient(() => product.url)
  await admin.signIn(ADMINISTRATOR)
  owner = await registerPerson(product.url)
  other = await registerPerson(product.url)
  byRole.set("client", other.client)
  byRole.set("admin", admin)
  for (const role of ["support", "risk", "operator"]) {
    const person = await registerPerson(product.url)
    expect((await admin.send("PUT", `/admin/users/${person.userId}/role`, { role, reason: "test" })).status).toBe(204)
    await person.client.signIn({ email: person.email, password: PASSWORD })
    byRole.set(role, person.client)
  }
})
afterAll(() => product?.stop())

const operations = Object.entries(policy).map(([name, rule]) => {
  const [method = "", path = ""] = name.split(" ")
  return { name, method, path, rule }
})
const pathOf = (path: string): string =>
  path
    .replace("{accountId}", owner.accountId)
    .replace("{userId}", owner.userId)
    .replace("{symbol}", "EURUSD")
    .replace("{name}", "retail")
    .replace("{orderId}", "O1")
    .replace("{positionId}", "P1")
    .replace("{depositId}", "D1")
    .replace("{withdrawalId}", "W1")
    .replace("{sessionId}", "00000000-0000-4000-8000-000000000000")

/** A body that fits nothing: nobody is let through to do anything. */
const ask = (client: TradingClient, { method, path }: { readonly method: string; readonly path: string }) =>
  client.send(method, pathOf(path), method === "GET" || method === "DELETE" ? undefined : { nothing: true }, {
    "idempotency-key": "policy"
  })

const those = (wanted: (rule: Rule) => boolean) =>
  operations.filter(({ rule }) => wanted(rule)).map((operation) => [operation.name, operation] as const)

it("the table names every operation of the document, and no other", async () => {
  const document = await (await fetch(`${product.url}/openapi.json`)).json()
  const names = Object.entries<Record<string, unknown>>(document.paths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((method) => ["get", "put", "post", "patch", "delete"].includes(method))
      .map((method) => `${method.toUpperCase()} ${path}`)
  )
  expect([...Object.keys(policy), ...Object.keys(services), ...signed].toSorted()).toEqual(names.toSorted())
})

describe("without a session", () => {
  it.each(those((rule) => rule !== "anyone"))("%s is refused", async (_, operation) => {
    expect(await ask(new TradingClient(() => product.url), operation)).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } })
  })

  it.each(those((rule) => rule === "anyone").filter(([name]) => !["GET /stream", "POST /auth/refresh"].includes(name)))(
    "%s is answered",
    async (_, operation) => {
      expect([401, 403]).not.toContain((await ask(new TradingClient(() => product.url), operation)).status)
    }
  )
})

describe("with the wrong role", () => {
  it.each(those((rule) => typeof rule !== "string"))("%s is refused, with the right one answered", async (_, operation) => {
    const { rule } = operation
    if (typeof rule === "string") return expect.unreachable()
    const answers: Record<string, boolean> = {}
    for (const role of ROLES) {
      const client = byRole.get(role)
      if (client === undefined || (operation.path === "/admin/audit.csv" && rule.includes(role))) continue
      const { body, status } = await ask(client, operation)
      answers[role] = status !== 403
      if (status === 403) expect(body["code"]).toBe("FORBIDDEN")
      expect(status).not.toBe(401)
    }
    for (const [role, answered] of Object.entries(answers)) expect([role, answered]).toEqual([role, rule.includes(role)])
  })
})

describe("another client's account", () => {
  it.each(those((rule) => rule === "owner"))("%s: it does not exist, like one that nobody has", async (_, operation) => {
    const foreign = await ask(other.client, operation)
    expect(foreign).toMatchObject({ status: 404, body: { code: "ACCOUNT_NOT_FOUND" } })
    const missing = await other.client.send(
      operation.method,
      pathOf(operation.path).replace(owner.accountId, "999999999"),
      operation.method === "GET" || operation.method === "DELETE" ? undefined : { nothing: true },
      { "idempotency-key": "policy" }
    )
    expect({ ...missing, body: { ...missing.body, traceId: "" } }).toEqual({ ...foreign, body: { ...foreign.body, traceId: "" } })
  })

  it.each(those((rule) => rule === "owner"))("%s: staff may look and not touch, administrators may both", async (_, operation) => {
    for (const role of ["support", "risk", "operator", "admin"]) {
      const client = byRole.get(role)
      if (client === undefined) return expect.unreachable()
      const { body, status } = await ask(client, operation)
      expect([role, status === 403]).toEqual([role, operation.method !== "GET" && role !== "admin"])
      expect(body["code"]).not.toBe("ACCOUNT_NOT_FOUND")
    }
  })
})
