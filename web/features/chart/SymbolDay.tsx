/** SymbolDay: where the symbol's day began, and how far it has come since. */
import { useTranslation } from "react-i18next"
import type { Instrument } from "#domain/Instrument.ts"
import { quoteValue } from "../../state/market.ts"
import { useSelected } from "../../state/store.ts"
import { DayChange } from "../instrument/DayChange.tsx"
import { useDayOpen } from "../instrument/useDayOpen.ts"

export function SymbolDay(props: { readonly instrument: Instrument }) {
  const { t } = useTranslation()
  const { symbol, digits } = props.instrument
  const open = useDayOpen(symbol)
  const isQuoted = useSelected(quoteValue(symbol), (quote) => quote !== undefined)
  if (open === undefined || !isQuoted) return null
  return (
    <p
      data-testid="symbol-day"
      className="figures flex shrink-0 items-baseline gap-1.5 px-1 text-xs whitespace-nowrap text-muted-foreground"
    >
      {t("chart.day")}
      <DayChange symbol={symbol} open={open} className="font-medium" />
      <span className="max-xl:hidden">{t("chart.dayOpen", { price: open.toFixed(digits) })}</span>
    </p>
  )
}
