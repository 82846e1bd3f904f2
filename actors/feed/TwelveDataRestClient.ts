/**
 * TwelveDataRestClient: Twelve Data's REST API, as far as this product uses it.
 *
 * Every answer is bounded in time and size and decoded; an error body counts as an error whatever the HTTP status; credits are taken from the
 * budget before a request is made.
 */
import { Clock, Context, Effect, Layer, Option, Redacted, Schema, Stream } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import { CreditBudget, type CreditPurpose } from "#actors/feed/CreditBudget.ts"
import { decodeUpstreamError } from "#actors/feed/UpstreamFrame.ts"
import { type Candle, type CandleInterval, isSoundCandle } from "#domain/Candle.ts"
import { decimalFromNumber, parseDecimal, type Decimal } from "#domain/Decimal.ts"
import type { Millis } from "#domain/Quote.ts"

/** Milliseconds until an answer is given up. */
const ANSWER_MILLIS_MAX = 10_000
/** Bytes of an answer: 5,000 bars are 600 kB. */
const ANSWER_BYTES_MAX = 4_194_304
/** Symbols in one request. */
export const REST_SYMBOLS_MAX = 100
/** Bars in one answer. */
export const REST_BARS_MAX = 5_000

/** Upstream answered, and refused. */
export class RestRefused extends Schema.TaggedError<RestRefused>()("RestRefused", { code: Schema.Number, message: Schema.String }) {}
/** No usable answer: nothing, too late, too large, or not what was asked for. */
export class RestUnavailable extends Schema.TaggedError<RestUnavailable>()("RestUnavailable", { message: Schema.String }) {}
/** The plan's credits do not allow the request now; it was not made. */
export class CreditsSpent extends Schema.TaggedError<CreditsSpent>()("CreditsSpent", { purpose: Schema.String }) {}
export type RestError = RestRefused | RestUnavailable | CreditsSpent

export interface RestPrices {
  /** Upstream's clock when it answered. */
  readonly time: Millis
  readonly prices: ReadonlyMap<string, Decimal>
  /** Symbols that upstream has no price of, with its words. */
  readonly refusals: ReadonlyMap<string, string>
}

export interface BarsQuery {
  readonly upstreamSymbol: string
  readonly interval: CandleInterval
  /** 1 to `REST_BARS_MAX`. */
  readonly count: number
  /** Bars that open at or before; the present when absent. */
  readonly to?: Millis
  /** Bars that open at or after. */
  readonly from?: Millis
}

export interface RestBars {
  /** Oldest first; the last may be unfinished. */
  readonly bars: ReadonlyArray<Candle>
  /** Bars that contradicted themselves and were left out. */
  readonly unsoundCount: number
}

export class TwelveDataRest extends Context.Service<
  TwelveDataRest,
  {
    readonly budget: CreditBudget
    /** One credit per symbol, at most `REST_SYMBOLS_MAX` symbols. */
    readonly prices: (upstreamSymbols: ReadonlyArray<string>, purpose: CreditPurpose) => Effect.Effect<RestPrices, RestError>
    /** One credit. */
    readonly bars: (query: BarsQuery, purpose: CreditPurpose) => Effect.Effect<RestBars, RestError>
    /** Asks for the plan's limits and tells the budget. One credit, which is not taken from the budget. */
    readonly usage: Effect.Effect<void, RestError>
  }
>()("actors/feed/TwelveDataRest") {}

export interface TwelveDataRestOptions {
  readonly restUrl: string
  readonly apiKey: Redacted.Redacted
  readonly answerMillisMax?: number
}

const UPSTREAM_INTERVAL: Readonly<Record<CandleInterval, string>> = {
  "1m": "1min",
  "5m": "5min",
  "15m": "15min",
  "30m": "30min",
  "1h": "1h",
  "4h": "4h",
  "1d": "1day",
  "1w": "1week",
  "1M": "1month"
}

const Price = Schema.Struct({ price: Schema.String })
const PriceOrError = Schema.Struct({ price: Schema.optionalKey(Schema.String), message: Schema.optionalKey(Schema.String) })
const Prices = Schema.Record(Schema.String, PriceOrError)
const Bar = Schema.Struct({
  datetime: Schema.String,
  open: Schema.String,
  high: Schema.String,
  low: Schema.String,
  close: Schema.String,
  /** Text, where there is one; whatever else it may be is no reason to refuse the bars. */
  volume: Schema.optionalKey(Schema.Unknown)
})
const Bars = Schema.Struct({ values: Schema.Array(Bar).check(Schema.isMaxLength(REST_BARS_MAX)) })
const Usage = Schema.Struct({
  current_usage: Schema.Finite,
  plan_limit: Schema.Finite,
  daily_usage: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
  plan_daily_limit: Schema.optionalKey(Schema.NullOr(Schema.Finite))
})

