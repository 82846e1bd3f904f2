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

const NOTHING_SEEN: Extremes = { lowest: Infinity, highest: -Infinity }
const union = (a: Extremes, b: Extremes): Extremes => ({ lowest: Math.min(a.lowest, b.lowest), highest: Math.max(a.highest, b.highest) })

type Sides = Record<"bid" | "ask", Extremes>
const noSides = (): Sides => ({ bid: NOTHING_SEEN, ask: NOTHING_SEEN })

export class QuoteTape {
  readonly #ring: Array<MarkedQuote> = []
  #next = 0
  /** Since the ring began anew, and on the round before. */
  #round = noSides()
  #roundBefore = noSides()

  add(entry: MarkedQuote): void {
    if (this.#next === 0) {
      this.#roundBefore = this.#round
      this.#round = noSides()
    }
    this.#ring[this.#next] = entry
    this.#next = (this.#next + 1) % TAPE_QUOTES_MAX
    for (const side of ["bid", "ask"] as const) {
      const price = Number(entry.quote[side])
      const { highest, lowest } = this.#round[side]
      if (price < lowest || price > highest) this.#round[side] = union(this.#round[side], { lowest: price, highest: price })
    }
  }

  clear(): void {
    this.#ring.length = 0
    this.#next = 0
    this.#round = noSides()
    this.#roundBefore = noSides()
  }

  /** No price on the tape is beyond these; some that are on it no more may be. */
  extremes(side: "bid" | "ask"): Extremes {
    return union(this.#round[side], this.#roundBefore[side])
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
