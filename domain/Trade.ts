/** Trade: the immutable record of one fill, opening or closing. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Side } from "#domain/Order.ts"
import { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** Why a fill happened. */
export const TradeCause = Schema.Literals(["order", "stopLoss", "takeProfit", "close", "closeBy", "reverse", "stopOut"])
export type TradeCause = typeof TradeCause.Type

export const Trade = Schema.Struct({
  tradeId: Schema.String,
  orderId: Schema.optionalKey(Schema.String),
  positionId: Schema.String,
  symbol: SymbolName,
  /** Side of the fill itself: closing a long is a sell. */
  side: Side,
  entry: Schema.Literals(["open", "close"]),
  cause: TradeCause,
  lots: DecimalFromString,
  price: DecimalFromString,
  /** Of closing fills, account currency, rounded once; 0 for opening ones. */
  realizedProfit: DecimalFromString,
  /** Accrued swap that this fill realizes. */
  swap: DecimalFromString,
  commission: DecimalFromString,
  /** The very quote it was filled at. */
  quote: Quote,
  executedAt: Millis
})
export interface Trade extends Schema.Schema.Type<typeof Trade> {}
