/** BalanceChart: the balance over time, one point per booking, and the equity as it is now. */
import { BaselineSeries, ColorType, createChart, type IPriceLine, LineStyle, LineType } from "lightweight-charts"
import { useEffect, useRef } from "react"
import { useTranslation } from "react-i18next"
import { locale } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { isDarkValue } from "../../state/theme.ts"
import { useValue } from "../../state/store.ts"
import { readChartColors } from "./chartColors.ts"
import { chartTimes } from "./chartTimes.ts"
import { stamp } from "./PriceChart.ts"

export interface BalancePoint {
  /** Epoch seconds, ascending. */
  readonly time: number
  readonly balance: number
}

export default function BalanceChart(props: {
  readonly points: ReadonlyArray<BalancePoint>
  readonly equity: number | undefined
  readonly label: string
}) {
  const { t } = useTranslation()
  const { equity, points } = props
  const line = useRef<IPriceLine>(undefined)
  const element = useRef<HTMLElement>(null)
  const isDark = useValue(isDarkValue)
  const timeZone = useValue(timeZoneValue)
  useEffect(() => {
    if (element.current === null) return
    const { chart, series } = draw(element.current, points, timeZone)
    const { accent } = readChartColors()
    line.current = series.createPriceLine({
      price: points.at(-1)?.balance ?? 0,
      color: accent,
      lineStyle: LineStyle.Dashed,
      title: t("account.equity")
    })
    return () => chart.remove()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the theme decides what the colors read are
  }, [points, timeZone, isDark, t])
  useEffect(() => {
    if (equity !== undefined) line.current?.applyOptions({ price: equity })
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another chart is another line
  }, [equity, points, timeZone, isDark, t])
  return <figure ref={element} aria-label={props.label} className="m-0 h-56" />
}

const draw = (element: HTMLElement, points: ReadonlyArray<BalancePoint>, timeZone: string) => {
  const colors = readChartColors()
  const times = chartTimes(timeZone)
  const chart = createChart(element, {
    autoSize: true,
    layout: {
      background: { type: ColorType.Solid, color: "transparent" },
      textColor: colors.text,
      fontFamily: getComputedStyle(element).fontFamily,
      fontSize: 11
    },
    grid: { vertLines: { visible: false }, horzLines: { color: colors.grid } },
    rightPriceScale: { borderVisible: false },
    timeScale: {
      borderColor: colors.border,
      timeVisible: true,
      tickMarkFormatter: (time: unknown, type: Parameters<typeof times.axis>[1]) => times.axis(Number(time), type)
    },
    localization: { locale, timeFormatter: (time: unknown) => times.crosshair(Number(time)) },
    handleScroll: false,
    handleScale: false
  })
  const series = chart.addSeries(BaselineSeries, {
    baseValue: { type: "price", price: points[0]?.balance ?? 0 },
    topLineColor: colors.up,
    topFillColor1: colors.upFade,
    topFillColor2: "transparent",
    bottomLineColor: colors.down,
    bottomFillColor1: "transparent",
    bottomFillColor2: colors.downFade,
    lineWidth: 2,
    lineType: LineType.WithSteps,
    priceLineVisible: false
  })
  series.setData(points.map(({ time, balance }) => ({ time: stamp(time), value: balance })))
  chart.timeScale().fitContent()
  return { chart, series }
}
