/** MarketStates: whether each symbol's market is open, as JSON, and which ones changed since somebody was told. */
import type { Configuration } from "#domain/Configuration.ts"
import type { Millis } from "#domain/Quote.ts"
import { isMarketOpen, nextOpenAt } from "#domain/Session.ts"
import { MINUTE } from "#domain/TimeZone.ts"

export class MarketStates {
  readonly #configuration: () => Configuration
  readonly #now: () => Millis
  /** What was told last: as many as there are instruments. */
  readonly #told = new Map<string, string>()
  #checked = ""

  constructor(configuration: () => Configuration, now: () => Millis) {
    this.#configuration = configuration
    this.#now = now
  }

  /** For one who begins to listen; what the others were told stays noted. */
  of(symbol: string): string {
    const text = this.#describe(symbol)
    if (!this.#told.has(symbol)) this.#told.set(symbol, text)
    return text
  }

  /** Those of the symbols whose state is another than was told. Sessions begin and end on the minute, so more is not looked at. */
  changed(symbols: Iterable<string>): ReadonlyArray<readonly [symbol: string, text: string]> {
    const moment = `${Math.floor(this.#now() / MINUTE)} ${this.#configuration().version}`
    if (moment === this.#checked) return []
    this.#checked = moment
    return [...symbols].flatMap((symbol) => {
      const text = this.#describe(symbol)
      if (this.#told.get(symbol) === text) return []
      this.#told.set(symbol, text)
      return [[symbol, text] as const]
    })
  }

  #describe(symbol: string): string {
    const instrument = this.#configuration().instruments[symbol]
    const now = this.#now()
    const sessionOpen = instrument !== undefined && isMarketOpen(instrument, now)
    const halted = instrument === undefined || instrument.halted || this.#configuration().halted
    const opensAt = (instrument && nextOpenAt(instrument, now)) ?? null
    return `{"symbol":"${symbol}","sessionOpen":${sessionOpen},"halted":${halted},"opensAt":${opensAt}}`
  }
}
