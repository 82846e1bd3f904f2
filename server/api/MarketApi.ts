/** MarketApi: instruments, quotes and candles. */
import { Configurations } from "#actors/Configurations.ts"
import { Api } from "#contract/Api.ts"
import { CANDLES_LIMIT } from "#contract/MarketGroup.ts"
import { NotFound, ValidationFailed } from "#contract/Problem.ts"
import type { Instrument } from "#domain/Instrument.ts"
import { Candles } from "#actors/Candles.ts"
import { candlesText } from "#server/api/candlesText.ts"
import { currentMarket } from "#server/api/market.ts"
import { quoteView, symbolView } from "#server/api/marketViews.ts"
import { unavailable } from "#server/api/refusals.ts"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"

const matches = ({ description, symbol }: Instrument, search: string): boolean =>
  symbol.toLowerCase().includes(search.toLowerCase()) || description.toLowerCase().includes(search.toLowerCase())

const instrumentOf = Effect.fnUntraced(function* (symbol: string) {
  const configurations = yield* Configurations
  const { instruments } = configurations.current()
  const instrument = Object.hasOwn(instruments, symbol) ? instruments[symbol] : undefined
  return instrument ?? (yield* new NotFound({ code: "SYMBOL_NOT_FOUND", context: { symbol } }))
})

export const MarketApi = HttpApiBuilder.group(Api, "market", (handlers) =>
  handlers.handleAll({
    symbols: Effect.fnUntraced(function* ({ query }) {
      const { configuration, now, quote } = yield* currentMarket
      const found = Object.values(configuration.instruments).filter(
        (instrument) =>
          (query.class === undefined || instrument.class === query.class) &&
          (query.search === undefined || matches(instrument, query.search))
      )
      return { symbols: found.map((instrument) => symbolView(instrument, quote(instrument.symbol), configuration, now)) }
    }),
    quotes: Effect.fnUntraced(function* ({ query }) {
      const { now, quote } = yield* currentMarket
      const instruments = yield* Effect.forEach(query.symbols, instrumentOf)
      const quotes = instruments.flatMap((instrument) => {
        const last = quote(instrument.symbol)
        return last === undefined ? [] : [quoteView(last, instrument, now)]
      })
      return { quotes }
    }),
    candles: Effect.fnUntraced(function* ({ query: { from, interval, limit = CANDLES_LIMIT, symbol, to } }) {
      const instrument = yield* instrumentOf(symbol)
      if (from !== undefined && to !== undefined && from > to) {
        return yield* new ValidationFailed({ errors: [{ in: "query", pointer: "/from", detail: "Expected a time not after `to`" }] })
      }
      const candles = yield* Candles
      const bounds = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
      const page = yield* candles.page({ symbol, interval, limit, ...bounds }).pipe(Effect.mapError(unavailable))
      return HttpServerResponse.text(candlesText({ symbol, interval }, page, instrument.digits), { contentType: "application/json" })
    }),
    instruments: Effect.fnUntraced(function* () {
      const configurations = yield* Configurations
      const { instruments, version } = configurations.current()
      return { configurationVersion: version, instruments: Object.values(instruments) }
    }),
    instrument: ({ params: { symbol } }) => instrumentOf(symbol)
  })
)
