/** AccountButton: which account the page is about. */
import { ChevronDownIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { accountCell, accountIdCell } from "../../state/account.ts"
import { useValue } from "../../state/store.ts"
import { Button, type ButtonProps } from "../../ui/button.tsx"

export function AccountButton(props: ButtonProps) {
  const { t } = useTranslation()
  const accountId = useValue(accountIdCell)
  const account = useValue(accountCell)
  if (accountId === undefined) return null
  return (
    <Button variant="subtle" size="sm" className="figures gap-1.5 px-2" {...props}>
      <span className="sr-only">{t("account.title")} </span>
      <span className="font-semibold">{accountId}</span>
      {account !== undefined && (
        <span className="font-normal text-muted-foreground max-sm:hidden">
          {account.currency} {t("account.leverage", { leverage: account.leverage })}
        </span>
      )}
      <ChevronDownIcon className="size-3 text-muted-foreground" aria-hidden />
    </Button>
  )
}
