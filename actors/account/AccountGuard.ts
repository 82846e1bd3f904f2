/**
 * AccountGuard: sees to it that every account with exposure is armed on the node that owns it, and on no other.
 *
 * At boot, after a take-over, and from time to time: lists the exposed accounts, arms those of this node's shards that are not armed here,
 * many at a time and without waking them, and disarms those that belong elsewhere. An account that cannot be rebuilt in bulk is woken: its
 * actor finds out why. `ready` says that the accounts of all shards this node owns were armed.
 */
import { Account, Accounts } from "#actors/account/AccountProtocol.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { ExposedAccounts, REBUILT_ACCOUNTS_MAX } from "#actors/ExposedAccounts.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { TradingClock, tradingNow } from "#actors/TradingClock.ts"
import { Array, Context, Effect, Layer, Metric, Schedule } from "effect"
import { EntityId, ShardId, Sharding, ShardingConfig } from "effect/cluster"

/** How often ownership is looked at: a start and a take-over wait for it. */
const CHECK_INTERVAL = "100 millis"
/** Checks between two full sweeps when ownership did not change. */
const CHECKS_PER_SWEEP = 100
/** Accounts woken at once at boot and take-over. */
const CONCURRENT_WAKES = 64

/** The cluster's only group of shards. */
const SHARD_GROUP = "default"

const unarmed = Metric.counter("keel_accounts_found_unarmed_total", {
  description: "Accounts with exposure that a sweep had to arm; at boot and take-over expected, otherwise an alarm",
  incremental: true
})

export class AccountGuard extends Context.Service<AccountGuard, { readonly ready: () => boolean }>()("actors/account/AccountGuard") {
  static readonly layer = Layer.effect(
    AccountGuard,
    Effect.gen(function* () {
      const accounts = yield* Accounts
      const configurations = yield* Configurations
      const exposed = yield* ExposedAccounts
      const sharding = yield* Sharding.Sharding
      const symbols = yield* Symbols
      const config = yield* ShardingConfig.ShardingConfig
      const wakeUps = yield* WakeUps
      const clock = yield* TradingClock

      const isOurs = (accountId: string) => {
        const entityId = EntityId.make(accountId)
        return sharding.hasShardId(sharding.getShardId(entityId, Account.getShardGroup(entityId)))
      }
      const ownedShards = () =>
        Array.range(1, config.shardsPerGroup)
          .filter((number) => sharding.hasShardId(ShardId.make(SHARD_GROUP, number)))
          .join(",")

      /** As of no quote at all: the first one that crosses a wire, or that is there already, wakes the account. */
      const armInBulk = Effect.fnUntraced(function* (accountIds: ReadonlyArray<string>) {
        const configuration = configurations.current()
        const rebuilt = yield* exposed.rebuild(accountIds, configuration.version)
        const market = { now: yield* tradingNow, configuration, quote: symbols.tick }
        for (const account of rebuilt) {
          // one that its actor armed meanwhile knows better
          if (wakeUps.isArmed(account.accountId)) continue
          if ("arming" in account) wakeUps.armAs(account.accountId, account.arming)
          else wakeUps.arm(account.accountId, account.state, market, 0)
        }
      })

      const sweep = Effect.gen(function* () {
        for (const accountId of wakeUps.armedAccounts()) if (!isOurs(accountId)) wakeUps.disarm(accountId)
        const missing = (yield* exposed.list).filter((accountId) => isOurs(accountId) && !wakeUps.isArmed(accountId))
        if (missing.length === 0) return
        yield* Effect.logInfo("Arming accounts", { accounts: missing.length })
        yield* Metric.update(unarmed, missing.length)
        // while one part is armed the next is read
        yield* Effect.forEach(Array.chunksOf(missing, REBUILT_ACCOUNTS_MAX), armInBulk, { concurrency: 2, discard: true })
        const doubtful = missing.filter((accountId) => !wakeUps.isArmed(accountId))
        yield* Effect.forEach(doubtful, (accountId) => Effect.ignore(accounts.wake(accountId, []), { log: "Warn" }), {
          concurrency: CONCURRENT_WAKES,
          discard: true
        })
      })

      let sweptShards = ""
      let checksSinceSweep = 0
      const check = Effect.gen(function* () {
        const shards = ownedShards()
        checksSinceSweep++
        if (shards === sweptShards && checksSinceSweep < CHECKS_PER_SWEEP) return
        yield* sweep
        sweptShards = shards
        checksSinceSweep = 0
      }).pipe(Effect.catch((error) => Effect.logWarning("Exposed accounts not checked", { cause: error.message })))

      yield* check.pipe(Effect.repeat(Schedule.spaced(CHECK_INTERVAL)), Effect.forkScoped)
      yield* Effect.forkScoped(wakeUps.run(accounts.wake))
      yield* Effect.acquireRelease(
        Effect.sync(() => [configurations.subscribe(wakeUps.wakeAll), clock.subscribe(wakeUps.wakeAll)]),
        (subscriptions) => Effect.sync(() => subscriptions.forEach((unsubscribe) => unsubscribe()))
      )

      return AccountGuard.of({ ready: () => sweptShards !== "" && sweptShards === ownedShards() })
    })
  )
}
