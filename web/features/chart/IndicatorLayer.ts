/** IndicatorLayer: the chosen indicators on a chart, each on the prices or in a pane of its own below them. */
import { HistogramSeries, type ISeriesApi, LineSeries, LineStyle, type SeriesType } from "lightweight-charts"
import type { Candle } from "../../api/market.ts"
import { formatCompact } from "../../locales/formats.ts"
import { i18n } from "../../locales/i18n.ts"
import type { ChartColors } from "./chartColors.ts"
import type { IndicatorName } from "./chartSettings.ts"
import { bollinger, ema, type Line, macd, rsi, sma } from "./indicators.ts"
import { type PriceChart, stamp } from "./PriceChart.ts"

/** The lengths that traders mean when they give none. */
export const INDICATOR_LENGTHS: Readonly<Record<IndicatorName, ReadonlyArray<number>>> = {
  sma: [20],
  ema: [50],
  bollinger: [20, 2],
  rsi: [14],
  macd: [12, 26, 9],
  volume: []
}
/** A pane of its own, this high beside the prices' 4. */
const PANE_STRETCH = 1
const PRICE_PANE_STRETCH = 4
/** Between two computations of a growing bar. */
const RECOMPUTE_MILLIS = 500

interface Part {
  readonly series: ISeriesApi<SeriesType>
  readonly values: (closes: ReadonlyArray<number>, candles: ReadonlyArray<Candle>) => Line
  /** Of one bar, when not all are of the series' color. */
  readonly color?: (candle: Candle) => string
}

export class IndicatorLayer {
  readonly #chart: PriceChart
  readonly #parts = new Map<IndicatorName, ReadonlyArray<Part>>()
  readonly #stopListening: () => void
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(chart: PriceChart) {
    this.#chart = chart
    this.#stopListening = chart.onCandles(() => {
      this.#timer ??= setTimeout(this.#compute, RECOMPUTE_MILLIS)
    })
  }

  show(names: ReadonlyArray<IndicatorName>, colors: ChartColors): void {
    for (const name of this.#parts.keys()) this.#remove(name)
    let pane = 0
    for (const name of names) this.#parts.set(name, this.#create(name, colors, isOnPrices(name) ? 0 : ++pane))
    for (const [index, shown] of this.#chart.chart.panes().entries())
      shown.setStretchFactor(index === 0 ? PRICE_PANE_STRETCH : PANE_STRETCH)
    this.#compute()
  }

  dispose(): void {
    clearTimeout(this.#timer)
    this.#stopListening()
    if (this.#chart.isDisposed) return
    for (const name of this.#parts.keys()) this.#remove(name)
  }

  #remove(name: IndicatorName): void {
    for (const { series } of this.#parts.get(name) ?? []) this.#chart.chart.removeSeries(series)
    this.#parts.delete(name)
  }

  readonly #compute = (): void => {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { candles } = this.#chart
    const closes = candles.map((candle) => candle.close)
    for (const { series, values, color } of [...this.#parts.values()].flat())
      series.setData(points(candles, values(closes, candles), color))
  }

  #line(color: string, pane: number, title: string): ISeriesApi<SeriesType> {
    return this.#chart.chart.addSeries(
      LineSeries,
      {
        color,
        title,
        lineWidth: 1,
        priceLineVisible: false,
        lastValueVisible: pane > 0,
        crosshairMarkerVisible: false,
        priceFormat: this.#chart.priceFormat(pane > 0)
      },
      pane
    )
  }

  #create(name: IndicatorName, colors: ChartColors, pane: number): ReadonlyArray<Part> {
    const [first = 0, second = 0, third = 0] = INDICATOR_LENGTHS[name]
    switch (name) {
      case "sma":
        return [{ series: this.#line(colors.accent, pane, ""), values: (closes) => sma(closes, first) }]
      case "ema":
        return [{ series: this.#line(colors.warning, pane, ""), values: (closes) => ema(closes, first) }]
      case "bollinger":
        return (["upper", "middle", "lower"] as const).map((band) => ({
          series: this.#line(colors.text, pane, ""),
          values: (closes) => bollinger(closes, first, second)[band]
        }))
      case "rsi": {
        const series = this.#line(colors.accent, pane, `${i18n.t("chart.indicatorShort.rsi")} ${first}`)
        for (const price of [30, 70])
          series.createPriceLine({ price, color: colors.border, lineWidth: 1, lineStyle: LineStyle.Dashed, axisLabelVisible: false })
        return [{ series, values: (closes) => rsi(closes, first) }]
      }
      case "macd": {
        const bars = this.#chart.chart.addSeries(
          HistogramSeries,
          { color: colors.crosshair, priceLineVisible: false, lastValueVisible: false, priceFormat: this.#chart.priceFormat(false) },
          pane
        )
        return [
          { series: bars, values: (closes) => macd(closes, first, second, third).histogram },
          {
            series: this.#line(colors.accent, pane, `${i18n.t("chart.indicatorShort.macd")} ${first} ${second} ${third}`),
            values: (closes) => macd(closes, first, second, third).macd
          },
          { series: this.#line(colors.warning, pane, ""), values: (closes) => macd(closes, first, second, third).signal }
        ]
      }
      case "volume":
        return [this.#volume(colors, pane)]
    }
  }

  #volume(colors: ChartColors, pane: number): Part {
    const series = this.#chart.chart.addSeries(
      HistogramSeries,
      {
        title: i18n.t("chart.indicatorShort.volume"),
        priceLineVisible: false,
        priceFormat: { type: "custom", formatter: formatCompact, minMove: 1 }
      },
      pane
    )
    // The columns stand on the ground.
    series.priceScale().applyOptions({ scaleMargins: { top: 0.2, bottom: 0 } })
    return {
      series,
      values: (_, candles) => candles.map(({ volume }) => volume),
      color: ({ open, close }) => (close < open ? colors.downColumn : colors.upColumn)
    }
  }
}

/** Drawn over the prices, not in a pane of its own. */
export const isOnPrices = (name: IndicatorName): boolean => name !== "rsi" && name !== "macd" && name !== "volume"

const points = (candles: ReadonlyArray<Candle>, line: Line, color: Part["color"]) =>
  candles.map((candle, index) => {
    const [time, value] = [stamp(candle.time), line[index]]
    if (value === undefined) return { time }
    return color === undefined ? { time, value } : { time, value, color: color(candle) }
  })
