/**
 * executeOnce: a statement with many parameters, past the client's memory of statements.
 *
 * The client remembers what it compiled in a weak map. What such a map holds from the old generation on outlives every collection of the
 * young one: parameters that are dead a millisecond later would be copied twice, promoted, and kept until the next full collection.
 */
import { Effect } from "effect"
import type { SqlClient, SqlError } from "effect/sql"

/** Answers the rows as they are named in `text`; not for use within a transaction. */
export const executeOnce = <Row extends object>(
  sql: SqlClient.SqlClient,
  text: string,
  parameters: ReadonlyArray<unknown>
): Effect.Effect<ReadonlyArray<Row>, SqlError.SqlError> =>
  Effect.scoped(Effect.flatMap(sql.reserve, (connection) => connection.execute(text, parameters, undefined)))
