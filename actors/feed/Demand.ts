/**
 * Demand: who wants which symbol's quotes, and why; upstream is asked once per symbol, however many want it.
 *
 * Each asker (a node, the list of instruments) has one claim, which it replaces as a whole. A node's claim is a lease: a node that died
 * wants nothing any more.
 */
import type { Claim, DemandReason } from "#actors/feed/MarketFeed.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** A symbol that nobody watches any more keeps its precedence for so long: people come back, and upstream counts messages. */
export const DEMAND_LINGER_MILLIS = 30_000

const REASONS = ["exposure", "watched", "listed"] as const satisfies ReadonlyArray<DemandReason>

interface Lease {
  readonly claim: Claim
  /** When the claim ends by itself. */
  readonly until: Millis
}

interface Entry {
  readonly counts: Record<DemandReason, number>
  /** When the last one who did more than list it left. */
  leftAt: Millis | undefined
}

export class Demand {
  readonly #leases = new Map<string, Lease>()
  readonly #entries = new Map<SymbolName, Entry>()

  /** Replaces what the asker wants; an empty claim ends it. Without `until` it holds for ever. */
  claim(asker: string, claim: Claim, now: Millis, until: Millis = Infinity): void {
    const before = this.#leases.get(asker)
    this.#count(claim, 1, now)
    if (before !== undefined) this.#count(before.claim, -1, now)
    if (REASONS.every((reason) => (claim[reason] ?? []).length === 0)) this.#leases.delete(asker)
    else this.#leases.set(asker, { claim, until })
  }

  /** The symbols to ask upstream for: those with exposure, then those watched now or a moment ago, then those merely listed. */
  wanted(now: Millis): ReadonlyArray<SymbolName> {
    this.#expire(now)
    const ranks: ReadonlyArray<Array<SymbolName>> = [[], [], []]
    for (const [symbol, entry] of this.#entries) {
      const rank = rankOf(entry, now)
      if (rank === undefined) this.#entries.delete(symbol)
      else ranks[rank]?.push(symbol)
    }
    return ranks.flat()
  }

  hasExposure(symbol: SymbolName): boolean {
    return (this.#entries.get(symbol)?.counts.exposure ?? 0) > 0
  }

  /** Somebody wants it for more than completeness. */
  isNeeded(symbol: SymbolName): boolean {
    const counts = this.#entries.get(symbol)?.counts
    return counts !== undefined && counts.exposure + counts.watched > 0
  }

  #expire(now: Millis): void {
    for (const [asker, { until }] of this.#leases) if (until <= now) this.claim(asker, {}, now)
  }

  #count(claim: Claim, difference: 1 | -1, now: Millis): void {
    for (const reason of REASONS) {
      for (const symbol of claim[reason] ?? []) {
        const entry = this.#entries.get(symbol) ?? { counts: { exposure: 0, watched: 0, listed: 0 }, leftAt: undefined }
        entry.counts[reason] += difference
        const isNeeded = entry.counts.exposure + entry.counts.watched > 0
        if (isNeeded) entry.leftAt = undefined
        else if (reason !== "listed") entry.leftAt = now
        this.#entries.set(symbol, entry)
      }
    }
  }
}

const rankOf = ({ counts, leftAt }: Entry, now: Millis): number | undefined => {
  if (counts.exposure > 0) return 0
  if (counts.watched > 0 || (leftAt !== undefined && now - leftAt < DEMAND_LINGER_MILLIS)) return 1
  return counts.listed > 0 ? 2 : undefined
}
