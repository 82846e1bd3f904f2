/** PriceChart: one symbol's prices over time. The only module that draws with lightweight-charts; owns what it attaches and takes it away. */
import {
  AreaSeries,
  BarSeries,
  CandlestickSeries,
  ColorType,
  createChart,
  CrosshairMode,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
  isUTCTimestamp,
  LineSeries,
  LineStyle,
  type LogicalRange,
  type SeriesType,
  type Time,
  type UTCTimestamp
} from "lightweight-charts"
import type { Candle } from "../../api/market.ts"
import { locale } from "../../locales/formats.ts"
import type { ChartColors } from "./chartColors.ts"
import type { ChartTimes } from "./chartTimes.ts"
import type { ChartType } from "./chartSettings.ts"

export interface PriceChartListeners {
  /** The bar under the crosshair; undefined when there is none. */
  readonly onHover: (candle: Candle | undefined) => void
  /** The last bar moved. */
  readonly onLast: (candle: Candle) => void
  /** The beginning of what is loaded came into sight. */
  readonly onBeginning: () => void
}

/** A chart that is narrower leaves fewer bars of room for the labels of lines, which are not to hide the newest bars. */
const NARROW_PIXELS = 500

/** Bars left of the view at which older ones are asked for. */
const BEGINNING_BARS = 40

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library brands its times and has no constructor; ours are epoch seconds already
export const stamp = (seconds: number): UTCTimestamp => seconds as UTCTimestamp
const secondsOf = (time: Time): number => (isUTCTimestamp(time) ? time : 0)

/** Unless it is there already: the chart would be drawn again. */
export const movePriceLine = (line: IPriceLine, price: number): void => {
  if (line.options().price !== price) line.applyOptions({ price })
}

export class PriceChart {
  readonly chart: IChartApi
  series: ISeriesApi<SeriesType>
  readonly #listeners: PriceChartListeners
  #type: ChartType
  #colors: ChartColors
  #digits: number
  #isDisposed = false
  #candles: Array<Candle> = []
  readonly #candleListeners = new Set<() => void>()
  #byTime = new Map<number, Candle>()
  #bidLine: IPriceLine | undefined
  #askLine: IPriceLine | undefined

