/** Rejection: a command's refusal, with the figures that show why. */
import { RejectionReason } from "#domain/RejectionReason.ts"
import { Schema } from "effect"

export const Rejection = Schema.Struct({
  reason: RejectionReason,
  /** Figures as text: decimal strings, ids, times. */
  context: Schema.Record(Schema.String, Schema.String)
})
export interface Rejection extends Schema.Schema.Type<typeof Rejection> {}
