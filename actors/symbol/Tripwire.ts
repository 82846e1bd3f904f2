/**
 * Tripwire: what an account asks the symbols of this node to watch: prices at which it wants to be woken, and, when it is close to a level of
 * the margin watch, how far its equity may move altogether.
 */
import type { Decimal } from "#domain/Decimal.ts"
import type { SymbolName } from "#domain/Quote.ts"

/** The symbol actor holds them sorted; a tick looks only at the nearest. */
export interface Tripwire {
  readonly symbol: SymbolName
  /** The side of the raw quote (before mark-up) that is watched. */
  readonly side: "bid" | "ask"
  /** Trips when the watched side is at or beyond `price` in this direction. */
  readonly direction: "atOrBelow" | "atOrAbove"
  readonly price: Decimal
}

/** Kinds of wires of one symbol; a kind's number is the sum of what is so of it. Armings are stored by these numbers: see ArmingCodec. */
export const WIRE_KINDS = 4
export const ASK = 2
export const AT_OR_ABOVE = 1

export const wireKind = (side: Tripwire["side"], direction: Tripwire["direction"]): number =>
  (side === "ask" ? ASK : 0) + (direction === "atOrAbove" ? AT_OR_ABOVE : 0)

/** How equity follows one side of a symbol's raw quote: up with a bid, down with an ask. Prices are in steps of 10^-8. */
export interface Slope {
  readonly symbol: SymbolName
  readonly side: "bid" | "ask"
  /** The price from which the movement counts. */
  readonly reference: number
  /** What one step changes equity by, in money steps: at least this, and at most that. */
  readonly least: number
  readonly most: number
  /** Steps from the reference within which both hold. */
  readonly reach: number
}

/**
 * Trips when equity could have moved by as much as one of the rooms, or when a price leaves its reach. A money step is a thousandth of the
 * account currency's smallest unit; rooms are whole and positive.
 */
export interface MarginSlopes {
  /** How far equity may fall from where it was with all prices at their references. */
  readonly roomBelow: number
  /** How far it may rise; Infinity when a rise changes nothing. */
  readonly roomAbove: number
  readonly slopes: ReadonlyArray<Slope>
}

/** All that an account has armed. */
export interface Wiring {
  readonly tripwires: ReadonlyArray<Tripwire>
  /** Undefined while the account is far from every level: then the tripwires watch its margin. */
  readonly marginSlopes: MarginSlopes | undefined
}
