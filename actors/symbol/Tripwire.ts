/** Tripwire: a price of a symbol at which an account wants to be woken. The symbol actor holds them sorted; a tick looks only at the nearest. */
import type { Decimal } from "#domain/Decimal.ts"
import type { SymbolName } from "#domain/Quote.ts"

export interface Tripwire {
  readonly symbol: SymbolName
  /** The side of the raw quote (before mark-up) that is watched. */
  readonly side: "bid" | "ask"
  /** Trips when the watched side is at or beyond `price` in this direction. */
  readonly direction: "atOrBelow" | "atOrAbove"
  readonly price: Decimal
}
