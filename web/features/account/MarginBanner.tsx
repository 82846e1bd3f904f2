/** MarginBanner: says that the account is in margin call or stop-out, in color, icon and words. */
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { formatPercent } from "../../locales/formats.ts"
import { accountCell, marginWatchCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"

export function MarginBanner() {
  const { t } = useTranslation()
  const watch = useValue(marginWatchCell)
  const account = useValue(accountCell)
  if (watch === "healthy" || account === undefined) return null
  const level = watch === "marginCall" ? account.marginCallLevelPercent : account.stopOutLevelPercent
  return (
    <Alert variant={watch === "marginCall" ? "warning" : "critical"} className="mx-1.5 rounded-md text-sm">
      <p className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        {t(`account.${watch}`, { level: formatPercent(level, 0) })}
        {watch === "marginCall" && (
          <Link href="/funding" className="font-semibold underline underline-offset-4">
            {t("account.addFunds")}
          </Link>
        )}
      </p>
    </Alert>
  )
}
