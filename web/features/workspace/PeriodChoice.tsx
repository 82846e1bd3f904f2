/** PeriodChoice: how far back the history goes. */
import { useTranslation } from "react-i18next"
import { Period, periodCell } from "../../state/selection.ts"
import { useValue, write } from "../../state/store.ts"
import { Segmented } from "../../ui/segmented.tsx"

export function PeriodChoice(props: { readonly className?: string }) {
  const { t } = useTranslation()
  const period = useValue(periodCell)
  return (
    <Segmented
      {...props}
      label={t("trades.period")}
      value={period}
      onValueChange={(value) => write(periodCell, value)}
      options={Period.literals.map((value) => ({ value, label: t(`trades.periods.${value}`) }))}
    />
  )
}