  constructor(
    element: HTMLElement,
    options: {
      readonly type: ChartType
      readonly digits: number
      readonly colors: ChartColors
      readonly times: ChartTimes
      readonly listeners: PriceChartListeners
    }
  ) {
    this.#type = options.type
    this.#colors = options.colors
    this.#digits = options.digits
    this.#listeners = options.listeners
    this.chart = createChart(element, {
      autoSize: true,
      layout: {
        attributionLogo: true,
        fontFamily: getComputedStyle(element).fontFamily,
        fontSize: 11,
        background: { type: ColorType.Solid, color: "transparent" }
      },
      crosshair: { mode: CrosshairMode.Normal },
      rightPriceScale: { scaleMargins: { top: 0.12, bottom: 0.08 } },
      timeScale: { timeVisible: true, secondsVisible: false, rightOffset: element.clientWidth < NARROW_PIXELS ? 14 : 18, barSpacing: 7 }
    })
    this.series = this.#addSeries()
    this.setColors(options.colors)
    this.setTimes(options.times)
    this.chart.subscribeCrosshairMove((event) =>
      this.#listeners.onHover(event.time === undefined ? undefined : this.#byTime.get(secondsOf(event.time)))
    )
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(this.#onRange)
  }

  /** What hangs on the chart is gone with it and need not be taken off. */
  get isDisposed(): boolean {
    return this.#isDisposed
  }

  dispose(): void {
    this.#isDisposed = true
    this.chart.remove()
  }

  /** Oldest first. */
  get candles(): ReadonlyArray<Candle> {
    return this.#candles
  }

  /** Calls back whenever a candle changed; answers how to stop. */
  onCandles(listener: () => void): () => void {
    this.#candleListeners.add(listener)
    return () => this.#candleListeners.delete(listener)
  }

  /** Of a series on the prices, or with `isIndex` of one that has a scale of its own. */
  priceFormat(isIndex: boolean) {
    const precision = isIndex ? 2 : this.#digits
    return { type: "price" as const, precision, minMove: 10 ** -precision }
  }

  setCandles(candles: ReadonlyArray<Candle>): void {
    this.#candles = [...candles]
    this.#byTime = new Map(candles.map((candle) => [candle.time, candle]))
    this.series.setData(candles.map((candle) => this.#point(candle)))
    for (const listener of this.#candleListeners) listener()
  }

  showNewest(): void {
    this.chart.timeScale().resetTimeScale()
  }

  /** Grows the last bar, or puts a new one after it. */
  update(candle: Candle): void {
    if (this.#candles.at(-1)?.time === candle.time) this.#candles.pop()
    this.#candles.push(candle)
    this.#byTime.set(candle.time, candle)
    this.series.update(this.#point(candle))
    this.#listeners.onLast(candle)
    for (const listener of this.#candleListeners) listener()
  }

  setBidAsk(bid: number, ask: number): void {
    this.#bidLine ??= this.#quoteLine(bid, this.#colors.down)
    this.#askLine ??= this.#quoteLine(ask, this.#colors.up)
    movePriceLine(this.#bidLine, bid)
    movePriceLine(this.#askLine, ask)
  }

  setType(type: ChartType): void {
    if (type === this.#type) return
    this.#type = type
    this.chart.removeSeries(this.series)
    this.#bidLine = undefined
    this.#askLine = undefined
    this.series = this.#addSeries()
    this.series.setData(this.#candles.map((candle) => this.#point(candle)))
  }

  setTimes(times: ChartTimes): void {
    this.chart.applyOptions({
      localization: { locale, timeFormatter: (time: Time) => times.crosshair(secondsOf(time)) },
      timeScale: { tickMarkFormatter: (time: Time, type: Parameters<ChartTimes["axis"]>[1]) => times.axis(secondsOf(time), type) }
    })
  }

  setColors(colors: ChartColors): void {
    this.#colors = colors
    const crosshair = { color: colors.crosshair, labelBackgroundColor: colors.crosshair, width: 1 as const, style: LineStyle.Dashed }
    this.chart.applyOptions({
      layout: { textColor: colors.text, panes: { separatorColor: colors.border, separatorHoverColor: colors.accentFade } },
      grid: { vertLines: { color: colors.grid }, horzLines: { color: colors.grid } },
      crosshair: { vertLine: crosshair, horzLine: crosshair },
      rightPriceScale: { borderColor: colors.border },
      timeScale: { borderColor: colors.border }
    })
    this.series.applyOptions(this.#looks())
    this.#bidLine?.applyOptions({ color: colors.down })
    this.#askLine?.applyOptions({ color: colors.up })
  }

  readonly #onRange = (range: LogicalRange | null): void => {
    if (range !== null && range.from < BEGINNING_BARS && this.#candles.length > 0) this.#listeners.onBeginning()
  }

  #quoteLine(price: number, color: string): IPriceLine {
    return this.series.createPriceLine({ price, color, lineWidth: 1, lineStyle: LineStyle.Dotted, axisLabelVisible: true, title: "" })
  }

  #looks() {
    const { up, down, accent, accentFade } = this.#colors
    if (this.#type === "line") return { color: accent, lineWidth: 2 as const }
    if (this.#type === "area") return { lineColor: accent, lineWidth: 2 as const, topColor: accentFade, bottomColor: "transparent" }
    if (this.#type === "bars") return { upColor: up, downColor: down, thinBars: true }
    return { upColor: up, downColor: down, wickUpColor: up, wickDownColor: down, borderVisible: false }
  }

  #addSeries(): ISeriesApi<SeriesType> {
    const options = {
      priceFormat: this.priceFormat(false),
      // The middle of bid and ask is nobody's price: the two lines of the quote stand for it.
      lastValueVisible: false,
      priceLineVisible: false
    }
    switch (this.#type) {
      case "candles":
        return this.chart.addSeries(CandlestickSeries, { ...options, ...this.#looks() })
      case "bars":
        return this.chart.addSeries(BarSeries, { ...options, ...this.#looks() })
      case "line":
        return this.chart.addSeries(LineSeries, { ...options, ...this.#looks() })
      case "area":
        return this.chart.addSeries(AreaSeries, { ...options, ...this.#looks() })
    }
  }

  #point(candle: Candle) {
    return this.#type === "line" || this.#type === "area"
      ? { time: stamp(candle.time), value: candle.close }
      : { ...candle, time: stamp(candle.time) }
  }
}
