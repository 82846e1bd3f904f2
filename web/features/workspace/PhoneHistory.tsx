/** PhoneHistory: the fills of the account. */
import { useTranslation } from "react-i18next"
import { PanelFrame } from "../../ui/panel-frame.tsx"
import { TradesTable } from "../trades/TradesTable.tsx"

export default function PhoneHistory() {
  const { t } = useTranslation()
  return (
    <PanelFrame aria-label={t("trades.title")}>
      <TradesTable />
    </PanelFrame>
  )
}
