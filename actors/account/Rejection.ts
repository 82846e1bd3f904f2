/**
 * Rejection: a command's refusal, with the figures that show why.
 *
 * Where a rule answers with a result or a rejection, `"reason" in answer` tells them apart. It is written out in each such place: there it
 * sees two kinds of objects, while one function for all would see dozens, and the engine would look the name up each time.
 */
import { RejectionReason } from "#domain/RejectionReason.ts"
import { Schema } from "effect"

export const Rejection = Schema.Struct({
  reason: RejectionReason,
  /** Figures as text: decimal strings, ids, times. */
  context: Schema.Record(Schema.String, Schema.String)
})
export interface Rejection extends Schema.Schema.Type<typeof Rejection> {}
