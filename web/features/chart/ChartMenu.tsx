/** ChartMenu: indicators, and what of the account is drawn on the chart. */
import { SlidersHorizontalIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { hasVolumeCell } from "../../state/market.ts"
import { chartIntervalCell } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"
import { ChartMark, chartMarksCell, IndicatorName, indicatorsCell, toggled } from "./chartSettings.ts"
import { INDICATOR_LENGTHS } from "./IndicatorLayer.ts"

export function ChartMenu(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const indicators = useValue(indicatorsCell)
  const marks = useValue(chartMarksCell)
  const hasVolume = useValue(hasVolumeCell(`${props.symbol} ${useValue(chartIntervalCell)}`))
  // The choice is one for all symbols: it can be made, and undone, also where it shows nothing.
  const note = (name: IndicatorName) =>
    name === "volume" && !hasVolume ? t("chart.noVolume", { symbol: props.symbol }) : INDICATOR_LENGTHS[name].join(", ")
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t("chart.menu")}>
          <SlidersHorizontalIcon className="size-4" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent className="w-60">
        <DropdownMenuLabel>{t("chart.indicators")}</DropdownMenuLabel>
        {IndicatorName.literals.map((name) => (
          <DropdownMenuCheckboxItem
            key={name}
            checked={indicators.includes(name)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={() => write(indicatorsCell, toggled(indicators, name))}
          >
            {t(`chart.indicatorNames.${name}`)}
            <span className="figures text-xs text-faint-foreground">{note(name)}</span>
          </DropdownMenuCheckboxItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuLabel>{t("chart.marks")}</DropdownMenuLabel>
        {ChartMark.literals.map((name) => (
          <DropdownMenuCheckboxItem
            key={name}
            checked={marks.includes(name)}
            onSelect={(event) => event.preventDefault()}
            onCheckedChange={() => write(chartMarksCell, toggled(marks, name))}
          >
            {t(`chart.markNames.${name}`)}
          </DropdownMenuCheckboxItem>
        ))}
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
