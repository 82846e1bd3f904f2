/** RolloverNotice: says around 17:00 New York that spreads widen then and swaps are charged. */
import { useTranslation } from "react-i18next"
import { tradingDayAt } from "#domain/TradingDay.ts"
import { formatZonedTime } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { marketCell } from "../../state/market.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { derived, useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"

/** So long before the rollover, and after it. */
const BEFORE_MILLIS = 30 * 60_000
const AFTER_MILLIS = 15 * 60_000

/** The rollover that is near, if one is. */
const nearRolloverValue = derived((read): number | undefined => {
  const now = read(serverTimeValue)
  const { endsAt, startsAt } = tradingDayAt(now)
  return endsAt - now <= BEFORE_MILLIS ? endsAt : now - startsAt <= AFTER_MILLIS ? startsAt : undefined
})

export function RolloverNotice(props: { readonly symbol: string }) {
  const { t } = useTranslation()
  const rollover = useValue(nearRolloverValue)
  const timeZone = useValue(timeZoneValue)
  const isOpen = useValue(marketCell(props.symbol))?.sessionOpen !== false
  if (rollover === undefined || !isOpen) return null
  return (
    <Alert variant="warning" role="note">
      {t("ticket.rollover", { time: formatZonedTime(rollover, timeZone) })}
    </Alert>
  )
}
