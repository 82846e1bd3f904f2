/** NotificationCenter: what happened to the account, newest first, behind a bell that counts what is unread. */
import { BellIcon } from "lucide-react"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { markNotificationsRead, notificationsOpenCell, unreadCountValue } from "../../state/notifications.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Popover, PopoverContent, PopoverTrigger } from "../../ui/popover.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"

/** Loaded when it is first opened. */
const NotificationList = lazy(() => import("./NotificationList.tsx"))

export function NotificationCenter() {
  const { t } = useTranslation()
  const unread = useValue(unreadCountValue)
  const isOpen = useValue(notificationsOpenCell)
  const setOpen = (open: boolean) => {
    write(notificationsOpenCell, open)
    if (open) write(markNotificationsRead)
  }
  return (
    <Popover open={isOpen} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button
          variant="ghost"
          size="icon"
          aria-label={unread === 0 ? t("notification.center") : t("notification.unread", { count: unread })}
        >
          <span className="relative">
            <BellIcon className="size-4" aria-hidden />
            {unread > 0 && (
              <span className="absolute -top-0.5 -right-0.5 size-2 rounded-full border border-background bg-accent-text" aria-hidden />
            )}
          </span>
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="w-88 p-0" aria-label={t("notification.center")}>
        <Suspense fallback={<Skeleton className="m-3 h-40" />}>
          <NotificationList />
        </Suspense>
      </PopoverContent>
    </Popover>
  )
}
