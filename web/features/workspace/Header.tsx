/** Header: the product's name, the account and its figures, the connection, and the person's own menu. */
import { useTranslation } from "react-i18next"
import { useScreen } from "../../lib/useScreen.ts"
import { Logo } from "../../ui/logo.tsx"
import { AccountBar } from "../account/AccountBar.tsx"
import { AccountChooser } from "../account/AccountChooser.tsx"
import { ConnectionPill } from "../connection/ConnectionPill.tsx"
import { ThemeSwitch } from "../preferences/ThemeSwitch.tsx"
import { UserMenu } from "../preferences/UserMenu.tsx"

export function Header() {
  const { t } = useTranslation()
  const screen = useScreen()
  return (
    <>
      <header className="flex h-12 shrink-0 items-center gap-2 px-3">
        <a href="/" aria-label={t("app.name")} className="mr-1 rounded-md text-base">
          <Logo markOnly={screen !== "desktop"} />
        </a>
        <AccountChooser />
        {screen === "desktop" && <AccountBar className="ml-2" />}
        <div className="ml-auto flex items-center gap-0.5">
          <ConnectionPill />
          <ThemeSwitch />
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
