/** Refusal: the trading engine's refusal as clients see it. */
import { RejectionReason } from "#domain/RejectionReason.ts"
import { Schema } from "effect"

/** Figures that show why, as text: decimals, ids, times. */
export const RefusalContext = Schema.Record(Schema.String, Schema.String)

export const Refusal = Schema.Struct({ code: RejectionReason, context: RefusalContext }).annotate({ identifier: "Refusal" })
export interface Refusal extends Schema.Schema.Type<typeof Refusal> {}
