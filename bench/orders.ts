/**
 * orders: durable market orders, account actor → journal with receipts, read tables and outbox → answer, on a PostgreSQL that syncs every
 * commit; beside it the limits: a group-committing writer that only inserts the same rows, and one that only inserts the journal's among them.
 */
import "#server/collector.ts"
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { constants, PerformanceObserver } from "node:perf_hooks"
import { Effect, FiberSet, Layer, Predicate, Redacted } from "effect"
import { TestRunner } from "effect/cluster"
import { SqlClient } from "effect/sql"
import { type Aim, type Finding, rounded } from "#bench/Finding.ts"
import { processorUse } from "#bench/load/processorUse.ts"
import { marketOrder, opening, ORIGIN, quoteAt } from "#bench/orders/marketOrder.ts"
import { makeReadyMadeWriter, readyMadeAppends } from "#bench/orders/readyMade.ts"
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { Accounts } from "#actors/account/AccountProtocol.ts"
import { ResidentAccounts } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { makeDatabase } from "#db/Database.ts"
import { startPostgres } from "#db/EmbeddedPostgres.ts"
import { makeGroupCommit } from "#db/GroupCommit.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import { type EncodedAppend, PgJournal } from "#db/PgJournal.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"

const ORDERS = Number(process.env["ORDERS"] ?? 10_000)
/** A price may not grow old while the bench runs. */
const QUOTE_MILLIS = 1_000
const IN_FLIGHT = 256
/** As many lanes that send the next order when the last is answered: few, but the machine is as busy as they can make it. */
const LANES = 8
/** Below saturation: what a client feels of a server that has room. */
const QUIET_PER_SECOND = 500
const QUIET_ORDERS = 2_000
const LONE_COMMITS = 1_000
const RATE_AIM = { of: "ratio", is: "atLeast", value: 0.5 } as const
const LATENCY_AIM = { of: "ratio", is: "atMost", value: 10 } as const
const percentile = (sorted: ReadonlyArray<number>, share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN

/** Runs `count` of them, so many at once; answers rate and sorted latencies in milliseconds. */
const measure = <E, R>(count: number, one: (index: number) => Effect.Effect<unknown, E, R>, inFlight = IN_FLIGHT) =>
  Effect.gen(function* () {
    const latencies: Array<number> = []
    const started = performance.now()
    yield* Effect.forEach(
      Array.from({ length: count }, (_, index) => index),
      (index) =>
        Effect.suspend(() => {
          const begun = performance.now()
          return Effect.tap(one(index), () => Effect.sync(() => latencies.push(performance.now() - begun)))
        }),
      { concurrency: inFlight, discard: true }
    )
    const seconds = (performance.now() - started) / 1000
    return { perSecond: count / seconds, latencies: latencies.toSorted((a, b) => a - b) }
  })

/**
 * Runs `count` of them, so many a second whether or not the last are answered; answers sorted latencies in milliseconds. Each begins when it
 * is due: what waited since the beginning would be old to the collector, and all that an order leaves behind would grow old with it.
 */
const measureAtRate = <E, R>(count: number, perSecond: number, one: (index: number) => Effect.Effect<unknown, E, R>) =>
  Effect.gen(function* () {
    const latencies: Array<number> = []
    const underWay = yield* FiberSet.make<void, E>()
    const started = performance.now()
    for (let index = 0; index < count; index++) {
      const due = started + (index * 1_000) / perSecond
      if (due > performance.now()) yield* Effect.sleep(due - performance.now())
      yield* FiberSet.run(
        underWay,
        Effect.andThen(
          one(index),
          Effect.sync(() => void latencies.push(performance.now() - due))
        )
      )
    }
    yield* FiberSet.awaitEmpty(underWay)
    return latencies.toSorted((a, b) => a - b)
  }).pipe(Effect.scoped)

const isYoungCollection = (entry: PerformanceEntry): boolean =>
  Predicate.hasProperty(entry, "detail") &&
  Predicate.hasProperty(entry.detail, "kind") &&
  entry.detail.kind === constants.NODE_PERFORMANCE_GC_MINOR

/** Also answers how long the young generation's collections took meanwhile, in milliseconds. */
const withYoungCollections = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const millis: Array<number> = []
    const observer = new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (isYoungCollection(entry)) millis.push(entry.duration)
    })
    observer.observe({ entryTypes: ["gc"] })
    const result = yield* effect
    // entries come with a turn of the event loop
    yield* Effect.sleep("100 millis")
    observer.disconnect()
    return { result, youngMillis: millis.reduce((sum, each) => sum + each, 0) / millis.length }
  })

