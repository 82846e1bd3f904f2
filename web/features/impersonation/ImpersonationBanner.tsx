/** ImpersonationBanner: says, for as long as the page is open, that somebody of the broker's looks on as the client, why, and until when. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { signOut } from "../../api/session.ts"
import { formatTime } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { userValue } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"

export function ImpersonationBanner() {
  const { t } = useTranslation()
  const user = useValue(userValue)
  const timeZone = useValue(timeZoneValue)
  const [isEnding, setEnding] = useState(false)
  if (user === undefined || user.impersonation === null) return null
  const { reason, trading } = user.impersonation
  const end = () => {
    setEnding(true)
    void signOut()
  }
  return (
    <Alert variant="critical" className="mx-1.5 items-center text-sm">
      <p className="figures flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span>
          <strong>{t("impersonation.acting", { name: user.name ?? user.email, reason })}</strong>{" "}
          {t(trading ? "impersonation.trading" : "impersonation.looking", { time: formatTime(user.sessionExpiresAt, timeZone) })}
        </span>
        <Button size="xs" disabled={isEnding} onClick={end}>
          {t("impersonation.end")}
        </Button>
      </p>
    </Alert>
  )
}
