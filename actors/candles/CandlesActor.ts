/**
 * CandlesActor: the Candles service. Series that someone looks at are kept in memory and follow the quotes; their candles become final when
 * upstream's bar confirms them, or without it when it does not come in time.
 *
 * Many askers of one series wait for one request; a failure answers them all, and is not tried again for a moment.
 */
import { Clock, Effect, Layer, Metric, Semaphore } from "effect"
import { CandleHistoryClient, settledUntil } from "#actors/candles/CandleHistoryClient.ts"
import { CandleSeries, SERIES_CANDLES_MAX } from "#actors/candles/CandleSeries.ts"
import { Candles, CANDLES_MAX, CandlesUnavailable, type CandlesPage, type CandlesQuery } from "#actors/Candles.ts"
import { CandleStore } from "#actors/CandleStore.ts"
import { TwelveDataRest, type RestError } from "#actors/feed/TwelveDataRestClient.ts"
import { upstreamSymbolOf } from "#actors/feed/UpstreamSymbol.ts"
import { candleClose, candleCount, candleOpen, type Candle, type CandleInterval } from "#domain/Candle.ts"
import { roundDecimal } from "#domain/Decimal.ts"
import type { Millis, Quote, SymbolName } from "#domain/Quote.ts"

/** Series in memory; the one not asked for longest goes first. */
const SERIES_MAX = 512
/** Candles in memory over all series: about 40 MB. */
const CANDLES_IN_MEMORY_MAX = 200_000
/** A series that nobody asked for this long is dropped and costs no more requests. */
const IDLE_MILLIS = 600_000
/** After a failure the same series is not asked for again for so long. */
const FAILURE_MILLIS = 5_000
/** When, after its end, a candle is held against upstream's; after the last it is final as it is. */
const CHECKS_MILLIS = [2_000, 10_000, 30_000] as const
/** While nothing trades, as over a weekend, checks become rarer, from the first to the second. */
const QUIET_MILLIS_MIN = 60_000
const QUIET_MILLIS_MAX = 900_000
/** Checks under way at once. */
const CHECKS_AT_ONCE = 4

export interface CandlesOptions {
  /** Digits of the symbol's prices; candles are rounded to them. */
  readonly digits: (symbol: SymbolName) => number
  readonly upstreamSymbol?: (symbol: SymbolName) => string
  /** How often ended candles are looked for. */
  readonly tickMillis?: number
  readonly checksMillis?: ReadonlyArray<number>
}

interface Entry {
  readonly symbol: SymbolName
  readonly series: CandleSeries
  /** One request at a time. */
  readonly lock: Semaphore.Semaphore
  lastUsed: Millis
  failure: { readonly message: string; readonly until: Millis } | undefined
  checkAttempts: number
  nextCheck: Millis
  quietMillis: number
}

const pagesTotal = Metric.counter("keel_candles_pages_total", {
  description: "Pages of candles served, by where they came from",
  incremental: true
})
const checkedTotal = Metric.counter("keel_candles_final_total", {
  description: "Candles that became final, by who had the last word",
  incremental: true
})
const seriesGauge = Metric.gauge("keel_candles_series", { description: "Series of candles in memory" })

class CandlesCache {
  readonly #history: CandleHistoryClient
  readonly #store: CandleStore["Service"]
  readonly #options: CandlesOptions
  readonly #checksMillis: ReadonlyArray<number>
  /** By symbol and interval, the one used last at the end. */
  readonly #entries = new Map<string, Entry>()
  readonly #bySymbol = new Map<SymbolName, Set<Entry>>()

  constructor(rest: TwelveDataRest["Service"], store: CandleStore["Service"], options: CandlesOptions) {
    this.#history = new CandleHistoryClient(rest, store, options.upstreamSymbol ?? upstreamSymbolOf)
    this.#store = store
    this.#options = options
    this.#checksMillis = options.checksMillis ?? CHECKS_MILLIS
  }

  get symbols(): Iterable<SymbolName> {
    return this.#bySymbol.keys()
  }

