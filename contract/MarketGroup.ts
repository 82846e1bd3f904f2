/** MarketGroup: instruments, quotes and candles; open to everybody. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { CandleInterval } from "#domain/Candle.ts"
import { Instrument, InstrumentClass } from "#domain/Instrument.ts"
import { SymbolName } from "#domain/Quote.ts"
import { CandlesView, InstrumentsView, QuoteView, SymbolView } from "#contract/MarketViews.ts"
import { NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { Instant, plainText, SymbolList } from "#contract/Wire.ts"

export const CANDLES_LIMIT = 500
export const CANDLES_LIMIT_MAX = 5_000
const CandleCount = Schema.String.check(
  Schema.isPattern(/^([1-9]\d{0,2}|[1-4]\d{3}|5000)$/u, { expected: `digits, 1 to ${CANDLES_LIMIT_MAX}` })
)
  .annotate({ description: `1 to ${CANDLES_LIMIT_MAX}; ${CANDLES_LIMIT} when absent` })
  .pipe(Schema.decodeTo(Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: CANDLES_LIMIT_MAX }))))

export class MarketGroup extends HttpApiGroup.make("market")
  .add(
    HttpApiEndpoint.get("symbols", "/market/symbols", {
      query: {
        search: Schema.optionalKey(plainText(1, 64).annotate({ description: "Part of the symbol or its description" })),
        class: Schema.optionalKey(InstrumentClass)
      },
      success: Schema.Struct({ symbols: Schema.Array(SymbolView) })
    }).annotateMerge(OpenApi.annotations({ summary: "Symbols and whether they trade now" })),
    HttpApiEndpoint.get("quotes", "/market/quotes", {
      query: { symbols: SymbolList },
      success: Schema.Struct({ quotes: Schema.Array(QuoteView) }),
      error: NotFound
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Last quotes",
        description: "In the order asked for. A symbol without a quote yet is left out; an unknown one is 404."
      })
    ),
    HttpApiEndpoint.get("candles", "/market/candles", {
      query: {
        symbol: SymbolName,
        interval: CandleInterval,
        limit: Schema.optionalKey(CandleCount),
        from: Schema.optionalKey(Instant),
        to: Schema.optionalKey(Instant)
      },
      success: CandlesView,
      error: [NotFound, ValidationFailed, ServiceUnavailable]
    }).annotateMerge(OpenApi.annotations({ summary: "Candles", description: "Oldest first; the last one may still be forming." })),
    HttpApiEndpoint.get("instruments", "/instruments", {
      success: InstrumentsView
    }).annotateMerge(OpenApi.annotations({ summary: "All instruments with all their conditions" })),
    HttpApiEndpoint.get("instrument", "/instruments/:symbol", {
      params: { symbol: SymbolName },
      success: Instrument,
      error: NotFound
    }).annotateMerge(OpenApi.annotations({ summary: "One instrument" }))
  )
  .annotateMerge(
    OpenApi.annotations({ title: "Market", description: "Instruments, quotes and candles. Live quotes come by the stream." })
  ) {}
