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

      const ownedShards = () =>
        Array.range(1, config.shardsPerGroup).filter((number) => sharding.hasShardId(ShardId.make(SHARD_GROUP, number)))

      const noteUnarmed = (accounts: number) =>
        accounts === 0 ? Effect.void : Effect.andThen(Metric.update(unarmed, accounts), Effect.logInfo("Armed accounts", { accounts }))

      /** What an account armed as it fell asleep, which counts as long as nothing happened to it: the quick way for all at once. */
      const armAsBefore = Effect.fnUntraced(function* (isOurs: (accountId: string) => boolean) {
        let armed = 0
        yield* exposed.eachArming({
          configurationVersion: configurations.current().version,
          // one that its actor armed meanwhile knows better
          isWanted: (accountId) => isOurs(accountId) && !wakeUps.isArmed(accountId),
          take: (accountId, arming) => {
            wakeUps.armAs(accountId, arming)
            armed++
          }
        })
        yield* noteUnarmed(armed)
      })

      /** As of no quote at all: the first one that crosses a wire, or that is there already, wakes the account. */
      const armInBulk = Effect.fnUntraced(function* (accountIds: ReadonlyArray<string>) {
        const rebuilt = yield* exposed.rebuild(accountIds)
        const market = { now: yield* tradingNow, configuration: configurations.current(), quote: symbols.tick }
        for (const { accountId, state } of rebuilt) if (!wakeUps.isArmed(accountId)) wakeUps.arm(accountId, state, market, 0)
      })

      const sweep = Effect.fnUntraced(function* (shards: ReadonlySet<number>, isOwnershipNew: boolean) {
        const isOurs = (accountId: string) => {
          const entityId = EntityId.make(accountId)
          return shards.has(sharding.getShardId(entityId, Account.getShardGroup(entityId)).id)
        }
        for (const accountId of wakeUps.armedAccounts()) if (!isOurs(accountId)) wakeUps.disarm(accountId)
        if (isOwnershipNew) yield* armAsBefore(isOurs)
        const missing = (yield* exposed.list).filter((accountId) => !wakeUps.isArmed(accountId) && isOurs(accountId))
        // while one part is armed the next is read
        yield* Effect.forEach(Array.chunksOf(missing, REBUILT_ACCOUNTS_MAX), armInBulk, { concurrency: 2, discard: true })
        const doubtful = missing.filter((accountId) => !wakeUps.isArmed(accountId))
        yield* Effect.forEach(doubtful, (accountId) => Effect.ignore(accounts.wake(accountId, []), { log: "Warn" }), {
          concurrency: CONCURRENT_WAKES,
          discard: true
        })
        yield* noteUnarmed(missing.length)
      })

      let sweptShards = ""
      let checksSinceSweep = 0
      const check = Effect.gen(function* () {
        const owned = ownedShards()
        const shards = owned.join(",")
        checksSinceSweep++
        if (shards === sweptShards && checksSinceSweep < CHECKS_PER_SWEEP) return
        yield* sweep(new Set(owned), shards !== sweptShards)
        sweptShards = shards
        checksSinceSweep = 0
      }).pipe(Effect.catch((error) => Effect.logWarning("Exposed accounts not checked", { cause: error.message })))

      yield* check.pipe(Effect.repeat(Schedule.spaced(CHECK_INTERVAL)), Effect.forkScoped)
      yield* Effect.forkScoped(wakeUps.run(accounts.wake))
      yield* Effect.acquireRelease(
        Effect.sync(() => [configurations.subscribe(wakeUps.wakeAll), clock.subscribe(wakeUps.wakeAll)]),
        (subscriptions) => Effect.sync(() => subscriptions.forEach((unsubscribe) => unsubscribe()))
      )

      return AccountGuard.of({ ready: () => sweptShards !== "" && sweptShards === ownedShards().join(",") })
    })
  )
}
