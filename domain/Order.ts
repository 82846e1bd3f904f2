/** Order: an instruction to trade, from its placement to exactly one terminal state. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Millis, SymbolName } from "#domain/Quote.ts"

export const Side = Schema.Literals(["buy", "sell"])
export type Side = typeof Side.Type
export const OrderType = Schema.Literals(["market", "limit", "stop", "stopLimit"])
export type OrderType = typeof OrderType.Type
export const TimeInForce = Schema.Literals(["GTC", "GTD", "DAY", "IOC", "FOK"])
export type TimeInForce = typeof TimeInForce.Type
/** The names of the lifecycle machine's states. */
export const OrderStatus = Schema.Literals(["pending", "triggered", "filled", "canceled", "rejected", "expired"])
export type OrderStatus = typeof OrderStatus.Type

/** Follows the market at `distancePoints`, in steps of at least `stepPoints`, and never moves back. */
export const TrailingStop = Schema.Struct({ distancePoints: Schema.Int, stepPoints: Schema.Int })
export interface TrailingStop extends Schema.Schema.Type<typeof TrailingStop> {}

/** What a client asks for. */
export const OrderRequest = Schema.Struct({
  symbol: SymbolName,
  side: Side,
  type: OrderType,
  lots: DecimalFromString,
  /** Limit price of limit and stop-limit orders. */
  limitPrice: Schema.optionalKey(DecimalFromString),
  /** Trigger price of stop and stop-limit orders. */
  stopPrice: Schema.optionalKey(DecimalFromString),
  timeInForce: TimeInForce,
  /** Expiry of GTD. */
  expiresAt: Schema.optionalKey(Millis),
  stopLoss: Schema.optionalKey(DecimalFromString),
  takeProfit: Schema.optionalKey(DecimalFromString),
  trailingStop: Schema.optionalKey(TrailingStop),
  /** Market orders: rejected when the fill would be further than this from the price at placement. */
  maxSlippagePoints: Schema.optionalKey(Schema.Int),
  /** The price the client saw when it asked; slippage is measured from it. Absent: from the current quote. */
  requestedPrice: Schema.optionalKey(DecimalFromString),
  /** Orders that share a group cancel each other: one's fill or cancel cancels the rest. */
  ocoGroup: Schema.optionalKey(Schema.String.check(Schema.isPattern(/^[A-Za-z0-9_-]{1,40}$/u))),
  comment: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(64)))
})
export interface OrderRequest extends Schema.Schema.Type<typeof OrderRequest> {}

export const Order = Schema.Struct({
  orderId: Schema.String,
  ...OrderRequest.fields,
  status: OrderStatus,
  placedAt: Millis,
  /** Margin that the order holds back while it rests, in the account currency. */
  reservedMargin: DecimalFromString
})
export interface Order extends Schema.Schema.Type<typeof Order> {}
