/** Position: open exposure that came from a fill. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Side, TrailingStop } from "#domain/Order.ts"
import { Millis, SymbolName } from "#domain/Quote.ts"

export const Position = Schema.Struct({
  positionId: Schema.String,
  symbol: SymbolName,
  side: Side,
  lots: DecimalFromString,
  /** Volume-weighted when several fills made it (netting), 8 digits. */
  openPrice: DecimalFromString,
  openedAt: Millis,
  stopLoss: Schema.optionalKey(DecimalFromString),
  takeProfit: Schema.optionalKey(DecimalFromString),
  trailingStop: Schema.optionalKey(TrailingStop),
  /** Account currency; fixed by the opening price and rate. */
  margin: DecimalFromString,
  /** Margin currency to account currency at the opening. */
  marginRate: DecimalFromString,
  /** Accrued and not yet booked, account currency. */
  swap: DecimalFromString,
  /** Booked at the opening, account currency, not positive. */
  commission: DecimalFromString,
  orderId: Schema.String,
  /** What was closed of it so far, and at which price on average by volume, 8 digits; absent while nothing was. */
  lotsClosed: Schema.optionalKey(DecimalFromString),
  averageClosePrice: Schema.optionalKey(DecimalFromString)
})
export interface Position extends Schema.Schema.Type<typeof Position> {}
