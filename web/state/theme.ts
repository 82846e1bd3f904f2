/** theme: dark or light, as chosen or as the system is. Set on the page before anything that reads its colors hears of the change. */
import { themeCell } from "./preferences.ts"
import { cell, derived, read, watch, write } from "./store.ts"

const system = window.matchMedia("(prefers-color-scheme: dark)")
const systemIsDarkCell = cell(system.matches)

export const isDarkValue = derived((read) => {
  const theme = read(themeCell)
  return theme === "system" ? read(systemIsDarkCell) : theme === "dark"
})

/** Watches before any component does, so that the page's colors change first. */
export const startTheme = (): void => {
  const apply = () => document.documentElement.classList.toggle("dark", read(isDarkValue))
  system.addEventListener("change", () => write(systemIsDarkCell, system.matches))
  watch(isDarkValue, apply)
  apply()
}
