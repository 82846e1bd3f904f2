/** What a start finds of sleeping accounts on a real PostgreSQL: what they had armed where that still counts, else their states. */
import { describe, expect, it } from "vitest"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import type { Arming } from "#actors/account/Arming.ts"
import { ExposedAccounts } from "#actors/ExposedAccounts.ts"
import { Journal } from "#actors/Journal.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { PgExposedAccounts } from "#db/PgExposedAccounts.ts"
import { PgJournal } from "#db/PgJournal.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { decimal } from "#domain/Decimal.ts"
import { Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"
import { onDatabase } from "./onDatabase.ts"

const CONFIGURATION = 3

const { run } = onDatabase(Layer.mergeAll(PgJournal, PgSnapshots, PgExposedAccounts))

type Services = ExposedAccounts | Journal | Snapshots | SqlClient.SqlClient

const stateOf = (accountId: string, balance: string): AccountState => ({
  ...initialAccountState,
  accountId,
  clientId: "C1",
  currency: "USD",
  group: "professional",
  balance: decimal(balance)
})

const deposit = (balanceAfter: string): AccountEvent => ({
  _tag: "LedgerEntryBooked",
  at: 1_000,
  entry: {
    entryId: `L${balanceAfter}`,
    kind: "deposit",
    amount: decimal("10"),
    balanceAfter: decimal(balanceAfter),
    creditAfter: 0n,
    bookedAt: 1_000
  }
})

const armingUnder = (configurationVersion: number): Arming => ({
  tripwires: [{ symbol: "EURUSD", side: "bid", direction: "atOrBelow", price: decimal("1.05") }],
  marginSlopes: undefined,
  wakeAt: 2_000,
  configurationVersion
})

/** An exposed account of one deposit, asleep at the end of its journal with what it had armed. */
const asleep = (accountId: string, arming: Arming | undefined) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const sql = yield* SqlClient.SqlClient
    yield* journal.create(accountId)
    yield* booked(accountId, 0, "")
    const [last] = yield* journal.read(accountId, { sequence: 0, hash: "" })
    yield* (yield* Snapshots).save({ accountId, sequence: 1, hash: last?.hash ?? "", state: stateOf(accountId, "10") }, arming)
    yield* sql`UPDATE account SET exposed = true WHERE account_id = ${accountId}`
    return last?.hash ?? ""
  })

const booked = (accountId: string, expectedSequence: number, previousHash: string) =>
  Effect.flatMap(Journal, (journal) =>
    journal.append({
      accountId,
      epoch: 1,
      expectedSequence,
      previousHash,
      events: [deposit(`${(expectedSequence + 1) * 10}`)],
      receipt: undefined,
      origin: { kind: "platform", id: "test" },
      before: stateOf(accountId, `${expectedSequence * 10}`),
      states: [stateOf(accountId, `${(expectedSequence + 1) * 10}`)]
    })
  )

const sqlOf = (change: (sql: SqlClient.SqlClient, accountId: string) => Effect.Effect<unknown, unknown>) => (accountId: string) =>
  Effect.gen(function* () {
    yield* asleep(accountId, armingUnder(CONFIGURATION))
    yield* change(yield* SqlClient.SqlClient, accountId)
  })

const armingsOf = (isWanted: (accountId: string) => boolean) =>
  Effect.gen(function* () {
    const taken = new Map<string, Arming>()
    const exposed = yield* ExposedAccounts
    yield* exposed.eachArming({ configurationVersion: CONFIGURATION, isWanted, take: (accountId, arming) => taken.set(accountId, arming) })
    return taken
  })

type Case = readonly [name: string, fallAsleep: (accountId: string) => Effect.Effect<unknown, unknown, Services>, found: string]
const cases: ReadonlyArray<Case> = [
  ["that nothing happened to", (id) => asleep(id, armingUnder(CONFIGURATION)), "its arming"],
  ["armed under another configuration", (id) => asleep(id, armingUnder(CONFIGURATION - 1)), "a balance of 10"],
  ["that fell asleep without arming", (id) => asleep(id, undefined), "a balance of 10"],
  [
    "whose arming was altered",
    sqlOf((sql, id) => sql`UPDATE snapshot SET arming = set_byte(arming, 6, 255) WHERE account_id = ${id}`),
    "a balance of 10"
  ],
  [
    "that something happened to since",
    (id) => Effect.flatMap(asleep(id, armingUnder(CONFIGURATION)), (hash) => booked(id, 1, hash)),
    "a balance of 20"
  ],
  ["without a snapshot", sqlOf((sql, id) => sql`DELETE FROM snapshot WHERE account_id = ${id}`), "a balance of 10"],
  [
    "whose snapshot was altered",
    sqlOf((sql, id) => sql`UPDATE snapshot SET checksum = 'x', arming = NULL WHERE account_id = ${id}`),
    "nothing"
  ],
  [
    "whose journal is short of its end",
    sqlOf((sql, id) => sql`UPDATE account_owner SET last_sequence = 2 WHERE account_id = ${id}`),
    "nothing"
  ]
]

describe("of an exposed account", () => {
  it.each(cases)("%s", async (name, fallAsleep, found) => {
    const accountId = `8${String(cases.findIndex(([each]) => each === name)).padStart(5, "0")}`
    const { armings, listed, states } = await run(
      Effect.gen(function* () {
        yield* fallAsleep(accountId)
        // an append says what its state says: without positions, no exposure
        yield* (yield* SqlClient.SqlClient)`UPDATE account SET exposed = true WHERE account_id = ${accountId}`
        const exposed = yield* ExposedAccounts
        return {
          armings: yield* armingsOf((each) => each === accountId),
          listed: yield* exposed.list,
          states: yield* exposed.rebuild([accountId])
        }
      })
    )
    expect(listed).toContain(accountId)
    const [rebuilt] = states
    const balance = rebuilt === undefined ? "nothing" : `a balance of ${rebuilt.state.balance / decimal("1")}`
    expect(armings.has(accountId) ? "its arming" : balance).toBe(found)
    if (found === "its arming") expect(armings.get(accountId)).toEqual(armingUnder(CONFIGURATION))
  })
})

it("hands over no arming of an account without exposure, nor of one that is not wanted", () =>
  run(
    Effect.gen(function* () {
      yield* sqlOf((sql, id) => sql`UPDATE account SET exposed = false WHERE account_id = ${id}`)("700001")
      yield* asleep("700002", armingUnder(CONFIGURATION))
      const armings = yield* armingsOf((accountId) => accountId !== "700002")
      expect([...armings.keys()]).not.toContain("700001")
      expect([...armings.keys()]).not.toContain("700002")
      expect([...(yield* armingsOf(() => true)).keys()]).toContain("700002")
    })
  ))

it("hands over thousands in parts, each once", () =>
  run(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* asleep("600000", armingUnder(CONFIGURATION))
      for (const table of ["account_owner", "account", "snapshot"]) {
        yield* sql.unsafe(
          `INSERT INTO ${table} SELECT r.* FROM ${table} t, generate_series(600001, 605000) n,
          LATERAL jsonb_populate_record(t, jsonb_build_object('account_id', n::text)) r WHERE t.account_id = '600000'`
        )
      }
      const handed: Array<string> = []
      const exposed = yield* ExposedAccounts
      yield* exposed.eachArming({
        configurationVersion: CONFIGURATION,
        isWanted: (accountId) => accountId.startsWith("6"),
        take: (accountId) => handed.push(accountId)
      })
      expect(handed.length).toBe(5_001)
      expect(new Set(handed).size).toBe(5_001)
    })
  ))
