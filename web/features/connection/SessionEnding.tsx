/** SessionEnding: says in time that the session will end, and lets the person go on by signing in again where they are. */
import { lazy, Suspense, useState } from "react"
import { useTranslation } from "react-i18next"
import { formatTime } from "../../locales/formats.ts"
import { serverTimeValue } from "../../state/clock.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { userValue } from "../../state/session.ts"
import { derived, useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"

const SignInAgain = lazy(() => import("../signin/SignInAgain.tsx"))

/** Told so long before. */
const WARNING_MILLIS = 10 * 60_000

/** When the session ends, if that is soon. */
const endsSoonValue = derived((read): number | undefined => {
  const user = read(userValue)
  const endsAt = user?.impersonation === null ? user.sessionExpiresAt : undefined
  return endsAt !== undefined && endsAt - read(serverTimeValue) < WARNING_MILLIS ? endsAt : undefined
})

export function SessionEnding() {
  const { t } = useTranslation()
  const endsAt = useValue(endsSoonValue)
  const timeZone = useValue(timeZoneValue)
  const [isAsking, setAsking] = useState(false)
  if (endsAt === undefined) return null
  return (
    <>
      <Alert variant="warning" className="mx-1.5 items-center text-sm">
        <p className="figures flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
          {t("session.ending", { time: formatTime(endsAt, timeZone) })}
          <Button size="xs" onClick={() => setAsking(true)}>
            {t("session.stay")}
          </Button>
        </p>
      </Alert>
      {isAsking && (
        <Suspense>
          <SignInAgain onDone={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  )
}