interface Answer {
  readonly json: unknown
  readonly time: Millis
}

const make = (options: TwelveDataRestOptions) =>
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const budget = new CreditBudget()

    const ask = (path: string, query: Record<string, string>): Effect.Effect<Answer, RestRefused | RestUnavailable> =>
      HttpClientRequest.get(`${options.restUrl}${path}`).pipe(
        HttpClientRequest.setUrlParams(query),
        HttpClientRequest.setHeader("Authorization", `apikey ${Redacted.value(options.apiKey)}`),
        HttpClientRequest.acceptJson,
        client.execute,
        Effect.flatMap((response) => readAnswer(response, budget)),
        Effect.timeoutOrElse({
          duration: options.answerMillisMax ?? ANSWER_MILLIS_MAX,
          orElse: () => Effect.fail(new RestUnavailable({ message: `${path}: no answer in time` }))
        }),
        Effect.catchTag("HttpClientError", ({ reason }) => Effect.fail(new RestUnavailable({ message: `${path}: ${reason._tag}` })))
      )

    const spend = (credits: number, purpose: CreditPurpose) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        budget.take(credits, purpose, now) ? Effect.void : Effect.fail(new CreditsSpent({ purpose }))
      )

    return TwelveDataRest.of({
      budget,
      prices: (upstreamSymbols, purpose) =>
        spend(upstreamSymbols.length, purpose).pipe(
          Effect.andThen(ask("/price", { symbol: upstreamSymbols.join(",") })),
          Effect.flatMap((answer) => readPrices(upstreamSymbols, answer))
        ),
      bars: (query, purpose) =>
        spend(1, purpose).pipe(
          Effect.andThen(ask("/time_series", barsParameters(query))),
          Effect.flatMap(({ json }) => decodeAnswer(Bars, json)),
          Effect.map(({ values }) => readBars(values)),
          Effect.catchTag("RestRefused", (error) => (isNoData(error) ? Effect.succeed({ bars: [], unsoundCount: 0 }) : Effect.fail(error)))
        ),
      usage: ask("/api_usage", {}).pipe(
        Effect.flatMap(({ json }) => decodeAnswer(Usage, json)),
        Effect.flatMap((usage) => Effect.map(Clock.currentTimeMillis, (now) => budget.observeUsage(reportOf(usage), now)))
      )
    })
  })

/** Asks for the plan's limits when built. Follows no redirect: the key would travel along. */
export const layerTwelveDataRest = (options: TwelveDataRestOptions): Layer.Layer<TwelveDataRest> =>
  Layer.effect(
    TwelveDataRest,
    Effect.tap(make(options), ({ usage }) => Effect.forkScoped(Effect.ignore(usage)))
  ).pipe(Layer.provide(FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "error" })))))

const readAnswer = (response: HttpClientResponse.HttpClientResponse, budget: CreditBudget) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const [used, left] = [Number(response.headers["api-credits-used"]), Number(response.headers["api-credits-left"])]
    if (Number.isFinite(used) && Number.isFinite(left)) budget.observeHeaders(used, left, now)
    const body = yield* readBounded(response)
    const refusal = decodeUpstreamError(body)
    const code = refusal?.code ?? response.status
    const message = refusal?.message ?? `HTTP status ${response.status}`
    if (code === 429) budget.observeRefusal(message, now)
    if (code >= 500) return yield* new RestUnavailable({ message: `${code} ${message}` })
    if (code >= 300 || refusal !== undefined) return yield* new RestRefused({ code, message })
    const json = yield* Effect.try({
      try: (): unknown => JSON.parse(body),
      catch: () => new RestUnavailable({ message: "the answer is not JSON" })
    })
    return { json, time: timeOf(response.headers["date"], now) }
  })

