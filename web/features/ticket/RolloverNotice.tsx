/** RolloverNotice: says around 17:00 New York that spreads widen then and swaps are charged. */
import { useTranslation } from "react-i18next"
import { formatZonedMinute } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { marketCell } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { derived, useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { nearRollover } from "./nearRollover.ts"

const nearRolloverValue = derived((read) => nearRollover(read(serverTimeValue)))

export default function RolloverNotice(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const rollover = useValue(nearRolloverValue)
  const timeZone = useValue(timeZoneValue)
  const isOpen = useValue(marketCell(props.symbol))?.sessionOpen !== false
  if (rollover === undefined || !isOpen) return null
  return (
    <Alert variant="warning" role="note">
      {t("ticket.rollover", { time: formatZonedMinute(rollover, timeZone) })}
    </Alert>
  )
}
