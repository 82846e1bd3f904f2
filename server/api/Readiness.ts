/** Readiness: whether this process can serve clients: it reaches its database, hears prices, and has armed its accounts. */
import { AccountGuard } from "#actors/account/AccountGuard.ts"
import { QuoteRelay } from "#actors/feed/FeedActor.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

/** A database that takes longer to say anything counts as away. */
const DEADLINE = "1 second"

export class Readiness extends Context.Service<Readiness, { readonly checks: Effect.Effect<Readonly<Record<string, boolean>>> }>()(
  "server/api/Readiness"
) {
  static readonly layer = Layer.effect(
    Readiness,
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const relay = yield* QuoteRelay
      const guard = yield* AccountGuard
      const database = withDeadline(sql`SELECT 1`, DEADLINE, () => false).pipe(
        Effect.as(true),
        Effect.catch(() => Effect.succeed(false))
      )
      return Readiness.of({
        checks: Effect.map(database, (isUp) => ({ database: isUp, feed: relay.isConnected(), accounts: guard.ready() }))
      })
    })
  )
}
