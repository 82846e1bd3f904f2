/** SymbolActor: one symbol on one node: its quality gate, last quote, tape and tripwires. */
import type { MarkedQuote } from "#actors/symbol/QuoteTape.ts"
import { QuoteTape } from "#actors/symbol/QuoteTape.ts"
import type { Mark, SymbolStatus } from "#actors/symbol/Symbols.ts"
import { leastChange, mostChange, movedInFavor } from "#actors/symbol/HotColumn.ts"
import type { Slope, Tripwire } from "#actors/symbol/Tripwire.ts"
import type { TripwireIndex } from "#actors/symbol/TripwireIndex.ts"
import type { Instrument } from "#domain/Instrument.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"
import { initialQuality, judge } from "#domain/QuoteQuality.ts"
import { isMarketOpen } from "#domain/Session.ts"

/** `account` is the number under which its tripwires are armed. */
type Tripped = (account: number, entry: MarkedQuote) => void

/** Money steps by which equity could have fallen and risen at one moment or another. */
export interface MovedSince {
  readonly first: MarkedQuote
  readonly fell: number
  readonly rose: number
}

/** Whether `quote` is at or beyond the wire's price. */
export const trips = (wire: Tripwire, quote: Quote): boolean => {
  const watched = wire.side === "bid" ? quote.bid : quote.ask
  return wire.direction === "atOrBelow" ? watched <= wire.price : watched >= wire.price
}

export class SymbolActor {
  readonly symbol: SymbolName
  readonly #tape = new QuoteTape()
  readonly #index: TripwireIndex
  #quality = initialQuality
  #tick: Quote | undefined
  #lastTickAt: Millis | undefined
  #gaps = 0
  #longestGapMillis = 0

  constructor(index: TripwireIndex) {
    this.symbol = index.symbol
    this.#index = index
  }

  get quote(): Quote | undefined {
    return this.#quality.last
  }

  /** The last quote that was not polled. */
  get tick(): Quote | undefined {
    return this.#tick
  }

  /** Judges the quote; an accepted one becomes the last, and trips what it crosses unless it is polled: nothing is traded on those. */
  accept(quote: Quote, instrument: Instrument, mark: Mark, tripped: Tripped): boolean {
    const verdict = judge(this.#quality, quote, { spikePercentMax: instrument.spikePercentMax })
    this.#quality = verdict.state
    if (verdict.accepted === undefined) return false
    if (quote.source === "rest") return true
    this.#noteGap(quote.receivedAt, instrument)
    this.#tick = verdict.accepted
    const entry = { mark, quote: verdict.accepted }
    const bid = Number(entry.quote.bid)
    const ask = Number(entry.quote.ask)
    this.#tape.add(entry, bid, ask)
    this.#index.trip(bid, ask, (account) => tripped(account, entry))
    return true
  }

  /** As before the first quote; tripwires and counts stay. */
  forget(): void {
    this.#quality = { ...this.#quality, last: undefined, lastTickTime: undefined, suspect: undefined }
    this.#tick = undefined
    this.#tape.clear()
    this.#lastTickAt = undefined
  }

  /** A gap begins when the last tick grew too old; a market that closed meanwhile leaves none. */
  #noteGap(now: Millis, instrument: Instrument): void {
    const last = this.#lastTickAt
    this.#lastTickAt = now
    if (last === undefined || now - last <= instrument.quoteAgeMillisMax) return
    if (!isMarketOpen(instrument, last + instrument.quoteAgeMillisMax)) return
    this.#gaps++
    this.#longestGapMillis = Math.max(this.#longestGapMillis, now - last)
  }

  /** The first quote after `since` that crosses the wire. Quotes up to `since` were judged already. */
  crossedSince(wire: Tripwire, since: Mark): MarkedQuote | undefined {
    const { highest, lowest } = this.#tape.extremes(wire.side)
    const price = Number(wire.price)
    if (wire.direction === "atOrBelow" ? lowest > price : highest < price) return undefined
    return this.#tape.since(since + 1).find(({ quote }) => trips(wire, quote))
  }

  /** What the quotes after `since` could have taken from the account's rooms at worst, and the first of them; undefined without any. */
  movedSince(slope: Slope, since: Mark): MovedSince | undefined {
    const { oldest } = this.#tape
    if (oldest === undefined) return undefined
    const isWhole = oldest.mark > since
    const quotes = isWhole ? [oldest] : this.#tape.since(since + 1)
    const [first] = quotes
    if (first === undefined) return undefined
    const prices = isWhole ? Object.values(this.#tape.extremes(slope.side)) : quotes.map(({ quote }) => Number(quote[slope.side]))
    const moves = prices.map((price) => movedInFavor(slope, price))
    if (moves.some((moved) => Math.abs(moved) > slope.reach)) return { first, fell: Infinity, rose: Infinity }
    return {
      first,
      fell: Math.max(0, -leastChange(Math.min(...moves), slope.least, slope.most)),
      rose: Math.max(0, mostChange(Math.max(...moves), slope.least, slope.most))
    }
  }

  get hasTripwires(): boolean {
    return this.#index.size > 0
  }

  tape(from: Mark): ReadonlyArray<MarkedQuote> {
    return this.#tape.since(from)
  }

  get status(): SymbolStatus {
    return {
      symbol: this.symbol,
      quote: this.quote,
      accepted: this.#quality.acceptedCount,
      rejectedCounts: this.#quality.rejectedCounts,
      evidence: this.#quality.evidence,
      tripwires: this.#index.size,
      gaps: this.#gaps,
      longestGapMillis: this.#longestGapMillis
    }
  }
}