  accept({ symbol, bid, ask, time }: Quote): void {
    const entries = this.#bySymbol.get(symbol)
    if (entries === undefined) return
    const price = roundDecimal((bid + ask) / 2n, this.#options.digits(symbol))
    for (const { series } of entries) series.take(price, time)
  }

  page(asked: CandlesQuery): Effect.Effect<CandlesPage, CandlesUnavailable> {
    return Effect.gen({ self: this }, function* () {
      const query = { ...asked, limit: Math.max(1, Math.min(CANDLES_MAX, asked.limit)) }
      const now = yield* Clock.currentTimeMillis
      const needed = reachOf(query, now)
      if (needed > SERIES_CANDLES_MAX) return yield* this.#oldPage(query)
      const entry = this.#use(query.symbol, query.interval, now)
      const known = this.#read(entry, query, now)
      if (known !== undefined) return yield* counted(known, "memory")
      return yield* entry.lock.withPermits(1)(this.#filledPage(entry, query, needed))
    })
  }

  /** Ends candles whose time is over, checks them against upstream, and forgets what nobody looks at. */
  readonly tick: Effect.Effect<void> = Effect.gen({ self: this }, function* () {
    const now = yield* Clock.currentTimeMillis
    this.#evict(now)
    yield* Metric.update(seriesGauge, this.#entries.size)
    const due = [...this.#entries.values()].filter((entry) => this.#isCheckDue(entry, now))
    yield* Effect.forEach(due, (entry) => entry.lock.withPermitsIfAvailable(1)(this.#check(entry)), {
      concurrency: CHECKS_AT_ONCE,
      discard: true
    })
  })

  #filledPage(entry: Entry, query: CandlesQuery, needed: number): Effect.Effect<CandlesPage, CandlesUnavailable> {
    return Effect.gen({ self: this }, function* () {
      const now = yield* Clock.currentTimeMillis
      const known = this.#read(entry, query, now)
      if (known !== undefined) return yield* counted(known, "memory")
      const error =
        entry.failure !== undefined && now < entry.failure.until ? entry.failure.message : yield* this.#fill(entry, query, needed, now)
      const filled = this.#read(entry, query, yield* Clock.currentTimeMillis)
      if (filled !== undefined && error === undefined) return yield* counted(filled, "history")
      const partial = this.#partial(entry, query)
      if (partial.candles.length > 0) return yield* counted(partial, "partial")
      return yield* new CandlesUnavailable({ symbol: query.symbol, message: error ?? "no candles", retryAfterMillis: FAILURE_MILLIS })
    })
  }

  /** Fills the series with `needed` candles up to the present; answers what went wrong. */
  #fill(entry: Entry, query: CandlesQuery, needed: number, now: Millis): Effect.Effect<string | undefined> {
    return Effect.gen({ self: this }, function* () {
      const { from, interval, symbol } = query
      const until = candleOpen(interval, now)
      const history = yield* this.#history.collect({ symbol, interval, until, limit: needed, from, withRunning: true })
      const message = history.error && describe(history.error)
      entry.failure = message === undefined ? undefined : { message, until: now + FAILURE_MILLIS }
      if (history.candles.length > 0 || message === undefined) {
        entry.series.setFinal(history.candles, history.from, history.until, history.running)
      }
      return message
    })
  }

  /** A window too far back to be kept in memory. */
  #oldPage(query: CandlesQuery): Effect.Effect<CandlesPage, CandlesUnavailable> {
    return Effect.gen({ self: this }, function* () {
      const now = yield* Clock.currentTimeMillis
      const { symbol, interval, limit, from, to } = query
      const until = Math.min(candleOpen(interval, now), candleClose(interval, candleOpen(interval, to ?? now)))
      const { candles, error } = yield* this.#history.collect({ symbol, interval, until, limit, from, withRunning: false })
      const matching = from === undefined ? candles : candles.filter(({ openTime }) => openTime >= from)
      if (error !== undefined && matching.length === 0) {
        return yield* new CandlesUnavailable({ symbol, message: describe(error), retryAfterMillis: FAILURE_MILLIS })
      }
      return yield* counted({ candles: matching.map(served(true)), isComplete: error === undefined }, "history")
    })
  }

  #read({ series }: Entry, query: CandlesQuery, now: Millis): CandlesPage | undefined {
    series.advance(now)
    const read = series.read({ limit: query.limit, from: query.from, to: query.to })
    return read && { candles: [...read.final.map(served(true)), ...read.open.map(served(false))], isComplete: true }
  }

