/** ReconnectBanner: since when the prices on the page are frozen, and when the next try is. */
import { useTranslation } from "react-i18next"
import { formatTime } from "../../locales/formats.ts"
import { machineTimeValue } from "../../state/clock.ts"
import { connectionCell } from "../../state/connection.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"

/** A shorter loss is shown by the pill alone: a banner that blinks says less than none. */
const GRACE_MILLIS = 1_500

export function ReconnectBanner() {
  const { t } = useTranslation()
  const connection = useValue(connectionCell)
  const now = useValue(machineTimeValue)
  const timeZone = useValue(timeZoneValue)
  if (connection.status !== "lost" || now - connection.since < GRACE_MILLIS) return null
  const seconds = Math.max(0, Math.ceil((connection.retryAt - now) / 1_000))
  return (
    <Alert variant="critical" className="mx-1.5 rounded-md text-sm" data-testid="reconnect-banner">
      <p className="figures flex flex-wrap justify-between gap-x-4">
        <span className="font-medium">{t("connection.banner", { time: formatTime(connection.since, timeZone) })}</span>
        <span aria-hidden>{seconds > 0 ? t("connection.retryIn", { count: seconds }) : t("connection.retrying")}</span>
      </p>
    </Alert>
  )
}
