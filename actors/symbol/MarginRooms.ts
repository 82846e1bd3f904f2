/**
 * MarginRooms: how far the equity of each hot account may still fall and rise, in money steps, by the account's number.
 *
 * Sums of whole numbers below 2^53, so they are exact whatever the order of the ticks. Infinite for accounts that are not hot, and for one
 * that tripped until it arms anew: it trips once.
 */
import type { MarginSlopes } from "#actors/symbol/Tripwire.ts"
import { roomAfter, widened } from "#actors/symbol/WireColumns.ts"

export class MarginRooms {
  /** What is left, two for each account: below and above, side by side because they are looked at together. */
  left = new Float64Array(0)
  /** The same with all prices at their references. */
  #whole = new Float64Array(0)

  /** The rooms of an account with all prices at their references. */
  enter(account: number, { roomAbove, roomBelow }: MarginSlopes): void {
    if (2 * account >= this.left.length) this.#widen(roomAfter(account))
    const rooms = [roomBelow, roomAbove]
    this.left.set(rooms, 2 * account)
    this.#whole.set(rooms, 2 * account)
  }

  /** After its rows were removed, or when it trips. */
  leave(account: number): void {
    if (2 * account < this.left.length) this.left.fill(Infinity, 2 * account, 2 * account + 2)
  }

  /** Undefined for an account that is not hot, or tripped. */
  wholeOf(account: number): Omit<MarginSlopes, "slopes"> | undefined {
    if ((this.left[2 * account] ?? Infinity) === Infinity) return undefined
    return { roomBelow: this.#whole[2 * account] ?? 0, roomAbove: this.#whole[2 * account + 1] ?? 0 }
  }

  #widen(accounts: number): void {
    const known = this.left.length
    this.left = widened(this.left, new Float64Array(2 * accounts)).fill(Infinity, known)
    this.#whole = widened(this.#whole, new Float64Array(2 * accounts))
  }
}