const readBounded = (response: HttpClientResponse.HttpClientResponse) =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let bytes = 0
    return Stream.runForEach(response.stream, (chunk) => {
      bytes += chunk.byteLength
      chunks.push(chunk)
      return bytes > ANSWER_BYTES_MAX
        ? Effect.fail(new RestUnavailable({ message: `the answer exceeds ${ANSWER_BYTES_MAX} bytes` }))
        : Effect.void
    }).pipe(Effect.map(() => Buffer.concat(chunks).toString("utf8")))
  })

/** Upstream's clock to the second, else ours. */
const timeOf = (date: string | undefined, now: Millis): Millis => {
  const time = Date.parse(date ?? "")
  return Number.isNaN(time) ? Math.floor(now / 1_000) * 1_000 : time
}

const decodeAnswer = <A>(schema: Schema.Decoder<A>, json: unknown): Effect.Effect<A, RestUnavailable> =>
  Option.match(Schema.decodeUnknownOption(schema)(json), {
    onNone: () => Effect.fail(new RestUnavailable({ message: "the answer is not of the documented form" })),
    onSome: Effect.succeed
  })

const readPrices = (upstreamSymbols: ReadonlyArray<string>, { json, time }: Answer): Effect.Effect<RestPrices, RestUnavailable> => {
  const [only] = upstreamSymbols
  const answers =
    upstreamSymbols.length === 1 && only !== undefined
      ? Effect.map(decodeAnswer(Price, json), ({ price }): typeof Prices.Type => ({ [only]: { price } }))
      : decodeAnswer(Prices, json)
  return Effect.map(answers, (bySymbol) => {
    const prices = new Map<string, Decimal>()
    const refusals = new Map<string, string>()
    for (const symbol of upstreamSymbols) {
      const price = figureOf(bySymbol[symbol]?.price)
      if (price === undefined) refusals.set(symbol, bySymbol[symbol]?.message ?? "no price in the answer")
      else prices.set(symbol, price)
    }
    return { time, prices, refusals }
  })
}

const barsParameters = ({ upstreamSymbol, interval, count, from, to }: BarsQuery): Record<string, string> => ({
  symbol: upstreamSymbol,
  interval: UPSTREAM_INTERVAL[interval],
  outputsize: String(Math.min(count, REST_BARS_MAX)),
  order: "asc",
  timezone: "UTC",
  ...(from === undefined ? {} : { start_date: dateText(from) }),
  ...(to === undefined ? {} : { end_date: dateText(to) })
})

const dateText = (time: Millis): string => new Date(time).toISOString().slice(0, 19).replace("T", " ")

const readBars = (values: ReadonlyArray<typeof Bar.Type>): RestBars => {
  const read = values.map(readBar)
  const bars = read.filter((bar) => bar !== undefined)
  return { bars: bars.toSorted((a, b) => a.openTime - b.openTime), unsoundCount: read.length - bars.length }
}

const readBar = (value: typeof Bar.Type): Candle | undefined => {
  const openTime = Date.parse(value.datetime.length === 10 ? `${value.datetime}T00:00:00Z` : `${value.datetime.replace(" ", "T")}Z`)
  const [open, high, low, close] = [figureOf(value.open), figureOf(value.high), figureOf(value.low), figureOf(value.close)]
  if (Number.isNaN(openTime) || open === undefined || high === undefined || low === undefined || close === undefined) return undefined
  const bar = { openTime, open, high, low, close, ...volumeOf(value.volume) }
  return isSoundCandle(bar) ? bar : undefined
}

/** A volume that is none costs only itself: the prices beside it count. */
const volumeOf = (value: unknown): Pick<Candle, "volume"> => {
  const volume = typeof value === "string" ? figureOf(value) : undefined
  return volume === undefined || volume < 0n ? {} : { volume }
}

/** Upstream's text as a Decimal; more than eight digits after the point are rounded. */
const figureOf = (text: string | undefined): Decimal | undefined => {
  if (text === undefined) return undefined
  return parseDecimal(text) ?? (/^\d{1,15}\.\d{9,20}$/.test(text) ? decimalFromNumber(Number(text)) : undefined)
}

const isNoData = ({ code, message }: RestRefused): boolean => code === 400 && message.startsWith("No data is available")

const reportOf = (usage: typeof Usage.Type) => ({
  usedInMinute: usage.current_usage,
  perMinute: usage.plan_limit > 0 ? usage.plan_limit : Infinity,
  usedInDay: usage.daily_usage ?? undefined,
  perDay: usage.plan_daily_limit ?? undefined
})
