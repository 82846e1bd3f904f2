/** AccountGroup: the conditions that accounts share: levels, stop-out strategy, leverage caps, mark-up and commission. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { InstrumentClass } from "#domain/Instrument.ts"

/** Booked with the deal. lot: account currency per lot and side; million: per million of notional and side; percent: of notional and side. */
export const CommissionRule = Schema.Struct({
  kind: Schema.Literals(["none", "lot", "million", "percent"]),
  rate: DecimalFromString,
  minimum: DecimalFromString
})

export const AccountGroup = Schema.Struct({
  name: Schema.String.check(Schema.isPattern(/^[a-z0-9-]{1,40}$/u)),
  marginCallLevelPercent: DecimalFromString,
  stopOutLevelPercent: DecimalFromString,
  stopOutStrategy: Schema.Literals(["largestLoss", "smart"]),
  hedgedMargin: Schema.Literals(["largerLeg", "basic"]),
  /** While in margin call new exposure is refused. */
  refuseExposureInMarginCall: Schema.Boolean,
  negativeBalanceProtection: Schema.Boolean,
  /** Highest leverage by class; a class that is absent has no cap. */
  leverageCaps: Schema.Record(InstrumentClass, Schema.optionalKey(Schema.Int)),
  /** Extra spread in points, half on each side, by symbol; `*` for all others. */
  markUpPoints: Schema.Record(Schema.String, Schema.Int),
  /** By symbol; `*` for all others. */
  commissions: Schema.Record(Schema.String, CommissionRule)
})
export interface AccountGroup extends Schema.Schema.Type<typeof AccountGroup> {}
