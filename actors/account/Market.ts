/** Market: all that a decision may look at besides the account itself. Handed in, so that decide stays pure. */
import type { Configuration } from "#domain/Configuration.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

export interface Market {
  readonly now: Millis
  readonly configuration: Configuration
  /** The last accepted quote that was not polled, as the feed gave it, before any mark-up; undefined when there was none yet. */
  readonly quote: (symbol: SymbolName) => Quote | undefined
}
