/** records: how orders and positions, with what became of them, are kept in the read tables' `data`. */
import { closedSoFar } from "#actors/account/decide/closing.ts"
import { Rejection } from "#actors/account/Rejection.ts"
import type { OrderRecord, PositionRecord } from "#db/AccountReads.ts"
import { DecimalFromString, type Decimal } from "#domain/Decimal.ts"
import { Order } from "#domain/Order.ts"
import { Position } from "#domain/Position.ts"
import { Millis } from "#domain/Quote.ts"
import type { Trade } from "#domain/Trade.ts"
import { Schema } from "effect"

const OrderOutcome = Schema.Struct({
  updatedAt: Millis,
  fillPrice: Schema.optional(DecimalFromString),
  positionId: Schema.optional(Schema.String),
  cancelCause: Schema.optional(Schema.String),
  rejection: Schema.optional(Rejection)
})
/** What became of an order, beyond what it asked for. */
export interface OrderOutcome extends Schema.Schema.Type<typeof OrderOutcome> {}

const StoredOrder = Schema.Struct({ ...Order.fields, ...OrderOutcome.fields })
const StoredPosition = Schema.Struct({
  ...Position.fields,
  closedAt: Schema.optional(Millis),
  closePrice: Schema.optional(DecimalFromString)
})

const decodeStoredOrder = Schema.decodeUnknownSync(StoredOrder)
const decodeStoredPosition = Schema.decodeUnknownSync(StoredPosition)

export const storedOrder = (order: Order, outcome: OrderOutcome): typeof StoredOrder.Type => ({ ...order, ...outcome })

export const decodeOrderRecord = (data: unknown): OrderRecord => {
  const { cancelCause, fillPrice, positionId, rejection, ...order } = decodeStoredOrder(data)
  return { ...order, cancelCause, fillPrice, positionId, rejection }
}

/** A closed position is told whole: all that was closed of it, at the average price. */
export const storedPosition = (position: Position, closing: Trade | undefined): typeof StoredPosition.Type => {
  if (closing === undefined) return position
  const closed = closedSoFar(position, closing)
  return { ...position, lots: closed.lotsClosed, closedAt: closing.executedAt, closePrice: closed.averageClosePrice }
}

export const decodePositionRecord = (data: unknown, status: "open" | "closed", realizedProfit: Decimal): PositionRecord => {
  const { closePrice, closedAt, ...position } = decodeStoredPosition(data)
  return { ...position, closePrice, closedAt, realizedProfit, status }
}
