/** The program as a database role that owns nothing, made by docs/restricted-role.sql: it works, and cannot touch what happened. */
import { readFile } from "node:fs/promises"
import path from "node:path"
import { afterAll, beforeAll, expect, it } from "vitest"
import { makeDatabase } from "#db/Database.ts"
import { startProduct, type Product } from "#dev/TestProduct.ts"
import type { TestServer } from "#dev/TestServer.ts"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { registerPerson } from "./securityClient.ts"
import { ADMINISTRATOR, eventually, TradingClient } from "./TradingClient.ts"

let product: Product
let restricted: TestServer
let asProgram: ReturnType<typeof makeRuntime>
const makeRuntime = (url: string) => ManagedRuntime.make(makeDatabase(Redacted.make(url)))

beforeAll(async () => {
  product = await startProduct()
  const script = await readFile(path.resolve(import.meta.dirname, "../../docs/restricted-role.sql"), "utf8")
  const asOwner = makeRuntime(product.databaseUrl)
  const statements = script
    .replaceAll(/^--.*$/gmu, "")
    .replace(":'password'", "'secret'")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "")
  for (const statement of statements) {
    await asOwner.runPromise(SqlClient.SqlClient.use((sql) => sql.unsafe(statement)))
  }
  await asOwner.dispose()
  const url = new URL(product.databaseUrl)
  url.username = "keel_app"
  url.password = "secret"
  asProgram = makeRuntime(url.href)
  // alone, so that every account lives on it
  await product.server.stop()
  restricted = await product.addServer({ DATABASE_URL: url.href })
})
afterAll(async () => {
  await asProgram?.dispose()
  await product?.stop()
})

it("registers, trades, changes the configuration and writes the audit trail", async () => {
  const person = await registerPerson(restricted.url)
  await eventually("a quote", async () => {
    const { body } = await person.client.send<{ quotes: ReadonlyArray<unknown> }>("GET", "/market/quotes?symbols=EURUSD")
    return body.quotes.length > 0 ? true : undefined
  })
  const order = { symbol: "EURUSD", side: "buy", type: "limit", lots: "0.1", limitPrice: "0.5" }
  const placed = await person.client.command("POST", `/accounts/${person.accountId}/orders`, "restricted", order)
  expect(placed).toMatchObject({ status: 201 })
  const admin = new TradingClient(() => restricted.url)
  await admin.signIn(ADMINISTRATOR)
  for (const halted of [true, false]) {
    expect((await admin.send("PUT", "/admin/kill-switch", { scope: "everything", halted })).status).toBe(200)
  }
  const { body } = await admin.send<{ entries: ReadonlyArray<unknown> }>("GET", "/admin/audit?action=admin.killSwitch")
  expect(body.entries.length).toBe(2)
})

it.each([
  ["audit_entry", "hash"],
  ["journal", "hash"],
  ["receipt", "body_hash"],
  ["account_ledger_entry", "kind"],
  ["configuration", "version"]
])("may not change, remove or empty %s, nor switch its guard off", async (table, column) => {
  for (const statement of [
    `UPDATE ${table} SET ${column} = ${column}`,
    `DELETE FROM ${table}`,
    `TRUNCATE ${table}`,
    `ALTER TABLE ${table} DISABLE TRIGGER append_only`,
    `DROP TABLE ${table}`
  ]) {
    const refused = await asProgram.runPromise(Effect.flip(SqlClient.SqlClient.use((sql) => sql.unsafe(statement))))
    expect(String(refused.reason.cause)).toMatch(/permission denied|must be owner/u)
  }
})
