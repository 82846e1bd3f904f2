/**
 * restore: exposed accounts armed as at boot, from what they had armed when they fell asleep, and from their states where that does not
 * count any more; beside it the limit: PostgreSQL copies the same bytes out, and nobody looks at them.
 */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { Array as Chunks, Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type Finding, rounded } from "#bench/Finding.ts"
import type { Arming } from "#actors/account/Arming.ts"
import { encodeArming } from "#actors/account/ArmingCodec.ts"
import { encodeAccountState } from "#actors/account/AccountStateCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { ExposedAccounts, REBUILT_ACCOUNTS_MAX } from "#actors/ExposedAccounts.ts"
import { Configurations } from "#actors/Configurations.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { makeDatabase } from "#db/Database.ts"
import { startPostgres } from "#db/EmbeddedPostgres.ts"
import { PgExposedAccounts } from "#db/PgExposedAccounts.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Quote } from "#domain/Quote.ts"

const POSITIONS = 10
const NOW = Date.UTC(2026, 0, 7, 12)

const quotes = new Map<string, Quote>(
  ["EURUSD", "GBPUSD", "AUDUSD", "NZDUSD"].map((symbol) => [
    symbol,
    { symbol, bid: decimal("1.1"), ask: decimal("1.1001"), time: NOW, receivedAt: NOW, sequence: 1, source: "ws" }
  ])
)
const market: Market = { now: NOW, configuration: defaultConfiguration, quote: (symbol) => quotes.get(symbol) }

const after = (state: AccountState, command: AccountCommand): AccountState => {
  const { events, rejection } = decide("1", state, command, market)
  if (rejection !== undefined) throw new Error(`${command._tag} refused: ${rejection.reason}`)
  return events.reduce(evolve, state)
}

/** An account with ten protected positions in four symbols. */
const account = (): AccountState => {
  let state = after(initialAccountState, {
    _tag: "OpenAccount",
    clientId: "C",
    currency: "USD",
    mode: "hedging",
    group: "professional",
    leverage: 100
  })
  state = after(state, { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal("100000"), reference: "R" })
  for (let index = 0; index < POSITIONS; index++) {
    const symbol = [...quotes.keys()][index % quotes.size] ?? ""
    state = after(state, {
      _tag: "PlaceOrder",
      symbol,
      side: index % 3 === 0 ? "sell" : "buy",
      type: "market",
      lots: decimal("0.1"),
      timeInForce: "IOC",
      ...(index % 3 === 0 ? {} : { stopLoss: decimal("1.05"), takeProfit: decimal("1.2") })
    })
  }
  return state
}

/** The tables as so many stopped accounts leave them: a snapshot at the end of each journal, with what it had armed or without. */
const store = (count: number, arming: Arming | undefined) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const snapshots = yield* Snapshots
    yield* sql`TRUNCATE account_owner, account, snapshot`
    yield* sql`INSERT INTO account SELECT n::text, 'C', 'USD', 'hedging', 'professional', 100, 0, 0, 0, true, 0
      FROM generate_series(1, ${count}::int) n`
    yield* sql`INSERT INTO account_owner SELECT n::text, 1, 25 FROM generate_series(1, ${count}::int) n`
    yield* snapshots.save({ accountId: "1", sequence: 25, hash: "h", state: account() }, arming)
    yield* sql`INSERT INTO snapshot (account_id, sequence, schema_version, hash, state, checksum, arming, configuration_version)
      SELECT n::text, 25, s.schema_version, 'h', s.state, s.checksum, s.arming, s.configuration_version
      FROM snapshot s, generate_series(2, ${count}::int) n`
    yield* sql`ANALYZE account_owner, account, snapshot`
  })

/** The same bytes, copied out of PostgreSQL through a pipe and thrown away. */
const copyOut = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`COPY (SELECT account_id, sequence, state, arming FROM snapshot) TO PROGRAM 'cat > /dev/null' (FORMAT binary)`
)

