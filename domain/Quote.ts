/** Quote: what one unit can be sold for (bid) and bought for (ask), at a time. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"

/** Epoch milliseconds. */
export const Millis = Schema.Int
export type Millis = number

/** An instrument's name as clients see it: `EURUSD`, `BTCUSD`, `WTI`. */
export const SymbolName = Schema.String.check(Schema.isPattern(/^[A-Z0-9._]{2,20}$/u, { expected: "a symbol such as EURUSD" }))
export type SymbolName = string

/**
 * `sequence` is the feed's own count per symbol and orders ticks that share a time stamp.
 * `source` says where the figures come from: the upstream socket, REST polling, or the spread put around a price without bid and ask.
 */
export const Quote = Schema.Struct({
  symbol: SymbolName,
  bid: DecimalFromString,
  ask: DecimalFromString,
  /** Upstream's time stamp. */
  time: Millis,
  /** When this platform received it: a quote's age is counted from here, since upstream's stamps are whole seconds and may be late. */
  receivedAt: Millis,
  sequence: Schema.Int,
  source: Schema.Literals(["ws", "rest", "synthetic"])
})
export interface Quote extends Schema.Schema.Type<typeof Quote> {}
