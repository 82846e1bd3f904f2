/** PreferenceStore: how each person likes the page. A change is one statement: of two at once, one wins and the other is told. */
import { IdentityUnavailable } from "#db/Users.ts"
import { withDeadline } from "#db/withDeadline.ts"
import { Context, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql"

type Entries = Readonly<Record<string, string>>

const DEADLINE = "5 seconds"

export class PreferenceStore extends Context.Service<
  PreferenceStore,
  {
    /** Version 0 before the first change. */
    readonly find: (userId: string) => Effect.Effect<{ readonly version: number; readonly entries: Entries }, IdentityUnavailable>
    /** Answers the new version; undefined when `version` is not the one that is kept. */
    readonly replace: (userId: string, version: number, entries: Entries) => Effect.Effect<number | undefined, IdentityUnavailable>
  }
>()("db/PreferenceStore") {
  static readonly layer = Layer.effect(
    PreferenceStore,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const run = <A, E>(effect: Effect.Effect<A, E>) =>
        withDeadline(effect, DEADLINE, (cause) => new IdentityUnavailable({ cause: String(cause) }))
      return PreferenceStore.of({
        find: (userId) =>
          run(
            Effect.map(
              sql<{ version: number; entries: Entries }>`SELECT version, entries FROM preferences WHERE user_id = ${userId}`,
              ([row]) => row ?? { version: 0, entries: {} }
            )
          ),
        replace: (userId, version, entries) =>
          run(
            Effect.map(
              sql<{ version: number }>`
                INSERT INTO preferences (user_id, version, entries) VALUES (${userId}, 1, ${JSON.stringify(entries)}::jsonb)
                ON CONFLICT (user_id) DO UPDATE SET version = preferences.version + 1, entries = excluded.entries
                  WHERE preferences.version = ${version}
                RETURNING version`,
              ([row]) => row?.version
            )
          )
      })
    })
  )
}