/** Durable orders over so many accounts. */
const durableOrders = (accountsCount: number, postgresPid: number) =>
  Effect.gen(function* () {
    const accounts = yield* Accounts
    const symbols = yield* Symbols
    const quote = (): void => {
      symbols.accept([quoteAt(Date.now())])
    }
    quote()
    yield* Effect.acquireRelease(
      Effect.sync(() => setInterval(quote, QUOTE_MILLIS)),
      (timer) => Effect.sync(() => clearInterval(timer))
    )
    const id = (index: number) => `${accountsCount}${String(index).padStart(6, "0")}`
    const execute = (index: number, commandId: string, command: AccountCommand) =>
      accounts.execute(id(index % accountsCount), { commandId, command, origin: ORIGIN })
    for (const [name, command] of Object.entries(opening)) yield* measure(accountsCount, (index) => execute(index, name, command))
    const before = { own: process.cpuUsage(), database: processorUse(postgresPid) }
    const opened = yield* measure(ORDERS, (index) =>
      Effect.tap(execute(index, `o${index}`, marketOrder(Math.floor(index / accountsCount))), (outcome) =>
        outcome.rejection === undefined ? Effect.void : Effect.die(new Error(`refused: ${outcome.rejection.reason}`))
      )
    )
    const own = process.cpuUsage(before.own)
    const another = (name: string) => (index: number) => execute(index, `${name}${index}`, marketOrder(ORDERS / accountsCount + index))
    const lanes = yield* measure(QUIET_ORDERS, another("l"), LANES)
    const { result: quiet, youngMillis } = yield* withYoungCollections(measureAtRate(QUIET_ORDERS, QUIET_PER_SECOND, another("q")))
    return {
      ...opened,
      lanesMillisP99: percentile(lanes.latencies, 0.99),
      quietMillisP99: percentile(quiet, 0.99),
      youngMillis,
      ownMicros: (own.user + own.system) / ORDERS,
      databaseMicros: ((processorUse(postgresPid) - before.database) * 1e6) / ORDERS
    }
  })

/** The journal's rows alone, written by a writer that does nothing else. */
const journalRows = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql`CREATE TABLE IF NOT EXISTS bench_journal (LIKE journal INCLUDING ALL)`
  const rows = yield* sql<{ data: string; origin: string; type: string }>`
    SELECT data::text AS data, origin::text AS origin, type FROM journal WHERE type <> 'AccountOpened' LIMIT 3`
  const events = yield* sql<{ per_order: number }>`
    SELECT (count(*)::float8 / (SELECT count(*) FROM receipt)) AS per_order FROM journal`
  const perOrder = Math.max(1, Math.round(events[0]?.per_order ?? 1))
  const commit = yield* makeGroupCommit({
    write: (batch: ReadonlyArray<string>) =>
      Effect.as(
        sql`INSERT INTO bench_journal (account_id, sequence, epoch, type, schema_version, data, hash, command_id, origin)
          SELECT * FROM json_to_recordset(${`[${batch.join(",")}]`}::json) AS e(
            account_id text, sequence bigint, epoch bigint, type text, schema_version smallint, data json, hash text, command_id text, origin json)`,
        batch.map(() => true)
      ),
    isRefusal: () => false,
    deadline: "10 seconds",
    onFailure: (cause) => new Error(String(cause))
  })
  const hash = "0".repeat(64)
  const insert = (index: number) =>
    commit(
      Array.from({ length: perOrder }, (_, part) => {
        const row = rows[part % rows.length]
        return `{"account_id":"${index}","sequence":${part},"epoch":1,"type":"${row?.type}","schema_version":1,"data":${row?.data},"hash":"${hash}","command_id":"o${index}","origin":${row?.origin}}`
      }).join(",")
    )
  const result = yield* measure(ORDERS, insert)
  const alone = yield* measure(LONE_COMMITS, (index) => insert(ORDERS + index), 1)
  yield* sql`DROP TABLE bench_journal`
  return { ...result, commitMillis: percentile(alone.latencies, 0.5), commitMillisP99: percentile(alone.latencies, 0.99) }
})

