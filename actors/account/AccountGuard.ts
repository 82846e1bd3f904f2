/**
 * AccountGuard: sees to it that every account with exposure is armed on the node that owns it, and on no other.
 *
 * At boot, after a take-over, and from time to time: lists the exposed accounts, wakes those of this node's shards that are not armed here,
 * and disarms those that belong elsewhere. `ready` says that the accounts of all shards this node owns were armed.
 */
import { Account, Accounts } from "#actors/account/AccountProtocol.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { Configurations } from "#actors/Configurations.ts"
import { ExposedAccounts } from "#actors/ExposedAccounts.ts"
import { Context, Effect, Layer, Metric, Schedule } from "effect"
import { EntityId, ShardId, Sharding, ShardingConfig } from "effect/cluster"

/** How often ownership is looked at. */
const CHECK_INTERVAL = "500 millis"
/** Checks between two full sweeps when ownership did not change. */
const CHECKS_PER_SWEEP = 20
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
      const config = yield* ShardingConfig.ShardingConfig
      const wakeUps = yield* WakeUps

      const isOurs = (accountId: string) => {
        const entityId = EntityId.make(accountId)
        return sharding.hasShardId(sharding.getShardId(entityId, Account.getShardGroup(entityId)))
      }
      const ownedShards = () =>
        Array.from({ length: config.shardsPerGroup }, (_, index) => index + 1)
          .filter((number) => sharding.hasShardId(ShardId.make(SHARD_GROUP, number)))
          .join(",")

      const sweep = Effect.gen(function* () {
        for (const accountId of wakeUps.armedAccounts()) if (!isOurs(accountId)) wakeUps.disarm(accountId)
        const missing = (yield* exposed.list).filter((accountId) => isOurs(accountId) && !wakeUps.isArmed(accountId))
        if (missing.length === 0) return
        yield* Effect.logInfo("Arming accounts", { accounts: missing.length })
        yield* Metric.update(unarmed, missing.length)
        yield* Effect.forEach(missing, (accountId) => Effect.ignore(accounts.wake(accountId, []), { log: "Warn" }), {
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
        Effect.sync(() => configurations.subscribe(wakeUps.wakeAll)),
        (unsubscribe) => Effect.sync(unsubscribe)
      )

      return AccountGuard.of({ ready: () => sweptShards !== "" && sweptShards === ownedShards() })
    })
  )
}
