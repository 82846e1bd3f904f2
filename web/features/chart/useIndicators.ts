/** useIndicators: the chosen indicators on the chart. */
import { useEffect, useMemo } from "react"
import { isDarkValue } from "../../state/theme.ts"
import { hasVolumeCell } from "../../state/market.ts"
import { chartIntervalCell } from "../../state/selection.ts"
import { useValue } from "../../state/store.ts"
import { readChartColors } from "./chartColors.ts"
import { indicatorsCell } from "./chartSettings.ts"
import { IndicatorLayer } from "./IndicatorLayer.ts"
import type { PriceChart } from "./PriceChart.ts"

export const useIndicators = (chart: PriceChart | undefined, symbol: string): void => {
  const chosen = useValue(indicatorsCell)
  const hasVolume = useValue(hasVolumeCell(`${symbol} ${useValue(chartIntervalCell)}`))
  // Without a volume its pane would be empty.
  const names = useMemo(() => (hasVolume ? chosen : chosen.filter((name) => name !== "volume")), [chosen, hasVolume])
  const isDark = useValue(isDarkValue)
  useEffect(() => {
    if (chart === undefined || names.length === 0) return
    const layer = new IndicatorLayer(chart)
    layer.show(names, readChartColors())
    return () => layer.dispose()
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- the theme decides what the colors read are
  }, [chart, names, isDark])
}
