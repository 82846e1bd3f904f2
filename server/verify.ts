/**
 * Proves a database, while servers run on it or not: replays every journal and compares with receipts, read tables, outbox, snapshots and
 * with what the running servers' actors hold in memory; holds deposits and withdrawals against them; and walks the chain of the audit trail. Prints each violation in a line; exit code 1 when there is any.
 *
 * `npm run verify` in a checkout; `node server/verify.ts` with DATABASE_URL elsewhere.
 */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer } from "effect"
import { Account } from "#actors/account/AccountProtocol.ts"
import { Snapshots } from "#actors/Snapshots.ts"
import { AuditTrail } from "#db/AuditTrail.ts"
import { makeDatabase } from "#db/Database.ts"
import { fundingViolations } from "#db/fundingViolations.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { storedAccount, storedAccountIds } from "#db/StoredAccounts.ts"
import { clusterClient } from "#server/Cluster.ts"
import { AppConfig } from "#server/Config.ts"
import { verifyAccount } from "#server/verification/verifyAccount.ts"

/** Accounts read at once. */
const CONCURRENT_ACCOUNTS = 8
/** A server that does not answer in this time counts as not running. */
const LIVE_DEADLINE = "3 seconds"

class Violations extends Error {
  readonly count: number
  constructor(count: number) {
    super(`${count} violations`)
    this.count = count
  }
}

const verify = Effect.gen(function* () {
  const snapshots = yield* Snapshots
  const client = yield* Account.client
  const accountIds = yield* storedAccountIds
  let isLive = accountIds.length > 0
  let events = 0
  let violations = 0

  const live = (accountId: string) =>
    isLive
      ? client(accountId)
          .View()
          .pipe(
            Effect.timeout(LIVE_DEADLINE),
            Effect.catchCause(() => Effect.sync(() => void (isLive = false)))
          )
      : Effect.succeed(undefined)

  const check = Effect.fnUntraced(function* (accountId: string) {
    // the actor first: what it holds must be in the journal that is read afterwards
    const held = yield* live(accountId)
    const snapshot = yield* snapshots.newest(accountId)
    const stored = yield* storedAccount(accountId)
    events += stored.journal.length
    for (const violation of verifyAccount({ stored, snapshot, live: held ?? undefined })) {
      violations++
      console.log(`${accountId}: ${violation}`)
    }
  })

  const [first, ...others] = accountIds
  // one alone, to find out whether any server answers
  if (first !== undefined) yield* check(first)
  yield* Effect.forEach(others, check, { concurrency: CONCURRENT_ACCOUNTS, discard: true })
  for (const violation of yield* fundingViolations) {
    violations++
    console.log(violation)
  }
  const audit = yield* (yield* AuditTrail).verify
  if (audit.damage !== undefined) {
    violations++
    console.log(`audit entry ${audit.damage.sequence} ${audit.damage.what === "altered" ? "was altered" : "is missing"}`)
  }
  console.log(`${audit.entries} audit entries`)
  console.log(
    `${accountIds.length} accounts, ${events} events, ${violations} violations; ${isLive ? "compared with the running servers" : "no server answered, memory not compared"}`
  )
  if (violations > 0) return yield* Effect.fail(new Violations(violations))
})

const database = Layer.unwrap(Effect.map(AppConfig, (config) => makeDatabase(config.databaseUrl)))

verify.pipe(
  Effect.provide(
    Layer.mergeAll(PgSnapshots, AuditTrail.layer, clusterClient).pipe(Layer.provideMerge(database), Layer.provide(AppConfig.layer))
  ),
  NodeRuntime.runMain
)
