/** UserMenu: who is signed in, how they like the product, and the way out. */
import { CircleUserRoundIcon, LogOutIcon, RotateCcwIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { signOut } from "../../api/session.ts"
import { orderModeCell, Theme, themeCell } from "../../state/preferences.ts"
import { userValue } from "../../state/session.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger
} from "../../ui/dropdown-menu.tsx"
import { resetLayout } from "../workspace/layoutStorage.ts"

export function UserMenu() {
  const { t } = useTranslation()
  const user = useValue(userValue)
  const theme = useValue(themeCell)
  const orderMode = useValue(orderModeCell)
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="ghost" size="icon" aria-label={t("header.menu")}>
          <CircleUserRoundIcon className="size-4" aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-60">
        <div className="px-2 py-1.5">
          <p className="truncate text-sm font-semibold">{user?.name}</p>
          <p className="truncate text-xs text-muted-foreground">{user?.email}</p>
        </div>
        <DropdownMenuSeparator />
        <DropdownMenuCheckboxItem
          checked={orderMode === "oneClick"}
          onCheckedChange={(isOn) => write(orderModeCell, isOn ? "oneClick" : "confirm")}
        >
          {t("header.oneClick")}
        </DropdownMenuCheckboxItem>
        <DropdownMenuSeparator />
        <DropdownMenuLabel>{t("header.theme")}</DropdownMenuLabel>
        <DropdownMenuRadioGroup
          value={theme}
          onValueChange={(value) => {
            const chosen = Theme.literals.find((literal) => literal === value)
            if (chosen !== undefined) write(themeCell, chosen)
          }}
        >
          {Theme.literals.map((value) => (
            <DropdownMenuRadioItem key={value} value={value}>
              {t(`header.theme_${value}`)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={resetLayout}>
          <RotateCcwIcon aria-hidden />
          {t("header.resetLayout")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => void signOut()}>
          <LogOutIcon aria-hidden />
          {t("header.signOut")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
