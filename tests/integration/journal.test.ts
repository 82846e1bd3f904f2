/** The journal on a real PostgreSQL: the fence, receipts, isolation of conflicts, the hash chain. */
import { describe, expect, it } from "vitest"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { Journal, type Append } from "#actors/Journal.ts"
import { AccountReads } from "#db/AccountReads.ts"
import { PgAccountReads } from "#db/PgAccountReads.ts"
import { PgJournal } from "#db/PgJournal.ts"
import { decimal } from "#domain/Decimal.ts"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { onDatabase } from "./onDatabase.ts"

const { postgresPid, run } = onDatabase(Layer.mergeAll(PgJournal, PgAccountReads))

let accounts = 0
/** A fresh account's id and first ownership. */
const opened = Effect.gen(function* () {
  const accountId = `9${String(++accounts).padStart(5, "0")}`
  return { accountId, ownership: yield* (yield* Journal).create(accountId) }
})

const state = (accountId: string): AccountState => ({
  ...initialAccountState,
  accountId,
  clientId: "C1",
  currency: "USD",
  group: "professional"
})

const deposit = (number: number): AccountEvent => ({
  _tag: "LedgerEntryBooked",
  at: 1_000,
  entry: {
    entryId: `L${number}`,
    kind: "deposit",
    amount: decimal("10"),
    balanceAfter: decimal(`${number * 10}`),
    creditAfter: 0n,
    bookedAt: 1_000
  }
})

const appendOf = (accountId: string, change: Partial<Append>): Append => ({
  accountId,
  epoch: 1,
  expectedSequence: 0,
  previousHash: "",
  events: [deposit((change.expectedSequence ?? 0) + 1)],
  receipt: undefined,
  origin: { kind: "platform", id: "test" },
  before: state(accountId),
  states: (change.events ?? [0]).map(() => state(accountId)),
  ...change
})

describe("an append", () => {
  it("is written once, with its read rows, and read back through the hash chain", () =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const { accountId } = yield* opened
        const first = yield* journal.append(appendOf(accountId, { events: [deposit(1), deposit(2)] }))
        expect(first._tag).toBe("Committed")
        const events = yield* journal.read(accountId, { sequence: 0, hash: "" })
        expect(events.map(({ sequence }) => sequence)).toEqual([1, 2])
        expect(events.map(({ event }) => event)).toEqual([deposit(1), deposit(2)])
        const ledger = yield* (yield* AccountReads).ledger(accountId, { limit: 10, cursor: undefined })
        expect(ledger.rows.map(({ entryId }) => entryId)).toEqual(["L2", "L1"])
      })
    ))

  const fenced: ReadonlyArray<readonly [string, Partial<Append>]> = [
    ["under an older epoch", { epoch: 1 }],
    ["that leaves a gap", { epoch: 2, expectedSequence: 5 }],
    ["whose sequence is taken", { epoch: 2, expectedSequence: 0 }]
  ]
  it.each(fenced)("%s is refused and writes nothing", (_, change) =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const { accountId } = yield* opened
        const first = yield* journal.append(appendOf(accountId, {}))
        expect(first._tag).toBe("Committed")
        expect(yield* journal.open(accountId)).toEqual({ epoch: 2, lastSequence: 1 })
        expect(yield* journal.append(appendOf(accountId, { expectedSequence: 1, ...change }))).toEqual({ _tag: "Refused" })
        expect(yield* journal.read(accountId, { sequence: 0, hash: "" })).toHaveLength(1)
      })
    )
  )

  it("with a command id that has a receipt is refused, and the receipt tells the first answer", () =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const { accountId } = yield* opened
        const receipt = { commandId: "c1", bodyHash: "b1", rejection: undefined }
        const first = yield* journal.append(appendOf(accountId, { receipt }))
        const previousHash = first._tag === "Committed" ? first.hash : ""
        const second = yield* journal.append(appendOf(accountId, { receipt, expectedSequence: 1, previousHash }))
        expect(second._tag).toBe("Refused")
        expect(yield* journal.receipt(accountId, "c1")).toEqual({
          commandId: "c1",
          bodyHash: "b1",
          firstSequence: 1,
          lastSequence: 1,
          rejection: undefined
        })
        expect(yield* journal.events(accountId, 1, 1)).toEqual([deposit(1)])
      })
    ))

  it("keeps the receipt of a refusal that journaled nothing", () =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const { accountId } = yield* opened
        const rejection = { reason: "POSITION_NOT_FOUND" as const, context: { positionId: "P9" } }
        const result = yield* journal.append(appendOf(accountId, { events: [], receipt: { commandId: "c1", bodyHash: "b1", rejection } }))
        expect(result._tag).toBe("Committed")
        expect((yield* journal.receipt(accountId, "c1"))?.rejection).toEqual(rejection)
        expect(yield* journal.open(accountId)).toEqual({ epoch: 2, lastSequence: 0 })
      })
    ))

  it("that is refused leaves its neighbors in the same transaction untouched", () =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const ids = yield* Effect.forEach(Array.from({ length: 50 }), () => opened)
        const stale = ids[25]?.accountId ?? ""
        yield* journal.open(stale)
        const results = yield* Effect.forEach(ids, ({ accountId }) => journal.append(appendOf(accountId, {})), { concurrency: "unbounded" })
        expect(results.map(({ _tag }) => _tag)).toEqual(ids.map(({ accountId }) => (accountId === stale ? "Refused" : "Committed")))
      })
    ))

  it("that PostgreSQL cannot write fails alone", () =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const ids = yield* Effect.forEach(Array.from({ length: 5 }), () => opened)
        const faulty = ids[2]?.accountId
        const results = yield* Effect.forEach(
          ids,
          ({ accountId }) =>
            // a NUL cannot be stored
            Effect.result(
              journal.append(
                appendOf(accountId, accountId === faulty ? { receipt: { commandId: "\u0000", bodyHash: "b", rejection: undefined } } : {})
              )
            ),
          { concurrency: "unbounded" }
        )
        expect(results.map(({ _tag }) => _tag)).toEqual(["Success", "Success", "Failure", "Success", "Success"])
      })
    ))
})

