/** useIndicators: the chosen indicators on the chart. */
import { useEffect } from "react"
import { isDarkValue } from "../../state/theme.ts"
import { useValue } from "../../state/store.ts"
import { readChartColors } from "./chartColors.ts"
import { indicatorsCell } from "./chartSettings.ts"
import { IndicatorLayer } from "./IndicatorLayer.ts"
import type { PriceChart } from "./PriceChart.ts"

export const useIndicators = (chart: PriceChart | undefined): void => {
  const names = useValue(indicatorsCell)
  const isDark = useValue(isDarkValue)
  useEffect(() => {
    if (chart === undefined || names.length === 0) return
    const layer = new IndicatorLayer(chart)
    layer.show(names, readChartColors())
    return () => layer.dispose()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the theme decides what the colors read are
  }, [chart, names, isDark])
}
