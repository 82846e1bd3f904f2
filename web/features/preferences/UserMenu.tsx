/** UserMenu: who is signed in, how they like the product, and the way out. */
import {
  BadgeCheckIcon,
  BanknoteArrowUpIcon,
  CircleUserRoundIcon,
  KeyboardIcon,
  LogOutIcon,
  ReceiptTextIcon,
  RotateCcwIcon,
  SettingsIcon,
  ShieldCheckIcon
} from "lucide-react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { signOut } from "../../api/session.ts"
import { userValue } from "../../state/session.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuSeparator, DropdownMenuTrigger } from "../../ui/dropdown-menu.tsx"
import { overlayCell } from "../shortcuts/useShortcuts.ts"
import { resetLayout } from "../workspace/layoutStorage.ts"

export default function UserMenu() {
  const { t } = useTranslation()
  const user = useValue(userValue)
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
        <DropdownMenuItem asChild>
          <Link href="/profile">
            <ShieldCheckIcon aria-hidden />
            {t("header.profile")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link href="/funding">
            <BanknoteArrowUpIcon aria-hidden />
            {t("header.funding")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link href="/verification">
            <BadgeCheckIcon aria-hidden />
            {t("header.verification")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem asChild>
          <Link href="/statement">
            <ReceiptTextIcon aria-hidden />
            {t("header.statement")}
          </Link>
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => write(overlayCell, "settings")}>
          <SettingsIcon aria-hidden />
          {t("settings.title")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={() => write(overlayCell, "shortcuts")}>
          <KeyboardIcon aria-hidden />
          {t("header.showShortcuts")}
        </DropdownMenuItem>
        <DropdownMenuItem onSelect={resetLayout}>
          <RotateCcwIcon aria-hidden />
          {t("header.resetLayout")}
        </DropdownMenuItem>
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => void signOut()}>
          <LogOutIcon aria-hidden />
          {t("header.signOut")}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  )
}
