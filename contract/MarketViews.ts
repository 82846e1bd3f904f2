/** MarketViews: what is told about instruments, their quotes and their candles. */
import { Schema } from "effect"
import { CandleInterval } from "#domain/Candle.ts"
import { Instrument, InstrumentClass } from "#domain/Instrument.ts"
import { Quote, SymbolName } from "#domain/Quote.ts"
import { DecimalText, Instant } from "#contract/Wire.ts"

export const SymbolView = Schema.Struct({
  symbol: SymbolName,
  description: Schema.String,
  class: InstrumentClass,
  baseCurrency: Schema.String,
  profitCurrency: Schema.String,
  digits: Schema.Int,
  lotsMin: DecimalText,
  lotsMax: DecimalText,
  lotsStep: DecimalText,
  /** Its session is open, its quote is fresh, and trading in it is not halted. */
  tradable: Schema.Boolean,
  sessionOpen: Schema.Boolean,
  halted: Schema.Boolean,
  bid: Schema.NullOr(DecimalText),
  ask: Schema.NullOr(DecimalText),
  /** Null before the first quote. */
  quoteAgeMillis: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "Symbol" })
export interface SymbolView extends Schema.Schema.Type<typeof SymbolView> {}

export const QuoteView = Schema.Struct({
  symbol: SymbolName,
  bid: DecimalText,
  ask: DecimalText,
  time: Instant,
  ageMillis: Schema.Int,
  /** Older than the instrument allows, or polled by REST: nothing trades on it. */
  stale: Schema.Boolean,
  sequence: Schema.Int,
  source: Quote.fields.source
}).annotate({ identifier: "Quote" })
export interface QuoteView extends Schema.Schema.Type<typeof QuoteView> {}

export const CandleView = Schema.Struct({
  /** Its beginning. */
  time: Instant,
  open: DecimalText,
  high: DecimalText,
  low: DecimalText,
  close: DecimalText,
  volume: Schema.optionalKey(
    DecimalText.annotate({
      description: "Units traded, shares for instance. Absent where it is not known: of forex, of crypto, of what still forms.",
      examples: ["1523400"]
    })
  ),
  /** A final candle is the same for ever; others still follow the price, or wait to be checked against upstream's. */
  isFinal: Schema.Boolean
}).annotate({ identifier: "Candle" })

export const CandlesView = Schema.Struct({
  symbol: SymbolName,
  interval: CandleInterval,
  isComplete: Schema.Boolean.annotate({ description: "False when upstream could not be asked for all of them" }),
  candles: Schema.Array(CandleView)
})

export const InstrumentsView = Schema.Struct({ configurationVersion: Schema.Int, instruments: Schema.Array(Instrument) })
