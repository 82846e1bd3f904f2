/** Events beside the journal's: told if and only if what they tell of was committed. */
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { beforeEach, expect, it } from "vitest"
import { type NewEvent, writeEvents } from "#db/Outbox.ts"
import { onDatabase } from "./onDatabase.ts"

const database = onDatabase(Layer.empty)
const run = <A, E>(use: (sql: SqlClient.SqlClient) => Effect.Effect<A, E>) =>
  database.run(Effect.flatMap(SqlClient.SqlClient, use).pipe(Effect.exit))
beforeEach(() => run((sql) => sql`DELETE FROM outbox`))

const user = {
  userId: "u1",
  externalId: null,
  email: "ada@example.com",
  name: null,
  emailVerified: true,
  blocked: false,
  createdAt: 0
}
const verified: NewEvent = { type: "email.verified", userId: "u1", data: { user } }
const rows = (sql: SqlClient.SqlClient) =>
  sql<{ own_id: string; type: string; data: unknown }>`SELECT own_id, type, data FROM outbox ORDER BY id`

it("keeps events in the order they were written, each under an id of its own", async () => {
  await run((sql) => sql.withTransaction(writeEvents(sql, [{ type: "user.created", userId: "u1", data: { user } }, verified])))
  const exit = await run(rows)
  expect(exit).toMatchObject({ value: [{ type: "user.created" }, { type: "email.verified" }] })
  const kept = exit._tag === "Success" ? exit.value : []
  expect(kept[0]?.data).toEqual({ user: { ...user, createdAt: "1970-01-01T00:00:00.000Z" } })
  expect(kept[0]?.own_id).toMatch(/^evt_[0-9a-f]{32}$/)
  expect(kept[0]?.own_id).not.toBe(kept[1]?.own_id)
})

it("tells nothing of a transaction that was undone", async () => {
  await run((sql) => sql.withTransaction(Effect.andThen(writeEvents(sql, [verified]), Effect.fail("undone"))))
  expect(await run(rows)).toMatchObject({ value: [] })
})

it("tells once what was written twice under one key, also at the same moment", async () => {
  const once = (sql: SqlClient.SqlClient) => sql.withTransaction(writeEvents(sql, [{ ...verified, key: "u1 verified" }]))
  await Promise.all(Array.from({ length: 10 }, () => run(once)))
  expect(await run(rows)).toMatchObject({ value: [{ type: "email.verified" }] })
})

it("undoes the transaction of an event that is not in the contract's shape", async () => {
  const wrong: NewEvent = { type: "email.verified", userId: "u1", data: { user: { ...user, email: "nobody" } } }
  const exit = await run((sql) => sql.withTransaction(writeEvents(sql, [verified, wrong])))
  expect(exit._tag).toBe("Failure")
  expect(await run(rows)).toMatchObject({ value: [] })
})
