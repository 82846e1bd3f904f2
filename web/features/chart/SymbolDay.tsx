/** SymbolDay: where the symbol's day began, and how far it has come since. */
import { useEffect } from "react"
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { loadDayOpen } from "../../api/market.ts"
import { cn } from "../../lib/cn.ts"
import { formatChange } from "../../locales/formats.ts"
import { dayOpenCell, quoteValue } from "../../state/market.ts"
import { useValue } from "../../state/store.ts"
import { changePercent } from "../instrument/instrumentFigures.ts"

export function SymbolDay(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { symbol, digits } = props.instrument
  const open = useValue(dayOpenCell(symbol))
  const quote = useValue(quoteValue(symbol))
  useEffect(() => loadDayOpen(symbol), [symbol])
  if (open === undefined || quote === undefined) return null
  const percent = changePercent(open, quote)
  return (
    <p
      data-testid="symbol-day"
      className="figures flex shrink-0 items-baseline gap-1.5 px-1 text-xs whitespace-nowrap text-muted-foreground"
    >
      {t("chart.day")}
      <span className={cn("font-medium", percent > 0 ? "text-up" : percent < 0 && "text-down")}>{formatChange(percent)}</span>
      <span className="max-xl:hidden">{t("chart.dayOpen", { price: open.toFixed(digits) })}</span>
    </p>
  )
}