const timed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const started = performance.now()
    yield* effect
    return (performance.now() - started) / 1000
  })

const configurations = Layer.succeed(
  Configurations,
  Configurations.of({ current: () => defaultConfiguration, change: () => Effect.die("not here"), subscribe: () => () => {} })
)

/** As the guard does at boot. */
const restore = (count: number) =>
  Effect.scoped(
    Effect.gen(function* () {
      const exposed = yield* ExposedAccounts
      const wakeUps = yield* WakeUps
      const arm = (chunk: ReadonlyArray<string>) =>
        Effect.map(exposed.rebuild(chunk), (rebuilt) => {
          if (rebuilt.length !== chunk.length) throw new Error("accounts were left out")
          for (const { accountId, state } of rebuilt) wakeUps.arm(accountId, state, market, 0)
        })
      const isWanted = (accountId: string): boolean => !wakeUps.isArmed(accountId)
      const all = Effect.gen(function* () {
        yield* exposed.eachArming({ configurationVersion: defaultConfiguration.version, isWanted, take: wakeUps.armAs })
        const missing = (yield* exposed.list).filter(isWanted)
        yield* Effect.forEach(Chunks.chunksOf(missing, REBUILT_ACCOUNTS_MAX), arm, { concurrency: 2, discard: true })
      })
      const seconds = yield* timed(all)
      if ([...wakeUps.armedAccounts()].length !== count) throw new Error("accounts were left out")
      return seconds
    }).pipe(Effect.provide(WakeUps.layer.pipe(Layer.provide(SymbolActors), Layer.provide(configurations))))
  )

/** What the account of the bench arms. */
const armingOf = Effect.scoped(
  Effect.gen(function* () {
    const wakeUps = yield* WakeUps
    wakeUps.arm("1", account(), market, 0)
    return wakeUps.arming("1", defaultConfiguration.version)
  }).pipe(Effect.provide(WakeUps.layer.pipe(Layer.provide(SymbolActors), Layer.provide(configurations))))
)

const measure = (count: number, what: string, arming: Arming | undefined) =>
  Effect.gen(function* () {
    yield* store(count, arming)
    const limit = yield* timed(copyOut)
    const restored = yield* restore(count)
    const work = `${count.toLocaleString("en")} accounts × ${POSITIONS} positions`
    const findings: ReadonlyArray<Finding> = [
      {
        of: `armed from ${what}, beside COPY of the same bytes`,
        work,
        figure: rounded(count / restored),
        unit: "/s",
        limit: rounded(count / limit),
        ratio: rounded(limit / restored),
        aim: { of: "ratio", is: "atLeast", value: 0.15 }
      },
      {
        of: `time until armed from ${what}`,
        work,
        figure: rounded(restored),
        unit: "s",
        aim: { of: "figure", is: "atMost", value: 3 }
      }
    ]
    return findings
  })

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-bench-"))
  const postgres = await startPostgres({ directory })
  const stores = Layer.mergeAll(PgExposedAccounts, PgSnapshots).pipe(Layer.provideMerge(makeDatabase(Redacted.make(postgres.url))))
  const findings = await Effect.runPromise(
    Effect.gen(function* () {
      const arming = yield* armingOf
      const sizes: ReadonlyArray<Finding> = [
        { of: "snapshot", work: `${POSITIONS} positions`, figure: encodeAccountState(account()).length, unit: "bytes" },
        {
          of: "arming",
          work: `${arming?.tripwires.length} tripwires`,
          figure: arming === undefined ? 0 : encodeArming(arming).length,
          unit: "bytes"
        }
      ]
      const findings: Array<Finding> = [...sizes]
      for (const count of [1_000, 10_000, 100_000]) {
        findings.push(...(yield* measure(count, "armings", arming)), ...(yield* measure(count, "states", undefined)))
      }
      return findings
    }).pipe(Effect.provide(stores), Effect.scoped)
  )
  await postgres.stop()
  fs.rmSync(directory, { recursive: true, force: true })
  return findings
}
