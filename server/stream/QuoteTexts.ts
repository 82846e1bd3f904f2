/** QuoteTexts: each quote as JSON, made once for all who get it. */
import type { Configuration } from "#domain/Configuration.ts"
import { formatDecimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"

export class QuoteTexts {
  readonly #configuration: () => Configuration
  /** The last quote of each symbol: as many as there are instruments. */
  readonly #texts = new Map<string, { readonly quote: Quote; readonly text: string }>()

  constructor(configuration: () => Configuration) {
    this.#configuration = configuration
  }

  of(quote: Quote): string {
    const known = this.#texts.get(quote.symbol)
    if (known?.quote === quote) return known.text
    const digits = this.#configuration().instruments[quote.symbol]?.digits ?? 0
    const text = `{"symbol":"${quote.symbol}","bid":"${formatDecimal(quote.bid, digits)}","ask":"${formatDecimal(quote.ask, digits)}","time":${quote.time},"receivedAt":${quote.receivedAt},"sequence":${quote.sequence}}`
    this.#texts.set(quote.symbol, { quote, text })
    return text
  }
}
