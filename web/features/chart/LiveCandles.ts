/** LiveCandles: feeds a chart with a symbol's history, older pages on demand, and its last bar grown by every quote. No render per tick. */
import { Result } from "effect"
import { toNumber } from "#domain/Decimal.ts"
import type { CandleInterval } from "#domain/Candle.ts"
import { loadCandles } from "../../api/market.ts"
import { scattered } from "../../api/scattered.ts"
import { hasVolumeCell, quoteValue } from "../../state/market.ts"
import { read, watch } from "../../state/store.ts"
import { barAfter, settledBars } from "./bars.ts"
import type { PriceChart } from "./PriceChart.ts"

const PAGE_BARS = 500
/** Bars kept at most: years of days, weeks of minutes, and no end of memory. */
const BARS_MAX = 20_000
/** So long after a bar ended the server has held it against upstream's; all who look at it ask between the two. */
const SETTLED_MILLIS_MIN = 12_000
const SETTLED_MILLIS_MAX = 22_000
/** Ended bars asked for again: some more than one, for an answer may fail to come. */
const SETTLED_BARS = 5

export type LiveCandlesStatus = "loading" | "ready" | "partial" | "failed"

export class LiveCandles {
  readonly #chart: PriceChart
  readonly #symbol: string
  readonly #interval: CandleInterval
  readonly #onStatus: (status: LiveCandlesStatus) => void
  #isLoadingOlder = false
  #isComplete = false
  #isStopped = false
  #stopWatching: (() => void) | undefined
  #settleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(chart: PriceChart, symbol: string, interval: CandleInterval, onStatus: (status: LiveCandlesStatus) => void) {
    this.#chart = chart
    this.#symbol = symbol
    this.#interval = interval
    this.#onStatus = onStatus
    void this.#begin()
  }

  stop(): void {
    this.#isStopped = true
    this.#stopWatching?.()
    clearTimeout(this.#settleTimer)
  }

  async loadOlder(): Promise<void> {
    const { candles } = this.#chart
    const first = candles[0]
    if (first === undefined || this.#isLoadingOlder || this.#isComplete || candles.length >= BARS_MAX) return
    this.#isLoadingOlder = true
    const answer = await loadCandles(this.#symbol, this.#interval, PAGE_BARS, first.time * 1_000)
    this.#isLoadingOlder = false
    if (this.#isStopped || Result.isFailure(answer)) return
    const older = answer.success.candles.filter((candle) => candle.time < first.time)
    this.#isComplete = older.length === 0
    if (older.length > 0) this.#chart.setCandles([...older, ...this.#chart.candles])
  }

  async #begin(): Promise<void> {
    this.#onStatus("loading")
    const answer = await loadCandles(this.#symbol, this.#interval, PAGE_BARS)
    if (this.#isStopped) return
    const candles = Result.isSuccess(answer) ? answer.success.candles : []
    this.#isComplete = candles.length < PAGE_BARS
    this.#chart.setCandles(candles)
    this.#chart.showNewest()
    this.#grow()
    this.#stopWatching = watch(quoteValue(this.#symbol), this.#grow)
    this.#onStatus(Result.isFailure(answer) ? "failed" : answer.success.isComplete ? "ready" : "partial")
  }

  /** Takes the last quote into the last bar. */
  readonly #grow = (): void => {
    const quote = read(quoteValue(this.#symbol))
    if (quote === undefined) return
    this.#chart.setBidAsk(toNumber(quote.bid), toNumber(quote.ask))
    const last = this.#chart.candles.at(-1)
    // Candles are made of the middle of bid and ask, here as on the server.
    const bar = barAfter(last, toNumber((quote.bid + quote.ask) / 2n), quote.time / 1_000, this.#interval)
    if (bar === last) return
    this.#chart.update(bar)
    if (bar.time !== last?.time && read(hasVolumeCell(`${this.#symbol} ${this.#interval}`))) this.#settleSoon()
  }

  /** No quote tells of the volume: a bar has it once it is over and asked for. */
  #settleSoon(): void {
    this.#settleTimer ??= setTimeout(() => void this.#settle(), scattered(SETTLED_MILLIS_MIN, SETTLED_MILLIS_MAX))
  }

  async #settle(): Promise<void> {
    this.#settleTimer = undefined
    const answer = await loadCandles(this.#symbol, this.#interval, SETTLED_BARS)
    if (this.#isStopped || Result.isFailure(answer)) return
    this.#chart.setCandles(settledBars(this.#chart.candles, answer.success.candles))
  }
}
