/** AccountChooser: which of the client's trading accounts the page is about. */
import { ChevronDownIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { accountCell, accountIdCell, chooseAccount } from "../../state/account.ts"
import { userValue } from "../../state/session.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"

export function AccountChooser() {
  const { t } = useTranslation()
  const accountId = useValue(accountIdCell)
  const account = useValue(accountCell)
  const user = useValue(userValue)
  if (accountId === undefined || user === undefined) return null
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="subtle" size="sm" className="figures gap-1.5 px-2">
          <span className="sr-only">{t("account.title")} </span>
          <span className="font-semibold">{accountId}</span>
          {account !== undefined && (
            <span className="font-normal text-muted-foreground max-sm:hidden">
              {account.currency} {t("account.leverage", { leverage: account.leverage })}
            </span>
          )}
          <ChevronDownIcon className="size-3 text-muted-foreground" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start">
        <DropdownMenuRadioGroup value={accountId} onValueChange={(value) => write(chooseAccount, value)}>
          {user.accountIds.map((id) => (
            <DropdownMenuRadioItem key={id} value={id} className="figures">
              {id}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
