/** FundingConditionsStore: every version of funding's methods and limits; the newest is in force. */
import { FundingUnavailable } from "#db/FundingRequests.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { defaultFundingConditions } from "#domain/defaultFundingConditions.ts"
import { FundingConditions } from "#domain/FundingConditions.ts"
import { Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"

const DEADLINE = "5 seconds"

export interface VersionedFundingConditions {
  readonly version: number
  readonly conditions: FundingConditions
}

const decode = Schema.decodeUnknownSync(FundingConditions)
const encode = Schema.encodeSync(FundingConditions)

export class FundingConditionsStore extends Context.Service<
  FundingConditionsStore,
  {
    readonly current: Effect.Effect<VersionedFundingConditions, FundingUnavailable>
    readonly change: (conditions: FundingConditions, changedBy: string) => Effect.Effect<VersionedFundingConditions, FundingUnavailable>
  }
>()("db/FundingConditionsStore") {
  static readonly layer = Layer.effect(
    FundingConditionsStore,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new FundingUnavailable({ cause: String(cause) }))
      const newest = Effect.map(
        sql<{ version: bigint; conditions: unknown }>`SELECT version, conditions FROM funding_conditions ORDER BY version DESC LIMIT 1`,
        ([row]) => row && { version: Number(row.version), conditions: decode(row.conditions) }
      )
      /** Undefined leaves what is there. */
      const next = Effect.fnUntraced(function* (conditions: FundingConditions | undefined, changedBy: string) {
        yield* sql`SELECT pg_advisory_xact_lock(hashtext('funding_conditions'))`
        const before = yield* newest
        if (before !== undefined && conditions === undefined) return before
        const written = { version: (before?.version ?? 0) + 1, conditions: conditions ?? defaultFundingConditions }
        yield* sql`INSERT INTO funding_conditions (version, conditions, changed_by)
          VALUES (${written.version}, ${JSON.stringify(encode(written.conditions))}::json, ${changedBy})`
        return written
      }, sql.withTransaction)

      return FundingConditionsStore.of({
        current: run(Effect.flatMap(newest, (found) => (found === undefined ? next(undefined, "installation") : Effect.succeed(found)))),
        change: (conditions, changedBy) => run(next(conditions, changedBy))
      })
    })
  )
}
