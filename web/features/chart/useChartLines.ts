/** useChartLines: positions, orders, margin levels and alerts as lines on the chart; what can be changed can be moved. */
import { type RefObject, useEffect, useMemo, useRef } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { ordersOfSymbol, positionsOfSymbol, positionValueCell } from "../../state/account.ts"
import { alertsOfSymbol } from "../../state/alerts.ts"
import { machineTimeValue } from "../../state/clock.ts"
import { isDarkValue } from "../../state/theme.ts"
import { useValue, watch } from "../../state/store.ts"
import { readChartColors } from "./chartColors.ts"
import { alertLine, type ChartLine, levelLines, type LineContext, orderLines, positionLines } from "./chartLines.ts"
import { chartMarksCell, chartTypeCell } from "./chartSettings.ts"
import { PriceHandles } from "./PriceHandles.ts"
import type { PriceChart } from "./PriceChart.ts"

export const useChartLines = (chart: PriceChart | undefined, element: RefObject<HTMLElement | null>, instrument: Instrument): void => {
  const lines = useLines(instrument)
  const positions = useValue(positionsOfSymbol(instrument.symbol))
  // Another type of chart is another series, and lines belong to a series.
  const type = useValue(chartTypeCell)
  const handles = useRef<PriceHandles>(undefined)

  useEffect(() => {
    const container = element.current
    if (chart === undefined || container === null) return
    const made = new PriceHandles(chart, container)
    handles.current = made
    return () => {
      handles.current = undefined
      made.dispose()
    }
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another type of chart is another series: its lines are gone
  }, [chart, element, type])

  useEffect(() => {
    handles.current?.show(new Map(lines))
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- new handles have nothing to show yet
  }, [chart, element, type, lines])

  useEffect(() => {
    const stops = positions.map(({ positionId }) => watch(positionValueCell(positionId), () => handles.current?.refreshText(positionId)))
    return () => {
      for (const stop of stops) stop()
    }
  }, [positions])
}

const useLines = (instrument: Instrument): ReadonlyArray<ChartLine> => {
  const { t } = useTranslation()
  const positions = useValue(positionsOfSymbol(instrument.symbol))
  const orders = useValue(ordersOfSymbol(instrument.symbol))
  const alerts = useValue(alertsOfSymbol(instrument.symbol))
  const marks = useValue(chartMarksCell)
  const isDark = useValue(isDarkValue)
  // The levels follow every quote of the account; once a second is often enough for lines.
  useValue(machineTimeValue)
  // oxlint-disable-next-line react/memo-dependencies, react-hooks/exhaustive-deps -- the theme decides what the colors read are
  const context = useMemo((): LineContext => ({ t, instrument, colors: readChartColors() }), [t, instrument, isDark])
  const deals = useMemo(
    () => [...positions.flatMap((position) => positionLines(position, context)), ...orders.flatMap((order) => orderLines(order, context))],
    [positions, orders, context]
  )
  return [
    ...(marks.includes("lines") ? deals : []),
    ...(marks.includes("levels") ? levelLines(context) : []),
    ...alerts.map((alert) => alertLine(alert, context))
  ]
}
