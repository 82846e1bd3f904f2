/**
 * CandleHistoryClient: final candles from the store, and from upstream where the store has gaps; what comes from upstream is stored.
 *
 * It goes back from the present (or from a time in the past) stretch by stretch, so that a gap is asked for once and never again.
 */
import { Clock, Effect, Metric } from "effect"
import { foldCandles } from "#actors/candles/foldCandles.ts"
import type { CandleStore, StoredCandles, Stretch } from "#actors/CandleStore.ts"
import type { CreditPurpose } from "#actors/feed/CreditBudget.ts"
import { REST_BARS_MAX, type BarsQuery, type RestError, type TwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { candleClose, candleCount, candleOpen, type Candle, type CandleInterval } from "#domain/Candle.ts"
import type { Millis, SymbolName } from "#domain/Quote.ts"

/** Stretches and gaps passed on the way back; more means that the store is in pieces, and the answer is incomplete. */
const STEPS_MAX = 12

export interface HistoryQuery {
  readonly symbol: SymbolName
  readonly interval: CandleInterval
  /** Candles that open before; the open of one. */
  readonly until: Millis
  readonly limit: number
  /** How far back at most. */
  readonly from: Millis | undefined
  /** Also asks upstream for the candle that is forming; `until` is then its open. */
  readonly withRunning: boolean
}

export interface History {
  /** Final, oldest first, without a gap in [from, until). */
  readonly candles: ReadonlyArray<Candle>
  readonly from: Millis
  /** The time asked for, or earlier when upstream was not yet through with the last candle. */
  readonly until: Millis
  /** Upstream's view of the candle after the final ones. */
  readonly running: Candle | undefined
  /** Why it does not reach as far back as asked. */
  readonly error: RestError | undefined
}

/** So long after its end a candle is final upstream, even if none has begun after it. */
export const SETTLED_MILLIS = 60_000

const upstreamTotal = Metric.counter("keel_candles_upstream_requests_total", {
  description: "Requests for bars, by outcome",
  incremental: true
})
const unsoundTotal = Metric.counter("keel_candles_unsound_total", {
  description: "Bars from upstream that contradict themselves",
  incremental: true
})

/** Intervals that upstream may open with an exchange instead of the clock, and what they are folded from then. */
const HALF_HOURS: Partial<Record<CandleInterval, number>> = { "1h": 2, "4h": 8 }

export class CandleHistoryClient {
  readonly #rest: TwelveDataRest["Service"]
  readonly #store: CandleStore["Service"]
  readonly #upstreamSymbol: (symbol: SymbolName) => string

  constructor(rest: TwelveDataRest["Service"], store: CandleStore["Service"], upstreamSymbol: (symbol: SymbolName) => string) {
    this.#rest = rest
    this.#store = store
    this.#upstreamSymbol = upstreamSymbol
  }

  /** Collects history; never fails, but may stop short and say why. */
  collect(query: HistoryQuery): Effect.Effect<History> {
    return Effect.gen({ self: this }, function* () {
      let collected: History = { candles: [], from: query.until, until: query.until, running: undefined, error: undefined }
      let isRunningKnown = !query.withRunning
      for (let step = 0; step < STEPS_MAX; step++) {
        const missing = query.limit - collected.candles.length
        if (missing <= 0 || collected.from === 0 || (query.from !== undefined && collected.from <= query.from)) break
        const stored = yield* this.#store.load(query.symbol, query.interval, collected.from, missing)
        if (stored.covered !== undefined && stored.covered.until >= collected.from) {
          collected = prepend(collected, storedPiece(stored, stored.covered, missing))
          continue
        }
        const isPresent = !isRunningKnown && collected.from === query.until
        const gap = yield* Effect.result(this.#fillGap(query, collected.from, stored.covered, missing, isPresent))
        if (gap._tag === "Failure") return { ...collected, error: gap.failure }
        collected = isPresent ? gap.success : prepend(collected, gap.success)
        isRunningKnown ||= isPresent
      }
      const running = isRunningKnown ? collected.running : yield* this.#running(query)
      return { ...newestOf(collected, query.limit), running }
    })
  }

  /** Upstream's bars since `from`, the forming one included. */
  tail(
    symbol: SymbolName,
    interval: CandleInterval,
    from: Millis,
    now: Millis,
    purpose: CreditPurpose
  ): Effect.Effect<ReadonlyArray<Candle>, RestError> {
    const count = Math.min(REST_BARS_MAX, candleCount(interval, from, candleOpen(interval, now)) + 1)
    return Effect.map(this.#ask(symbol, { interval, count }, purpose), (bars) => bars.filter(({ openTime }) => openTime >= from))
  }

  /** Upstream's view of the candle that is forming. */
  #running({ symbol, interval, until }: HistoryQuery): Effect.Effect<Candle | undefined> {
    return this.#ask(symbol, { interval, count: 1 }, "candles").pipe(
      Effect.map((bars) => bars.find(({ openTime }) => openTime >= until)),
      Effect.catch(() => Effect.succeed(undefined))
    )
  }

  /** Asks upstream for what is missing before `edge`, down to what is stored, and stores it; with the forming candle if `isPresent`. */
  #fillGap(
    query: HistoryQuery,
    edge: Millis,
    stored: Stretch | undefined,
    missing: number,
    isPresent: boolean
  ): Effect.Effect<History, RestError> {
    return Effect.gen({ self: this }, function* () {
      const { symbol, interval } = query
      const gap = stored === undefined ? missing : Math.min(missing, candleCount(interval, stored.until, edge))
      const count = Math.min(REST_BARS_MAX, isPresent ? gap + 1 : gap)
      const bars = yield* this.#ask(symbol, { interval, count, ...(isPresent ? {} : { to: edge - 1 }) }, "candles")
      const until = isPresent ? settledUntil(bars, edge, yield* Clock.currentTimeMillis) : edge
      // An empty answer is believed for now, not for ever.
      if (bars.length === 0 && stored === undefined) return { candles: [], from: 0, until, running: undefined, error: undefined }
      const reach = reachOf(bars, count, stored, until)
      const final = bars.filter(({ openTime }) => openTime >= reach && openTime < until)
      const candles = yield* this.#store.save(symbol, interval, final, { from: reach, until })
      return { candles, from: reach, until, running: bars.find(({ openTime }) => openTime >= until), error: undefined }
    })
  }

  #ask(
    symbol: SymbolName,
    query: Omit<BarsQuery, "upstreamSymbol">,
    purpose: CreditPurpose
  ): Effect.Effect<ReadonlyArray<Candle>, RestError> {
    return Effect.gen({ self: this }, function* () {
      const upstreamSymbol = this.#upstreamSymbol(symbol)
      const bars = yield* this.#bars({ ...query, upstreamSymbol }, purpose)
      const halfHours = HALF_HOURS[query.interval]
      if (halfHours === undefined || bars.every(({ openTime }) => candleOpen(query.interval, openTime) === openTime)) return bars
      const count = Math.min(REST_BARS_MAX, query.count * halfHours)
      const shorter = yield* this.#bars({ ...query, upstreamSymbol, interval: "30m", count, ...lastHalfHour(query) }, purpose)
      return foldCandles(shorter, query.interval).slice(shorter.length === count ? 1 : 0)
    })
  }

  #bars(query: BarsQuery, purpose: CreditPurpose): Effect.Effect<ReadonlyArray<Candle>, RestError> {
    return this.#rest.bars(query, purpose).pipe(
      Effect.tap(({ unsoundCount }) => Metric.update(unsoundTotal, unsoundCount)),
      Effect.map(({ bars }) => bars),
      Effect.tap(() => Metric.update(Metric.withAttributes(upstreamTotal, { outcome: "answered" }), 1)),
      Effect.tapError(({ _tag }) => Metric.update(Metric.withAttributes(upstreamTotal, { outcome: _tag }), 1))
    )
  }
}

