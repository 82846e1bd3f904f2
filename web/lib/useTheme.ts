/** useTheme: keeps the page in the chosen theme, and follows the system where that is the choice. */
import { useEffect, useSyncExternalStore } from "react"
import { themeCell } from "../state/preferences.ts"
import { useValue } from "../state/store.ts"

const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)")
const onSystemChange = (listener: () => void) => {
  systemIsDark.addEventListener("change", listener)
  return () => systemIsDark.removeEventListener("change", listener)
}

export const useIsDark = (): boolean => {
  const theme = useValue(themeCell)
  const system = useSyncExternalStore(onSystemChange, () => systemIsDark.matches)
  return theme === "system" ? system : theme === "dark"
}

export const useTheme = (): void => {
  const isDark = useIsDark()
  useEffect(() => {
    document.documentElement.classList.toggle("dark", isDark)
  }, [isDark])
}
