/** ThemeSwitch: from dark to light and back with one click; "system" is chosen in the menu. */
import { MoonIcon, SunIcon } from "lucide-react"
import { useTranslation } from "react-i18next"
import { isDarkValue } from "../../state/theme.ts"
import { themeCell } from "../../state/preferences.ts"
import { useValue, write } from "../../state/store.ts"
import { Button } from "../../ui/button.tsx"
import { Tooltip } from "../../ui/tooltip.tsx"

export function ThemeSwitch() {
  const { t } = useTranslation()
  const isDark = useValue(isDarkValue)
  const label = isDark ? t("header.switchToLight") : t("header.switchToDark")
  return (
    <Tooltip content={label}>
      <Button variant="ghost" size="icon" aria-label={label} onClick={() => write(themeCell, isDark ? "light" : "dark")}>
        {isDark ? <SunIcon className="size-4" aria-hidden /> : <MoonIcon className="size-4" aria-hidden />}
      </Button>
    </Tooltip>
  )
}
