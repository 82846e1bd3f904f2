/** Demand: who wants which symbol's quotes, counted; upstream is asked once per symbol. */
import type { DemandReason } from "#actors/feed/MarketFeed.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** A symbol that nobody wants any more stays subscribed for so long: people come back, and upstream counts messages. */
export const DEMAND_LINGER_MILLIS = 30_000

interface Entry {
  readonly counts: Record<DemandReason, number>
  /** When the last one who wanted it left. */
  releasedAt: Millis | undefined
}

export class Demand {
  readonly #entries = new Map<SymbolName, Entry>()

  /** Counts one more who wants each symbol. */
  add(symbols: Iterable<SymbolName>, reason: DemandReason): void {
    for (const symbol of symbols) {
      const entry = this.#entries.get(symbol) ?? { counts: { exposure: 0, watched: 0 }, releasedAt: undefined }
      entry.counts[reason]++
      entry.releasedAt = undefined
      this.#entries.set(symbol, entry)
    }
  }

  /** Counts one fewer. */
  release(symbols: Iterable<SymbolName>, reason: DemandReason, now: Millis): void {
    for (const symbol of symbols) {
      const entry = this.#entries.get(symbol)
      if (entry === undefined) continue
      entry.counts[reason] = Math.max(0, entry.counts[reason] - 1)
      if (entry.counts.exposure + entry.counts.watched === 0) entry.releasedAt = now
    }
  }

  /** The symbols to ask upstream for, those with exposure first, then in order of first demand. */
  wanted(now: Millis): ReadonlyArray<SymbolName> {
    for (const [symbol, { releasedAt }] of this.#entries) {
      if (releasedAt !== undefined && now - releasedAt >= DEMAND_LINGER_MILLIS) this.#entries.delete(symbol)
    }
    const symbols = [...this.#entries.keys()]
    return [...symbols.filter((symbol) => this.hasExposure(symbol)), ...symbols.filter((symbol) => !this.hasExposure(symbol))]
  }

  hasExposure(symbol: SymbolName): boolean {
    return (this.#entries.get(symbol)?.counts.exposure ?? 0) > 0
  }
}
