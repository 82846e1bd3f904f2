/** Refusals: the documented order of precedence. When several reasons apply, the client is told the first of this list. */
import type { RejectionReason } from "#domain/RejectionReason.ts"

export const PRECEDENCE: ReadonlyArray<RejectionReason> = [
  "ACCOUNT_NOT_OPEN",
  "ACCOUNT_ALREADY_OPEN",
  "UNKNOWN_GROUP",
  "INVALID_LEVERAGE",
  "INVALID_CURRENCY",
  "INVALID_AMOUNT",
  "REFERENCE_ALREADY_BOOKED",
  "RESERVATION_NOT_FOUND",
  "INSUFFICIENT_WITHDRAWABLE_AMOUNT",
  "ORDER_NOT_FOUND",
  "ORDER_NOT_PENDING",
  "POSITION_NOT_FOUND",
  "POSITION_CLOSED",
  "UNKNOWN_SYMBOL",
  "TRADING_DISABLED",
  "CLOSE_ONLY",
  "TRADING_HALTED",
  "OPEN_ORDERS_LIMIT",
  "OPEN_POSITIONS_LIMIT",
  "ACCOUNT_LOTS_LIMIT",
  "LOTS_BELOW_MINIMUM",
  "LOTS_ABOVE_MAXIMUM",
  "LOTS_OFF_STEP",
  "LOTS_ABOVE_POSITION",
  "MISSING_PRICE",
  "UNEXPECTED_PRICE",
  "INVALID_PRICE",
  "INVALID_TIME_IN_FORCE",
  "INVALID_EXPIRY",
  "INVALID_TRAILING_STOP",
  "INVALID_SLIPPAGE",
  "NOTHING_TO_CHANGE",
  "NOT_HEDGING",
  "POSITIONS_NOT_OPPOSITE",
  "MARKET_CLOSED",
  "NO_QUOTE",
  "STALE_QUOTE",
  "NO_CONVERSION_RATE",
  "PRICE_ON_WRONG_SIDE",
  "STOP_LOSS_ON_WRONG_SIDE",
  "TAKE_PROFIT_ON_WRONG_SIDE",
  "TOO_CLOSE_TO_MARKET",
  "SLIPPAGE_EXCEEDED",
  "PRICE_NOT_REACHED",
  "MARGIN_CALL_ACTIVE",
  "INSUFFICIENT_FREE_MARGIN"
]

/** Collects every reason that applies; the first by precedence is the answer. */
export class Refusals {
  readonly found = new Set<RejectionReason>()

  when(applies: boolean, reason: RejectionReason): boolean {
    if (applies) this.found.add(reason)
    return applies
  }

  first(): RejectionReason | undefined {
    return PRECEDENCE.find((reason) => this.found.has(reason))
  }
}
