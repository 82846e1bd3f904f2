/** Gate: which of the feed's quotes may be traded on. The rest is dropped before any account sees it. */
import type { Instrument } from "#domain/Instrument.ts"
import type { Quote } from "#domain/Quote.ts"
import { compare, integer, minus, ofScaled, times, ZERO } from "./Fraction.ts"

export type GateVerdict = "accepted" | "nonPositive" | "crossed" | "outOfOrder" | "spike"

export class Gate {
  private readonly last = new Map<string, Quote>()
  private readonly lastTick = new Map<string, Quote>()
  private readonly heldBack = new Map<string, Quote>()

  judge(quote: Quote, instrument: Instrument): GateVerdict {
    if (quote.bid <= 0n || quote.ask <= 0n) return "nonPositive"
    if (quote.bid > quote.ask) return "crossed"
    const last = this.last.get(quote.symbol)
    // A polled price is stamped with the time of the answer: a tick may well be stamped before it, but not before the last tick.
    const before = quote.source === "rest" ? last : this.lastTick.get(quote.symbol)
    if (before !== undefined && quote.time < before.time) return "outOfOrder"
    const held = this.heldBack.get(quote.symbol)
    if (last !== undefined && jumps(quote, last, instrument)) {
      const confirmed = held !== undefined && !jumps(quote, held, instrument) && !isRepeated(quote, held)
      if (!confirmed) {
        this.heldBack.set(quote.symbol, quote)
        return "spike"
      }
    }
    this.last.set(quote.symbol, quote)
    if (quote.source !== "rest") this.lastTick.set(quote.symbol, quote)
    this.heldBack.delete(quote.symbol)
    return "accepted"
  }
}

const isRepeated = (quote: Quote, held: Quote): boolean => quote.time === held.time && quote.bid === held.bid && quote.ask === held.ask

const jumps = (quote: Quote, from: Quote, instrument: Instrument): boolean =>
  (["bid", "ask"] as const).some((side) => jumpsOnSide(quote[side], from[side], instrument.spikePercentMax))

const jumpsOnSide = (price: bigint, from: bigint, percentMax: bigint | undefined): boolean => {
  if (percentMax === undefined) return false
  const change = minus(ofScaled(price), ofScaled(from))
  const distance = change.n < 0n ? minus(ZERO, change) : change
  return compare(times(distance, integer(100)), times(ofScaled(percentMax), ofScaled(from))) > 0
}
