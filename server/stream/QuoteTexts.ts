/** QuoteTexts: each quote as JSON, made once for all who get it. */
import type { Configuration } from "#domain/Configuration.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import { isFresh } from "#domain/isFresh.ts"
import type { Millis, Quote } from "#domain/Quote.ts"

interface QuoteText {
  readonly quote: Quote
  readonly stale: boolean
  readonly text: string
}

export class QuoteTexts {
  readonly #configuration: () => Configuration
  readonly #now: () => Millis
  /** The last quote of each symbol: as many as there are instruments. */
  readonly #texts = new Map<string, QuoteText>()

  constructor(configuration: () => Configuration, now: () => Millis) {
    this.#configuration = configuration
    this.#now = now
  }

  of(quote: Quote): string {
    const known = this.#texts.get(quote.symbol)
    return known?.quote === quote ? known.text : this.#make(quote).text
  }

  /** The quotes that became stale, or fresh by a change of their instrument, since anybody was told; their text says so now. */
  aged(): ReadonlyArray<Quote> {
    const changed: Array<Quote> = []
    for (const { quote, stale } of this.#texts.values()) {
      if (this.#isStale(quote) === stale) continue
      this.#make(quote)
      changed.push(quote)
    }
    return changed
  }

  #isStale(quote: Quote): boolean {
    const instrument = this.#configuration().instruments[quote.symbol]
    return instrument === undefined || !isFresh(quote, instrument, this.#now())
  }

  #make(quote: Quote): QuoteText {
    const { ask, bid, receivedAt, sequence, source, symbol, time } = quote
    const digits = this.#configuration().instruments[symbol]?.digits ?? 0
    const stale = this.#isStale(quote)
    const text = `{"symbol":"${symbol}","bid":"${formatDecimal(bid, digits)}","ask":"${formatDecimal(ask, digits)}","time":${time},"receivedAt":${receivedAt},"sequence":${sequence},"source":"${source}","stale":${stale}}`
    const made = { quote, stale, text }
    this.#texts.set(symbol, made)
    return made
  }
}