  /** What there is when upstream cannot be asked. */
  #partial({ series }: Entry, { from, to, limit }: CandlesQuery): CandlesPage {
    const read = series.read({ limit, from: Math.max(from ?? 0, series.from ?? 0), to })
    return { candles: [...(read?.final ?? []).map(served(true)), ...(read?.open ?? []).map(served(false))], isComplete: false }
  }

  #isCheckDue(entry: Entry, now: Millis): boolean {
    const { series } = entry
    series.advance(now)
    if (series.until === undefined || candleOpen(series.interval, now) <= series.until) return false
    const isAwake = entry.quietMillis > 0 && series.provisional.length > 0
    return isAwake || now >= entry.nextCheck
  }

  /** Makes the candles before the present one final: upstream's bars where it has them, else ours once it had time enough. */
  #check(entry: Entry): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { series, symbol } = entry
      const now = yield* Clock.currentTimeMillis
      const until = candleOpen(series.interval, now)
      if (series.until === undefined || until <= series.until) return
      const hasTraded = series.provisional.length > 0
      if (hasTraded && this.#isTooEarly(entry, now - until)) return this.#checkAt(entry, until)
      const asked = yield* Effect.result(this.#history.tail(symbol, series.interval, series.until, now, "reconciliation"))
      const bars = asked._tag === "Success" ? asked.success : []
      entry.checkAttempts++
      const isSettled = bars.length > 0 && settledUntil(bars, until, now) === until
      if (hasTraded && !isSettled && entry.checkAttempts < this.#checksMillis.length) return this.#checkAt(entry, until)
      if (bars.length > 0 || hasTraded) return yield* this.#settle(entry, bars, until)
      yield* this.#quiet(entry, now, asked._tag === "Success" ? until : undefined)
    })
  }

  #isTooEarly({ checkAttempts }: Entry, sinceEnd: number): boolean {
    return sinceEnd < (this.#checksMillis[checkAttempts] ?? 0)
  }

  #checkAt(entry: Entry, end: Millis): void {
    entry.quietMillis = 0
    entry.nextCheck = end + (this.#checksMillis[entry.checkAttempts] ?? 0)
  }

  #settle(entry: Entry, bars: ReadonlyArray<Candle>, until: Millis): Effect.Effect<void> {
    return Effect.gen({ self: this }, function* () {
      const { series, symbol } = entry
      const from = series.until ?? until
      const settled = series.settle(bars, until)
      const stored = yield* this.#store.save(symbol, series.interval, settled, { from, until })
      series.extend(
        stored,
        until,
        bars.find(({ openTime }) => openTime >= until)
      )
      entry.checkAttempts = 0
      entry.quietMillis = 0
      entry.nextCheck = 0
      const confirmed = settled.filter((candle) => bars.includes(candle)).length
      yield* Metric.update(Metric.withAttributes(checkedTotal, { by: "upstream" }), confirmed)
      yield* Metric.update(Metric.withAttributes(checkedTotal, { by: "ticks" }), settled.length - confirmed)
    })
  }

  /** Nothing traded: it is noted that there are no candles before `until`, and the next look may wait. */
  #quiet(entry: Entry, now: Millis, until: Millis | undefined): Effect.Effect<void> {
    entry.checkAttempts = 0
    entry.quietMillis = Math.min(QUIET_MILLIS_MAX, Math.max(QUIET_MILLIS_MIN, entry.quietMillis * 2))
    entry.nextCheck = now + entry.quietMillis
    const { series, symbol } = entry
    const from = series.until
    if (until === undefined || from === undefined) return Effect.void
    series.extend([], until, undefined)
    return Effect.asVoid(this.#store.save(symbol, series.interval, [], { from, until }))
  }

  #use(symbol: SymbolName, interval: CandleInterval, now: Millis): Entry {
    const key = `${symbol} ${interval}`
    const entry = this.#entries.get(key) ?? newEntry(symbol, interval)
    entry.lastUsed = now
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    const ofSymbol = this.#bySymbol.get(symbol) ?? new Set()
    this.#bySymbol.set(symbol, ofSymbol.add(entry))
    return entry
  }

  #evict(now: Millis): void {
    let candlesCount = 0
    for (const { series } of this.#entries.values()) candlesCount += series.candlesCount
    for (const [key, entry] of this.#entries) {
      const isTooMuch = this.#entries.size > SERIES_MAX || candlesCount > CANDLES_IN_MEMORY_MAX
      if (!isTooMuch && now - entry.lastUsed < IDLE_MILLIS) continue
      candlesCount -= entry.series.candlesCount
      this.#entries.delete(key)
      const ofSymbol = this.#bySymbol.get(entry.symbol)
      ofSymbol?.delete(entry)
      if (ofSymbol?.size === 0) this.#bySymbol.delete(entry.symbol)
    }
  }
}

const newEntry = (symbol: SymbolName, interval: CandleInterval): Entry => ({
  symbol,
  series: new CandleSeries(interval),
  lock: Semaphore.makeUnsafe(1),
  lastUsed: 0,
  failure: undefined,
  checkAttempts: 0,
  nextCheck: 0,
  quietMillis: 0
})

/** How many intervals back from the present the window reaches. */
const reachOf = ({ interval, limit, from, to }: CandlesQuery, now: Millis): number => {
  const present = candleOpen(interval, now)
  const after = to === undefined ? 0 : candleCount(interval, candleOpen(interval, Math.min(to, now)), present)
  return from === undefined ? limit + after : Math.min(limit + after, candleCount(interval, candleOpen(interval, from), present) + 1)
}

const served =
  (isFinal: boolean) =>
  (candle: Candle): CandlesPage["candles"][number] => ({ ...candle, isFinal })

const describe = (error: RestError): string => (error._tag === "CreditsSpent" ? "the plan's credits are spent" : error.message)

const counted = (page: CandlesPage, from: string): Effect.Effect<CandlesPage> =>
  Effect.as(Metric.update(Metric.withAttributes(pagesTotal, { from }), 1), page)

export const layerCandles = (options: CandlesOptions): Layer.Layer<Candles, never, TwelveDataRest | CandleStore> =>
  Layer.effect(
    Candles,
    Effect.gen(function* () {
      const cache = new CandlesCache(yield* TwelveDataRest, yield* CandleStore, options)
      yield* cache.tick.pipe(Effect.delay(options.tickMillis ?? 1_000), Effect.forever, Effect.forkScoped)
      return Candles.of({ page: (query) => cache.page(query), accept: (quote) => cache.accept(quote), symbols: () => cache.symbols })
    })
  )
