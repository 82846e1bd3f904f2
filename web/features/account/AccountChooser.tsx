/** AccountChooser: which of the client's trading accounts the page is about. */
import { accountIdCell, chooseAccount } from "../../state/account.ts"
import { userValue } from "../../state/session.ts"
import { useValue, write } from "../../state/store.ts"
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"
import { AccountButton } from "./AccountButton.tsx"

export default function AccountChooser() {
  const accountId = useValue(accountIdCell)
  const user = useValue(userValue)
  if (accountId === undefined || user === undefined) return null
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <AccountButton />
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
