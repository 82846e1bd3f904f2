/** Requests: what clients send to trade. Unknown fields are refused, not ignored; decimals are text; an absent field of a change stays as it is. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { OrderRequest, OrderType, Side, TimeInForce, TrailingStop } from "#domain/Order.ts"
import { SymbolName } from "#domain/Quote.ts"
import { Instant, plainText, PositionId } from "#contract/Wire.ts"

/** Printable ASCII, so that a key is safe in logs and headers. */
export const IdempotencyKey = Schema.String.check(
  Schema.isPattern(/^[\x21-\x7e]{1,128}$/u, { expected: "1 to 128 visible ASCII characters" })
).annotate({
  description: "Names this command: sent again with the same key it has one effect and the same answer",
  examples: ["3f0c2f0e-6d0c-4f7e-9b0a-0d2f5f1f8a01"]
})
export const commandHeaders = { "idempotency-key": IdempotencyKey }

/** A market order without timeInForce is IOC, all others are GTC. */
export const PlaceOrderRequest = Schema.Struct({
  symbol: SymbolName,
  side: Side,
  type: OrderType,
  lots: DecimalFromString,
  limitPrice: OrderRequest.fields.limitPrice,
  stopPrice: OrderRequest.fields.stopPrice,
  timeInForce: Schema.optionalKey(TimeInForce),
  expiresAt: Schema.optionalKey(Instant),
  stopLoss: OrderRequest.fields.stopLoss,
  takeProfit: OrderRequest.fields.takeProfit,
  trailingStop: OrderRequest.fields.trailingStop,
  maxSlippagePoints: OrderRequest.fields.maxSlippagePoints,
  requestedPrice: OrderRequest.fields.requestedPrice,
  ocoGroup: OrderRequest.fields.ocoGroup,
  comment: Schema.optionalKey(plainText(0, 64))
}).annotate({
  identifier: "PlaceOrder",
  examples: [
    { symbol: "EURUSD", side: "buy", type: "market", lots: 100_000_000n, stopLoss: 109_500_000n, takeProfit: 111_500_000n },
    { symbol: "EURUSD", side: "sell", type: "limit", lots: 10_000_000n, limitPrice: 112_000_000n, timeInForce: "DAY" }
  ]
})
export interface PlaceOrderRequest extends Schema.Schema.Type<typeof PlaceOrderRequest> {}

export const ModifyOrderRequest = Schema.Struct({
  limitPrice: Schema.optionalKey(DecimalFromString),
  stopPrice: Schema.optionalKey(DecimalFromString),
  lots: Schema.optionalKey(DecimalFromString),
  stopLoss: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
  takeProfit: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
  trailingStop: Schema.optionalKey(Schema.NullOr(TrailingStop)),
  expiresAt: Schema.optionalKey(Instant)
}).annotate({
  identifier: "ModifyOrder",
  description: "A field that is absent stays as it is, null removes",
  examples: [{ limitPrice: 109_900_000n }]
})

export const CancelOrdersRequest = Schema.Struct({
  symbol: Schema.optionalKey(SymbolName),
  side: Schema.optionalKey(Side)
}).annotate({
  identifier: "CancelOrders",
  description: "Cancels every order that is not filled yet and fits the filter",
  examples: [{ symbol: "EURUSD" }]
})

export const ModifyPositionRequest = Schema.Struct({
  stopLoss: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
  takeProfit: Schema.optionalKey(Schema.NullOr(DecimalFromString)),
  trailingStop: Schema.optionalKey(Schema.NullOr(TrailingStop))
}).annotate({
  identifier: "ModifyPosition",
  description: "A field that is absent stays as it is, null removes",
  examples: [{ stopLoss: 109_800_000n, takeProfit: null }]
})

export const ClosePositionRequest = Schema.Struct({
  lots: Schema.optionalKey(DecimalFromString),
  maxSlippagePoints: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "ClosePosition", description: "Without lots the whole position is closed", examples: [{ lots: 5_000_000n }] })

export const ClosePositionsRequest = Schema.Struct({
  symbol: Schema.optionalKey(SymbolName),
  side: Schema.optionalKey(Side),
  result: Schema.optionalKey(Schema.Literals(["all", "winners", "losers"]))
}).annotate({
  identifier: "ClosePositions",
  description: "Closes every open position that fits the filter",
  examples: [{ result: "losers" }]
})

export const CloseByRequest = Schema.Struct({ oppositePositionId: PositionId }).annotate({
  identifier: "CloseBy",
  examples: [{ oppositePositionId: "P2" }]
})
