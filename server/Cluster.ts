/**
 * Cluster: the sharding engine, the same whether one process runs or five.
 *
 * Runners and shard locks live in PostgreSQL. Messages do not: commands are volatile and carry an id, the journal's receipts make them safe
 * to repeat. The shard lock gives liveness only; safety is the journal's epoch fence.
 */
import type { Configuration } from "#server/Config.ts"
import { NodeClusterSocket } from "@effect/platform-node"
import { Layer, Option } from "effect"
import { MessageStorage, RunnerAddress, SqlRunnerStorage } from "effect/cluster"

/** Handing accounts over may take this long before the process ends. */
const TERMINATION_TIMEOUT = "8 seconds"

export const makeCluster = (config: Configuration) =>
  NodeClusterSocket.layer({
    storage: "byo",
    shardingConfig: {
      runnerAddress: Option.some(RunnerAddress.make(config.runnerHost, config.runnerPort)),
      shardLockExpiration: config.shardLockExpirationMillis,
      shardLockRefreshInterval: config.shardLockRefreshMillis,
      refreshAssignmentsInterval: config.assignmentsRefreshMillis,
      runnerHealthCheckInterval: config.runnerHealthCheckMillis,
      entityMessagePollInterval: config.messagePollMillis,
      entityTerminationTimeout: TERMINATION_TIMEOUT,
      maxResidentEntities: config.residentAccountsMax,
      simulateRemoteSerialization: false
    }
  }).pipe(Layer.provide(MessageStorage.layerNoop), Layer.provide(Layer.orDie(SqlRunnerStorage.layer)))
