/**
 * Cluster: the sharding engine, the same whether one process runs or five.
 *
 * Runners and shard locks live in PostgreSQL. Messages do not: commands are volatile and carry an id, the journal's receipts make them safe
 * to repeat. The shard lock gives liveness only; safety is the journal's epoch fence.
 */
import type { Configuration } from "#server/settings.ts"
import * as NodeClusterSocket from "@effect/platform-node/NodeClusterSocket"
import { Layer, Option } from "effect"
import { MessageStorage, RunnerAddress, ShardingConfig, SqlRunnerStorage } from "effect/cluster"

/** Handing accounts over may take this long before the process ends. */
const TERMINATION_MILLIS_MAX = 8_000

const runners = Layer.orDie(SqlRunnerStorage.layer)

export const makeCluster = (config: Configuration) => {
  const shardingConfig = {
    runnerAddress: Option.some(RunnerAddress.make(config.runnerHost, config.runnerPort)),
    shardLockExpiration: config.shardLockExpirationMillis,
    shardLockRefreshInterval: config.shardLockRefreshMillis,
    refreshAssignmentsInterval: config.assignmentsRefreshMillis,
    runnerHealthCheckInterval: config.runnerHealthCheckMillis,
    entityMessagePollInterval: config.messagePollMillis,
    entityTerminationTimeout: TERMINATION_MILLIS_MAX,
    maxResidentEntities: config.residentAccountsMax,
    simulateRemoteSerialization: false
  }
  return NodeClusterSocket.layer({ storage: "byo", shardingConfig }).pipe(
    Layer.provide([MessageStorage.layerNoop, runners]),
    Layer.provideMerge(ShardingConfig.layer(shardingConfig))
  )
}

/** Speaks to the accounts of running servers without owning any. */
export const clusterClient = NodeClusterSocket.layer({ clientOnly: true, storage: "byo" }).pipe(
  Layer.provide([MessageStorage.layerNoop, runners]),
  Layer.provide(ShardingConfig.layer({ runnerAddress: Option.none() }))
)
