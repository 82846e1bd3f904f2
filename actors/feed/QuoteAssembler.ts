/** QuoteAssembler: upstream's prices as quotes of ours, numbered per symbol; what cannot be one is counted and kept as evidence. */
import type { PriceFrame } from "#actors/feed/UpstreamFrame.ts"
import type { UnreadableMessage } from "#actors/feed/MarketFeed.ts"
import { decimalFromNumber, ONE, type Decimal } from "#domain/Decimal.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** Messages kept as evidence; the oldest goes first. */
export const EVIDENCE_MAX = 32
/** Characters kept of each. */
const EVIDENCE_CHARACTERS_MAX = 500
/** A time stamp further ahead of our clock would make every later quote look old. */
export const FUTURE_MILLIS_MAX = 300_000

interface Count {
  sequence: number
  quotesCount: number
  source: Quote["source"]
  lastArrival: Millis
}

export class QuoteAssembler {
  readonly #syntheticSpread: (symbol: SymbolName) => Decimal
  readonly #counts = new Map<SymbolName, Count>()
  readonly #evidence: Array<UnreadableMessage> = []
  readonly #firstSequence: number
  unreadableCount = 0

  /** Numbers begin at the start time, so that they go on growing when another feed takes over: no symbol ticks 1,000 times a second for long. */
  constructor(syntheticSpread: (symbol: SymbolName) => Decimal, startedAt: Millis) {
    this.#syntheticSpread = syntheticSpread
    this.#firstSequence = startedAt
  }

  /** The quote of a price event; `text` is the message it came in. Undefined when it has no price or is from the future. */
  fromSocket(symbol: SymbolName, frame: PriceFrame, arrival: Millis, text: string): Quote | undefined {
    const time = Math.floor(frame.timestamp * 1_000)
    if (time > arrival + FUTURE_MILLIS_MAX) return this.refuse("future", arrival, text)
    const [bid, ask] = [figure(frame.bid), figure(frame.ask)]
    if (bid !== undefined && ask !== undefined) return this.#number(symbol, bid, ask, time, "ws", arrival)
    const price = figure(frame.price)
    if (price === undefined) return this.refuse("unpriced", arrival, text)
    return this.#number(symbol, ...this.#around(symbol, price), time, "synthetic", arrival)
  }

  /** The quote of a polled price, by the configured spread. */
  fromRest(symbol: SymbolName, price: Decimal, time: Millis, arrival: Millis): Quote {
    return this.#number(symbol, ...this.#around(symbol, price), time, "rest", arrival)
  }

  /** Keeps a message that is not used. */
  refuse(reason: UnreadableMessage["reason"], arrival: Millis, text: string): undefined {
    this.unreadableCount++
    this.#evidence.push({ reason, arrival, text: text.slice(0, EVIDENCE_CHARACTERS_MAX) })
    if (this.#evidence.length > EVIDENCE_MAX) this.#evidence.shift()
  }

  get evidence(): ReadonlyArray<UnreadableMessage> {
    return [...this.#evidence]
  }

  count(symbol: SymbolName): Readonly<Count> | undefined {
    return this.#counts.get(symbol)
  }

  #number(symbol: SymbolName, bid: Decimal, ask: Decimal, time: Millis, source: Quote["source"], arrival: Millis): Quote {
    const count = this.#counts.get(symbol) ?? { sequence: this.#firstSequence, quotesCount: 0, source, lastArrival: arrival }
    count.sequence++
    count.quotesCount++
    count.source = source
    count.lastArrival = arrival
    this.#counts.set(symbol, count)
    return { symbol, bid, ask, time, receivedAt: arrival, sequence: count.sequence, source }
  }

  /** Bid and ask around a price. An odd spread is split so that both stay on the spread's own grid. */
  #around(symbol: SymbolName, price: Decimal): [Decimal, Decimal] {
    const spread = this.#syntheticSpread(symbol)
    const step = gridOf(spread)
    const below = (spread / (2n * step)) * step
    return [price - below, price - below + spread]
  }
}

const figure = (value: number | null | undefined): Decimal | undefined => (typeof value === "number" ? decimalFromNumber(value) : undefined)

/** The largest power of ten, at most one, that divides the spread. */
const gridOf = (spread: Decimal): Decimal => {
  let step = 1n
  while (step < ONE && spread % (step * 10n) === 0n) step *= 10n
  return step
}
