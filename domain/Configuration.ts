/** Configuration: instruments, groups and the kill switch at one version; what decisions are taken under. Changed by staff, journaled, never edited. */
import { Schema } from "effect"
import { AccountGroup } from "#domain/AccountGroup.ts"
import { Instrument } from "#domain/Instrument.ts"

export const Configuration = Schema.Struct({
  version: Schema.Int,
  instruments: Schema.Record(Schema.String, Instrument),
  groups: Schema.Record(Schema.String, AccountGroup),
  /** Kill switch for everything: nothing new, closing stays allowed. */
  halted: Schema.Boolean
})
export interface Configuration extends Schema.Schema.Type<typeof Configuration> {}
