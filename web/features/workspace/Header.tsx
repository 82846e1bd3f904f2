/** Header: the product's name, the account and its figures, the connection, and the person's own menu. */
import { CircleUserRoundIcon, SearchIcon } from "lucide-react"
import { lazy, Suspense } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { useScreen } from "../../lib/useScreen.ts"
import { userValue } from "../../state/session.ts"
import { useValue, write } from "../../state/store.ts"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Logo } from "../../ui/logo.tsx"
import { Tooltip } from "../../ui/tooltip.tsx"
import { AccountBar } from "../account/AccountBar.tsx"
import { AccountButton } from "../account/AccountButton.tsx"
import { ServerClock } from "../connection/ServerClock.tsx"
import { ConnectionPill } from "../connection/ConnectionPill.tsx"
import { NotificationCenter } from "../notifications/NotificationCenter.tsx"
import { ThemeSwitch } from "../preferences/ThemeSwitch.tsx"
import { overlayCell } from "../shortcuts/useShortcuts.ts"

/** Menus come behind the page, in the place that is kept for them. */
const AccountChooser = lazy(() => import("../account/AccountChooser.tsx"))
const UserMenu = lazy(() => import("../preferences/UserMenu.tsx"))

function MenuButton() {
  const { t } = useTranslation()
  return (
    <Button variant="ghost" size="icon" disabled aria-label={t("header.menu")}>
      <CircleUserRoundIcon className="size-4" aria-hidden />
    </Button>
  )
}

function SearchButton(props: { readonly className: string }) {
  const { t } = useTranslation()
  return (
    <Tooltip content={t("header.search")}>
      <Button
        variant="ghost"
        size="icon"
        className={props.className}
        aria-label={t("header.search")}
        aria-keyshortcuts="Control+K"
        onClick={() => write(overlayCell, "search")}
      >
        <SearchIcon className="size-4" aria-hidden />
      </Button>
    </Tooltip>
  )
}

/** Play money is never taken for money. */
function DemoBadge() {
  const { t } = useTranslation()
  return useValue(userValue)?.demo === true ? <Badge variant="accent">{t("header.demo")}</Badge> : null
}

export function Header() {
  const { t } = useTranslation()
  const screen = useScreen()
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 px-3 max-sm:gap-1.5 max-sm:px-2 print:hidden">
        <Link href="/" aria-label={t("app.name")} className="mr-1 rounded-md text-base max-[360px]:hidden">
          <Logo markOnly={screen !== "desktop"} />
        </Link>
        <Suspense fallback={<AccountButton disabled />}>
          <AccountChooser />
        </Suspense>
        <DemoBadge />
        {screen === "desktop" && <AccountBar className="ml-2" />}
        <div className="ml-auto flex items-center gap-0.5">
          {screen === "desktop" && <ServerClock />}
          <ConnectionPill />
          {/* On the smallest screens the list of markets has the search. */}
          <SearchButton className="max-[360px]:hidden" />
          <NotificationCenter />
          {screen !== "phone" && <ThemeSwitch />}
          <Suspense fallback={<MenuButton />}>
            <UserMenu />
          </Suspense>
        </div>
      </header>
      {screen !== "desktop" && (
        <div className="shrink-0 overflow-x-auto border-t print:hidden border-border px-1.5 py-1 [scrollbar-width:none]">
          <AccountBar isNarrow={screen === "phone"} className="w-max min-w-full justify-between" />
        </div>
      )}
    </>
  )
}
