/** NotificationList: what happened to the account, newest first. */
import { BellIcon, CircleAlertIcon, CircleCheckIcon, InfoIcon, TriangleAlertIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { cn } from "../../lib/cn.ts"
import { formatDateTime } from "../../locales/formats.ts"
import { clearNotifications, type Notification, notificationsCell, notificationsOpenCell } from "../../state/notifications.ts"
import { timeZoneValue } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Empty } from "../../ui/empty.tsx"

const LOOKS = {
  neutral: { Icon: InfoIcon, tone: "text-muted-foreground" },
  good: { Icon: CircleCheckIcon, tone: "text-up" },
  bad: { Icon: CircleAlertIcon, tone: "text-danger" },
  warning: { Icon: TriangleAlertIcon, tone: "text-warning" }
} as const

export default function NotificationList() {
  const { t } = useTranslation()
  const notifications = useValue(notificationsCell)
  if (notifications.length === 0)
    return <Empty icon={<BellIcon />} title={t("notification.empty")} description={t("notification.emptyHint")} className="h-48" />
  return (
    <>
      <header className="flex items-center justify-between border-b border-border py-1.5 pr-1.5 pl-3">
        <h2 className="text-sm font-semibold">{t("notification.center")}</h2>
        <Button variant="ghost" size="xs" onClick={() => write(clearNotifications)}>
          {t("notification.clear")}
        </Button>
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a region that scrolls must be reachable by keyboard */}
      <ul tabIndex={0} aria-label={t("notification.center")} className="max-h-96 overflow-y-auto py-1">
        {notifications.map((notification) => (
          <Item key={`${notification.accountId}/${notification.sequence}`} notification={notification} />
        ))}
      </ul>
    </>
  )
}

function Item(props: { readonly notification: Notification }) {
  const { t } = useTranslation()
  const { notification } = props
  const { Icon, tone } = LOOKS[notification.tone]
  const timeZone = useValue(timeZoneValue)
  return (
    <li className="figures flex gap-2.5 px-3 py-2">
      <Icon className={cn("mt-0.5 size-4 shrink-0", tone)} aria-hidden />
      <div className="min-w-0 flex-1">
        <p className="text-xs font-medium">{notification.title}</p>
        {notification.description !== undefined && <p className="text-xs text-muted-foreground">{notification.description}</p>}
        <p className="text-2xs text-faint-foreground">{formatDateTime(notification.at, timeZone)}</p>
        {notification.href !== undefined && (
          <Link
            href={notification.href}
            onClick={() => write(notificationsOpenCell, false)}
            className="inline-flex min-h-6 items-center text-xs font-medium text-accent-text underline-offset-4 hover:underline"
          >
            {t("stopOut.show")}
          </Link>
        )}
      </div>
    </li>
  )
}
