/** Sessions: where one is signed in, each to be ended from here. */
import { LaptopIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import type { SessionView } from "#contract/ProfileViews.ts"
import { loadSessions, signOutEverywhere, signOutSession } from "../../api/profile.ts"
import { useLoaded } from "../../lib/useLoaded.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { formatDateTime } from "../../locales/formats.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue } from "../../state/store.ts"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { FormFailure } from "../signin/EntryPage.tsx"

export function Sessions() {
  const { t } = useTranslation()
  const sessions = useLoaded(loadSessions)
  const everywhere = useSubmit(signOutEverywhere)
  return (
    <Card
      title={t("sessions.title")}
      description={t("sessions.lead")}
      aside={
        <Button size="sm" disabled={everywhere.isBusy} onClick={() => everywhere.submit()}>
          {t("sessions.endAll")}
        </Button>
      }
    >
      <FormFailure failure={sessions.failure ?? everywhere.failure} />
      {sessions.value === undefined && sessions.failure === undefined && <Skeleton className="h-10" />}
      <ul className="grid gap-3" aria-label={t("sessions.title")}>
        {sessions.value?.map((session) => (
          <SessionItem key={session.sessionId} session={session} onEnded={sessions.reload} />
        ))}
      </ul>
    </Card>
  )
}

function SessionItem(props: { readonly session: SessionView; readonly onEnded: () => void }) {
  const { t } = useTranslation()
  const { session } = props
  const timeZone = useValue(timeZoneValue)
  const form = useSubmit(() => signOutSession(session.sessionId), props.onEnded)
  return (
    <li className="flex items-center gap-3">
      <LaptopIcon className="size-5 shrink-0 text-faint-foreground" aria-hidden />
      <div className="figures min-w-0 flex-1">
        <p className="flex items-center gap-2 text-sm font-medium">
          {session.device}
          {session.current && <Badge variant="accent">{t("sessions.current")}</Badge>}
          {session.impersonated && <Badge>{t("sessions.impersonated")}</Badge>}
        </p>
        <p className="truncate text-xs text-muted-foreground">
          {session.ip} · {t("sessions.lastUsed", { time: formatDateTime(session.lastUsedAt, timeZone) })}
        </p>
      </div>
      {!session.current && (
        <Button
          size="sm"
          disabled={form.isBusy}
          onClick={() => form.submit()}
          aria-label={t("sessions.endOne", { device: session.device })}
        >
          {t("header.signOut")}
        </Button>
      )}
    </li>
  )
}