/** Where upstream's final bars end: at `edge` if a bar has begun since or time enough has passed, else before its last bar. */
export const settledUntil = (bars: ReadonlyArray<Candle>, edge: Millis, now: Millis): Millis => {
  const last = bars.at(-1)
  return last === undefined || last.openTime >= edge || now - edge >= SETTLED_MILLIS ? edge : last.openTime
}

/** How far back an answer of at most `count` bars leaves no gap: fewer than asked for means that there are no older ones. */
const reachOf = (bars: ReadonlyArray<Candle>, count: number, stored: Stretch | undefined, until: Millis): Millis => {
  const first = bars.length < count ? 0 : (bars[0]?.openTime ?? 0)
  return Math.min(until, Math.max(first, stored?.until ?? 0))
}

const storedPiece = ({ candles }: StoredCandles, covered: Stretch, missing: number): Pick<History, "candles" | "from"> => {
  const usable = candles.filter(({ openTime }) => openTime >= covered.from)
  return { candles: usable, from: usable.length >= missing ? (usable[0]?.openTime ?? covered.from) : covered.from }
}

const prepend = (history: History, older: Pick<History, "candles" | "from">): History => ({
  ...history,
  candles: older.candles.concat(history.candles),
  from: older.from
})

const newestOf = (history: History, limit: number): History => {
  const candles = history.candles.slice(-limit)
  return candles.length === history.candles.length ? history : { ...history, candles, from: candles[0]?.openTime ?? history.from }
}

/** Up to the last half hour of the last interval asked for. */
const lastHalfHour = ({ interval, to }: Omit<BarsQuery, "upstreamSymbol">): { readonly to?: Millis } =>
  to === undefined ? {} : { to: candleClose(interval, candleOpen(interval, to)) - 1 }
