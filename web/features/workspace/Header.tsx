/** Header: the product's name, the account and its figures, the connection, and the person's own menu. */
import { SearchIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { useScreen } from "../../lib/useScreen.ts"
import { write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Logo } from "../../ui/logo.tsx"
import { Tooltip } from "../../ui/tooltip.tsx"
import { AccountBar } from "../account/AccountBar.tsx"
import { AccountChooser } from "../account/AccountChooser.tsx"
import { ServerClock } from "../connection/ServerClock.tsx"
import { ConnectionPill } from "../connection/ConnectionPill.tsx"
import { NotificationCenter } from "../notifications/NotificationCenter.tsx"
import { ThemeSwitch } from "../preferences/ThemeSwitch.tsx"
import { UserMenu } from "../preferences/UserMenu.tsx"
import { overlayCell } from "../shortcuts/useShortcuts.ts"

function SearchButton() {
  const { t } = useTranslation()
  return (
    <Tooltip content={t("header.search")}>
      <Button
        variant="ghost"
        size="icon"
        aria-label={t("header.search")}
        aria-keyshortcuts="Control+K"
        onClick={() => write(overlayCell, "search")}
      >
        <SearchIcon className="size-4" aria-hidden />
      </Button>
    </Tooltip>
  )
}

export function Header() {
  const { t } = useTranslation()
  const screen = useScreen()
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 px-3">
        <Link href="/" aria-label={t("app.name")} className="mr-1 rounded-md text-base">
          <Logo markOnly={screen !== "desktop"} />
        </Link>
        <AccountChooser />
        {screen === "desktop" && <AccountBar className="ml-2" />}
        <div className="ml-auto flex items-center gap-0.5">
          {screen === "desktop" && <ServerClock />}
          <ConnectionPill />
          <SearchButton />
          <NotificationCenter />
          {screen !== "phone" && <ThemeSwitch />}
          <UserMenu />
        </div>
      </header>
      {screen !== "desktop" && (
        <div className="shrink-0 overflow-x-auto border-t border-border px-1.5 py-1 [scrollbar-width:none]">
          <AccountBar isNarrow={screen === "phone"} className="w-max min-w-full justify-between" />
        </div>
      )}
    </>
  )
}
