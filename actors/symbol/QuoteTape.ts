/** QuoteTape: the last accepted quotes of one symbol with their marks, in a ring. Bridges the moments in which an account is not armed. */
import type { Mark } from "#actors/symbol/Symbols.ts"
import type { Quote } from "#domain/Quote.ts"

/** At 20 ticks a second this is 50 seconds: ten times what a commit may take before the account rereads its journal. */
export const TAPE_QUOTES_MAX = 1_024

export interface MarkedQuote {
  readonly mark: Mark
  readonly quote: Quote
}

export class QuoteTape {
  readonly #ring: Array<MarkedQuote> = []
  #next = 0

  add(entry: MarkedQuote): void {
    this.#ring[this.#next] = entry
    this.#next = (this.#next + 1) % TAPE_QUOTES_MAX
  }

  clear(): void {
    this.#ring.length = 0
    this.#next = 0
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