describe("a damaged journal", () => {
  const damages = [
    [
      "an altered row",
      (id: string) => `UPDATE journal SET data = replace(data::text, '10', '99')::json WHERE account_id = '${id}' AND sequence = 2`
    ],
    ["a missing row", (id: string) => `DELETE FROM journal WHERE account_id = '${id}' AND sequence = 2`],
    ["an event of a newer program", (id: string) => `UPDATE journal SET schema_version = 99 WHERE account_id = '${id}' AND sequence = 2`]
  ] as const
  it.each(damages)("with %s names the first bad row instead of guessing", (_, damage) =>
    run(
      Effect.gen(function* () {
        const journal = yield* Journal
        const { accountId } = yield* opened
        yield* journal.append(appendOf(accountId, { events: [deposit(1), deposit(2), deposit(3)] }))
        const sql = yield* SqlClient.SqlClient
        // the table is append-only for everybody who does not say this first
        yield* sql.unsafe("ALTER TABLE journal DISABLE TRIGGER append_only")
        yield* sql.unsafe(damage(accountId))
        yield* sql.unsafe("ALTER TABLE journal ENABLE TRIGGER append_only")
        const failure = yield* Effect.flip(journal.read(accountId, { sequence: 0, hash: "" }))
        expect(failure).toMatchObject({ _tag: "JournalCorrupt", accountId, sequence: 2 })
      })
    )
  )
})

describe("what happened", () => {
  it.each(["journal", "receipt", "account_ledger_entry", "configuration", "audit_entry"])("stays: %s is append-only", (table) =>
    run(
      Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        const [column] = yield* sql<{ name: string }>`SELECT attname AS name FROM pg_attribute
          WHERE attrelid = ${table}::regclass AND attnum > 0 AND attgenerated = '' LIMIT 1`
        const name = column?.name ?? ""
        for (const statement of [`UPDATE ${table} SET ${name} = ${name}`, `DELETE FROM ${table}`, `TRUNCATE ${table}`]) {
          const refused = yield* Effect.flip(sql.unsafe(statement))
          expect(String(refused.reason.cause)).toMatch(/is refused: it is append-only/u)
        }
      })
    )
  )
})

describe("a database that does not answer", () => {
  it("leaves the append's fate unknown within the deadline, and serves again when it is back", async () => {
    const { accountId } = await run(opened)
    process.kill(postgresPid(), "SIGSTOP")
    const children = await import("node:fs/promises").then((fs) =>
      fs.readFile(`/proc/${postgresPid()}/task/${postgresPid()}/children`, "utf8")
    )
    const backends = children.trim().split(" ").map(Number)
    for (const pid of backends) process.kill(pid, "SIGSTOP")
    const failure = await run(Effect.flatMap(Journal, (journal) => Effect.flip(journal.append(appendOf(accountId, {})))))
    expect(failure._tag).toBe("JournalUnavailable")
    for (const pid of [postgresPid(), ...backends]) process.kill(pid, "SIGCONT")
    const ownership = await run(Effect.flatMap(Journal, (journal) => journal.open(accountId)))
    expect(ownership?.epoch).toBe(2)
  })
})
