/**
 * PgConfigurations: every version of the configuration in PostgreSQL, the newest in the memory of each node.
 *
 * A change is written under a lock and announced by NOTIFY; a node that missed the announcement finds the version by polling.
 */
import { Configurations, ConfigurationUnavailable, type ConfigurationChange } from "#actors/Configurations.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Configuration } from "#domain/Configuration.ts"
import { PgClient } from "@effect/sql-pg"
import { Effect, Layer, Queue, Schedule, Schema } from "effect"
import { SqlClient } from "effect/sql"

const CHANNEL = "keel_configuration"
const DEADLINE = "5 seconds"
/** A node that lost its announcement connection is at most this far behind. */
const POLL_INTERVAL = "2 seconds"

const decodeConfiguration = Schema.decodeUnknownSync(Configuration)
const encodeConfiguration = Schema.encodeSync(Configuration)

const applyChange = (configuration: Configuration, change: ConfigurationChange): Configuration => {
  const version = configuration.version + 1
  switch (change.kind) {
    case "instrument":
      return { ...configuration, version, instruments: { ...configuration.instruments, [change.instrument.symbol]: change.instrument } }
    case "group":
      return { ...configuration, version, groups: { ...configuration.groups, [change.group.name]: change.group } }
    case "halt":
      return { ...configuration, version, halted: change.halted }
  }
}

/** `initial` is written as the first version of an empty database. */
export const makePgConfigurations = (initial: Configuration) =>
  Layer.effect(
    Configurations,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const pg = yield* PgClient.PgClient
      const listeners = new Set<(configuration: Configuration) => void>()
      const unavailable = () => new ConfigurationUnavailable()

      const newest = sql<{ configuration: unknown }>`SELECT configuration FROM configuration ORDER BY version DESC LIMIT 1`.pipe(
        Effect.map(([row]) => row && decodeConfiguration(row.configuration))
      )
      const insert = (configuration: Configuration, change: object, origin: object) =>
        sql`INSERT INTO configuration (version, change, configuration, origin) VALUES (${configuration.version},
          ${JSON.stringify(change, (_, value: unknown) => (typeof value === "bigint" ? value.toString() : value))}::json,
          ${JSON.stringify(encodeConfiguration(configuration))}::json, ${JSON.stringify(origin)}::json)`
      const locked = sql`LOCK TABLE configuration IN EXCLUSIVE MODE`

      let current = yield* Effect.gen(function* () {
        yield* locked
        const found = yield* newest
        if (found !== undefined) return found
        yield* insert(initial, { kind: "initial" }, { kind: "platform", id: "start" })
        return initial
      }).pipe(sql.withTransaction)

      const adopt = (configuration: Configuration) => {
        if (configuration.version <= current.version) return
        current = configuration
        for (const listener of listeners) listener(configuration)
      }
      const refresh = newest.pipe(
        Effect.map((configuration) => configuration && adopt(configuration)),
        Effect.catch((error) => Effect.logWarning("Configuration not refreshed", { cause: String(error) }))
      )

      const announcements = yield* pg.listen(CHANNEL)
      yield* Queue.take(announcements).pipe(Effect.andThen(refresh), Effect.forever, Effect.ignore, Effect.forkScoped)
      yield* refresh.pipe(Effect.repeat(Schedule.spaced(POLL_INTERVAL)), Effect.forkScoped)

      return Configurations.of({
        current: () => current,
        subscribe: (listener) => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        change: (change, origin) =>
          Effect.gen(function* () {
            yield* locked
            const next = applyChange((yield* newest) ?? current, change)
            yield* insert(next, change, origin)
            yield* sql`SELECT pg_notify(${CHANNEL}, ${String(next.version)})`
            return next
          }).pipe(
            sql.withTransaction,
            (transaction) => withDeadline(transaction, DEADLINE, unavailable),
            Effect.tap((configuration) => Effect.sync(() => adopt(configuration)))
          )
      })
    })
  )
