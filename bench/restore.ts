/**
 * restore: exposed accounts rebuilt from snapshots and armed, as at boot; beside it the limit: reading the same snapshots' bytes and doing
 * nothing with them.
 */
import fs from "node:fs"
import os from "node:os"
import path from "node:path"
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { type Finding, rounded } from "#bench/Finding.ts"
import { encodeAccountState } from "#actors/account/AccountStateCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { ExposedAccounts, REBUILT_ACCOUNTS_MAX } from "#actors/ExposedAccounts.ts"
import { Configurations } from "#actors/Configurations.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { makeDatabase } from "#db/Database.ts"
import { startPostgres } from "#db/EmbeddedPostgres.ts"
import { PgExposedAccounts } from "#db/PgExposedAccounts.ts"
import { checksum, SNAPSHOT_SCHEMA_VERSION } from "#db/PgSnapshots.ts"
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

/** The tables as so many stopped accounts leave them: a snapshot at the end of each journal. */
const store = (count: number) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const state = account()
    const bytes = encodeAccountState(state)
    yield* sql`TRUNCATE account_owner, snapshot`
    yield* sql`INSERT INTO account_owner SELECT n::text, 1, 25 FROM generate_series(1, ${count}::int) n`
    yield* sql`INSERT INTO snapshot SELECT n::text, 25, ${SNAPSHOT_SCHEMA_VERSION}::smallint, 'h', ${bytes}, ${checksum(bytes)} FROM generate_series(1, ${count}::int) n`
    yield* sql`ANALYZE account_owner, snapshot`
  })

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

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "keel-bench-"))
  const postgres = await startPostgres({ directory })
  const findings: Array<Finding> = []
  await Effect.runPromise(
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const exposed = yield* ExposedAccounts
      for (const count of [1_000, 10_000, 100_000]) {
        yield* store(count)
        const ids = Array.from({ length: count }, (_, index) => String(index + 1))
        const chunks = Array.from({ length: count / REBUILT_ACCOUNTS_MAX }, (_, index) =>
          ids.slice(index * REBUILT_ACCOUNTS_MAX, (index + 1) * REBUILT_ACCOUNTS_MAX)
        )
        const readOnly = yield* timed(
          Effect.forEach(
            chunks,
            (chunk) =>
              sql`SELECT state FROM json_array_elements_text(${JSON.stringify(chunk)}::json) AS i(account_id) JOIN snapshot USING (account_id)`
          )
        )
        const restored = yield* Effect.scoped(
          Effect.gen(function* () {
            const wakeUps = yield* WakeUps
            return yield* timed(
              Effect.forEach(chunks, (chunk) =>
                Effect.map(exposed.rebuild(chunk), (rebuilt) => {
                  if (rebuilt.length !== chunk.length) throw new Error("accounts were left out")
                  for (const { accountId, state } of rebuilt) wakeUps.arm(accountId, state, market, 0)
                })
              )
            )
          }).pipe(Effect.provide(WakeUps.layer.pipe(Layer.provide(SymbolActors), Layer.provide(configurations))))
        )
        const work = `${count.toLocaleString("en")} accounts`
        findings.push(
          {
            of: "accounts rebuilt and armed",
            work,
            figure: rounded(count / restored),
            unit: "/s",
            limit: rounded(count / readOnly),
            ratio: rounded(readOnly / restored)
          },
          { of: "time until armed", work, figure: rounded(restored), unit: "s" }
        )
      }
    }).pipe(Effect.provide(PgExposedAccounts.pipe(Layer.provideMerge(makeDatabase(Redacted.make(postgres.url))))))
  )
  await postgres.stop()
  fs.rmSync(directory, { recursive: true, force: true })
  return findings
}
