/**
 * RejectionReason: why a command was refused. A closed set; the order of the list is the order of precedence: when several apply, the client
 * is told the first. Clients' programs tell refusals apart by these.
 */
import { Schema } from "effect"

export const RejectionReason = Schema.Literals([
  // the account
  "ACCOUNT_NOT_OPEN",
  "ACCOUNT_ALREADY_OPEN",
  "UNKNOWN_GROUP",
  "INVALID_LEVERAGE",
  "INVALID_CURRENCY",
  // money
  "INVALID_AMOUNT",
  "REFERENCE_ALREADY_BOOKED",
  "RESERVATION_NOT_FOUND",
  "INSUFFICIENT_WITHDRAWABLE_AMOUNT",
  // existence
  "ORDER_NOT_FOUND",
  "ORDER_NOT_PENDING",
  "POSITION_NOT_FOUND",
  "POSITION_CLOSED",
  "UNKNOWN_SYMBOL",
  // permission
  "TRADING_DISABLED",
  "CLOSE_ONLY",
  "TRADING_HALTED",
  "OPEN_ORDERS_LIMIT",
  "OPEN_POSITIONS_LIMIT",
  "ACCOUNT_LOTS_LIMIT",
  // volume
  "LOTS_BELOW_MINIMUM",
  "LOTS_ABOVE_MAXIMUM",
  "LOTS_OFF_STEP",
  "LOTS_ABOVE_POSITION",
  // shape of the order
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
  // the market
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
  // margin, last because it depends on all of the above
  "MARGIN_CALL_ACTIVE",
  "INSUFFICIENT_FREE_MARGIN"
])
export type RejectionReason = typeof RejectionReason.Type
