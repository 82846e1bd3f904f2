/** sendTicket: the written order on its way to the engine. */
import type { PlaceOrderRequest } from "#contract/Requests.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { Side } from "#domain/Order.ts"
import { placeOrder } from "../../api/trading.ts"
import { nowMillis } from "../../state/clock.ts"
import { cell, read, write } from "../../state/store.ts"
import { ticketCell } from "../../state/ticket.ts"
import { withCommandToast } from "../notifications/commandToast.ts"
import { nameOf, placedOutcome } from "../notifications/outcomes.ts"
import { readTicketValue } from "./useTicket.ts"

/** A trailing stop follows every point. */
const TRAILING_STEP_POINTS = 1
/** The same order within this time is asked about: a double click is one wish. */
const REPEAT_MILLIS = 3_000

/** Orders on their way. */
export const sendingCell = cell(0)
/** An order that looks like the one before, waiting for a yes. */
export const repeatedCell = cell<PlaceOrderRequest | undefined>(undefined)

let lastSent: { readonly request: string; readonly at: number } | undefined

const fingerprint = ({ symbol, side, type, lots }: PlaceOrderRequest): string => [symbol, side, type, lots].join("/")

const requestOf = (side: Side): PlaceOrderRequest | undefined => {
  const draft = read(ticketCell)
  const ticket = read(readTicketValue)
  const order = ticket?.order
  if (ticket === undefined || order === undefined) return undefined
  return {
    symbol: order.instrument.symbol,
    side,
    type: draft.type,
    lots: order.lots,
    ...(ticket.limitPrice === undefined ? {} : { limitPrice: ticket.limitPrice }),
    ...(ticket.stopPrice === undefined ? {} : { stopPrice: ticket.stopPrice }),
    ...(draft.type === "market" ? {} : { timeInForce: draft.timeInForce }),
    ...(ticket.expiresAt === undefined ? {} : { expiresAt: ticket.expiresAt }),
    ...(ticket.maxSlippagePoints === undefined ? {} : { maxSlippagePoints: ticket.maxSlippagePoints }),
    ...(ticket.trailingPoints === undefined
      ? {}
      : { trailingStop: { distancePoints: ticket.trailingPoints, stepPoints: TRAILING_STEP_POINTS } }),
    ...(order.stopLoss === undefined ? {} : { stopLoss: order.stopLoss }),
    ...(order.takeProfit === undefined ? {} : { takeProfit: order.takeProfit })
  }
}

/** Sends the ticket as it stands; what looks like a repetition waits in `repeatedCell` instead. */
export const sendTicket = (side: Side): void => {
  const request = requestOf(side)
  if (request === undefined) return
  const isRepeated = lastSent?.request === fingerprint(request) && nowMillis() - lastSent.at < REPEAT_MILLIS
  if (isRepeated) write(repeatedCell, request)
  else void send(request)
}

export const sendRepeated = (): void => {
  const request = read(repeatedCell)
  if (request !== undefined) void send(request)
}
export const forgetRepeated = (): void => write(repeatedCell, undefined)

const send = async (request: PlaceOrderRequest): Promise<void> => {
  forgetRepeated()
  lastSent = { request: fingerprint(request), at: nowMillis() }
  write(sendingCell, (count) => count + 1)
  const name = nameOf({ side: request.side, symbol: request.symbol, lots: formatDecimal(request.lots) })
  await withCommandToast(name, placeOrder(request), placedOutcome)
  write(sendingCell, (count) => count - 1)
}
