/** IndicatorLegend: which line over the prices is which. The ones below have their names at the scale. */
import { useTranslation } from "react-i18next"
import { cn } from "../../lib/cn.ts"
import { useValue } from "../../state/store.ts"
import { type IndicatorName, indicatorsCell } from "./chartSettings.ts"
import { INDICATOR_LENGTHS, isOnPrices } from "./IndicatorLayer.ts"

/** As their lines are drawn. */
const COLORS: Readonly<Partial<Record<IndicatorName, string>>> = {
  sma: "text-accent-text",
  ema: "text-warning",
  bollinger: "text-muted-foreground"
}

export function IndicatorLegend() {
  const { t } = useTranslation()
  const shown = useValue(indicatorsCell).filter(isOnPrices)
  return (
    <ul className="figures pointer-events-none absolute top-6.5 right-17 left-3 z-10 flex flex-wrap gap-x-2.5 text-2xs font-medium max-sm:top-10.5">
      {shown.map((name) => (
        <li key={name} className={cn("rounded-sm bg-panel/80", COLORS[name])}>
          {t(`chart.indicatorShort.${name}`)} {INDICATOR_LENGTHS[name].join(" ")}
        </li>
      ))}
    </ul>
  )
}
