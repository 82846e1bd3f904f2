/**
 * QuoteTape: the last accepted quotes of one symbol with their marks, in a ring. Bridges the moments in which an account is not armed.
 *
 * A node that takes over shards holds every wire of their accounts against the whole tape. So the tape knows how far its prices went: of as
 * many quotes as it holds, and of as many before those, which is at least what is on it. Few wires are left to be held against each quote.
 */
import type { Mark } from "#actors/symbol/Symbols.ts"
import type { Quote } from "#domain/Quote.ts"

/** At 20 ticks a second this is 50 seconds: ten times what a commit may take before the account rereads its journal. */
export const TAPE_QUOTES_MAX = 1_024

export interface MarkedQuote {
  readonly mark: Mark
  readonly quote: Quote
}

/** Steps of 10^-8. */
export interface Extremes {
  readonly lowest: number
  readonly highest: number
}

/** How far one side of the quotes went: since the ring began anew, and on the round before. */
class Reached {
  #lowest = Infinity
  #highest = -Infinity
  #lowestBefore = Infinity
  #highestBefore = -Infinity

  add(price: number): void {
    if (price < this.#lowest) this.#lowest = price
    if (price > this.#highest) this.#highest = price
  }

  beginRound(): void {
    this.#lowestBefore = this.#lowest
    this.#highestBefore = this.#highest
    this.#lowest = Infinity
    this.#highest = -Infinity
  }

  get extremes(): Extremes {
    return { lowest: Math.min(this.#lowest, this.#lowestBefore), highest: Math.max(this.#highest, this.#highestBefore) }
  }
}

export class QuoteTape {
  readonly #ring: Array<MarkedQuote> = []
  #next = 0
  #bids = new Reached()
  #asks = new Reached()

  /** `bid` and `ask` are the quote's. */
  add(entry: MarkedQuote, bid: number, ask: number): void {
    if (this.#next === 0) {
      this.#bids.beginRound()
      this.#asks.beginRound()
    }
    this.#ring[this.#next] = entry
    this.#next = (this.#next + 1) % TAPE_QUOTES_MAX
    this.#bids.add(bid)
    this.#asks.add(ask)
  }

  clear(): void {
    this.#ring.length = 0
    this.#next = 0
    this.#bids = new Reached()
    this.#asks = new Reached()
  }

  /** No price on the tape is beyond these; some that are on it no more may be. */
  extremes(side: "bid" | "ask"): Extremes {
    return side === "bid" ? this.#bids.extremes : this.#asks.extremes
  }

  /** The first quote on the tape. */
  get oldest(): MarkedQuote | undefined {
    return this.#ring.length < TAPE_QUOTES_MAX ? this.#ring[0] : this.#ring[this.#next]
  }

  /** Oldest first, marks from `from` on. */
  since(from: Mark): ReadonlyArray<MarkedQuote> {
    const found: Array<MarkedQuote> = []
    for (let back = 1; back <= this.#ring.length; back++) {
      const entry = this.#ring[(this.#next - back + TAPE_QUOTES_MAX) % TAPE_QUOTES_MAX]
      if (entry === undefined || entry.mark < from) break
      found.push(entry)
    }
    return found.reverse()
  }
}