/** All rows that orders write, made beforehand. */
const allRows = (prefix: string, accounts: number) =>
  Effect.gen(function* () {
    const { accountIds, openings, orders } = readyMadeAppends(prefix, accounts, ORDERS)
    const writer = yield* makeReadyMadeWriter
    yield* writer.own(accountIds)
    const write = (appends: ReadonlyArray<EncodedAppend>) =>
      measure(appends.length, (index) => {
        const append = appends[index]
        return append === undefined ? Effect.void : writer.write(append)
      })
    for (const appends of openings) yield* write(appends)
    return yield* write(orders)
  })

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-bench-"))
  const postgres = await startPostgres({ directory })
  const node = AccountClient.pipe(
    Layer.provideMerge(makeAccountActors({ snapshotEveryEvents: 500 })),
    Layer.provideMerge(Layer.mergeAll(WakeUps.layer, ResidentAccounts.layer)),
    Layer.provideMerge(SymbolActors),
    Layer.provideMerge(Layer.mergeAll(PgJournal, PgSnapshots, makePgConfigurations(defaultConfiguration))),
    Layer.provideMerge(makeDatabase(Redacted.make(postgres.url))),
    Layer.provideMerge(TestRunner.layer)
  )
  const findings: Array<Finding> = []
  await Effect.runPromise(
    Effect.gen(function* () {
      for (const accounts of [100, 1_000, 5_000]) {
        const orders = yield* Effect.scoped(durableOrders(accounts, postgres.pid))
        const rows = yield* allRows(`${accounts}L`, Math.max(accounts, IN_FLIGHT))
        const journal = yield* journalRows
        const work = `${ORDERS.toLocaleString("en")} orders, ${accounts.toLocaleString("en")} accounts`
        const beside = (of: string, unit: string, figure: number, limit: number, aim?: Aim): Finding => ({
          of,
          work,
          figure: rounded(figure),
          unit,
          limit: rounded(limit),
          ratio: rounded(figure / limit),
          ...(aim && { aim })
        })
        const [p50, p99] = [percentile(orders.latencies, 0.5), percentile(orders.latencies, 0.99)]
        findings.push(
          { of: "processor time of the actors for one order", work, figure: rounded(orders.ownMicros), unit: "µs" },
          { of: "processor time of PostgreSQL for one order", work, figure: rounded(orders.databaseMicros), unit: "µs" },
          { of: `a young collection at ${QUIET_PER_SECOND} orders/s, mean`, work, figure: rounded(orders.youngMillis), unit: "ms" },
          beside("durable market orders, beside inserting all their rows", "/s", orders.perSecond, rows.perSecond, RATE_AIM),
          beside("durable market orders, beside inserting their journal rows alone", "/s", orders.perSecond, journal.perSecond),
          beside("latency p50, beside inserting all their rows", "ms", p50, percentile(rows.latencies, 0.5)),
          beside("latency p99, beside inserting all their rows", "ms", p99, percentile(rows.latencies, 0.99)),
          beside("latency p99 of one commit alone, beside its median", "ms", journal.commitMillisP99, journal.commitMillis),
          beside(
            `latency p99 on ${LANES} lanes without a pause, beside one commit alone`,
            "ms",
            orders.lanesMillisP99,
            journal.commitMillis
          ),
          beside(
            `latency p99 at ${QUIET_PER_SECOND} orders/s, beside one commit alone`,
            "ms",
            orders.quietMillisP99,
            journal.commitMillis,
            LATENCY_AIM
          )
        )
      }
    }).pipe(Effect.provide(node), Effect.scoped)
  )
  await postgres.stop()
  fs.rmSync(directory, { recursive: true, force: true })
  return findings
}
