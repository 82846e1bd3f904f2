/** useShortcuts: the keyboard's shortcuts on the trading page. Silent while something is typed and while a dialog is open. */
import { useEffect } from "react"
import { CANDLE_INTERVALS } from "#domain/Candle.ts"
import { shortcutsCell } from "../../state/preferences.ts"
import { chartIntervalCell } from "../../state/selection.ts"
import { cell, read, write } from "../../state/store.ts"
import { editTicket } from "../../state/ticket.ts"

/** What is open above the page by keyboard. */
export const overlayCell = cell<"search" | "shortcuts" | "closeSymbol" | "settings" | undefined>(undefined)

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName))

const isBehindDialog = (): boolean => document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null

const focusTicket = (side: "buy" | "sell") => {
  write(editTicket, { side })
  document.querySelector<HTMLInputElement>("[data-ticket-lots] input")?.focus()
}
const focusSearch = () => document.querySelector<HTMLInputElement>("#watchlist-search")?.focus()

/** By `event.key`; single letters and signs, which can be turned off. */
const SINGLE_KEYS: Readonly<Record<string, () => void>> = {
  b: () => focusTicket("buy"),
  s: () => focusTicket("sell"),
  "/": focusSearch,
  "?": () => write(overlayCell, "shortcuts")
}

const onKeyDown = (event: KeyboardEvent): void => {
  if (event.defaultPrevented) return
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") return act(event, () => write(overlayCell, "search"))
  if (isBehindDialog() || isTyping(event.target)) return
  if (event.altKey && event.code === "KeyC") return act(event, () => write(overlayCell, "closeSymbol"))
  if (event.ctrlKey || event.metaKey || event.altKey || !read(shortcutsCell)) return
  const interval = /^[1-9]$/.test(event.key) ? CANDLE_INTERVALS[Number(event.key) - 1] : undefined
  if (interval !== undefined) return act(event, () => write(chartIntervalCell, interval))
  const action = SINGLE_KEYS[event.key.toLowerCase()]
  if (action !== undefined) act(event, action)
}

const act = (event: KeyboardEvent, action: () => void): void => {
  event.preventDefault()
  action()
}

export const useShortcuts = (): void => {
  useEffect(() => {
    window.addEventListener("keydown", onKeyDown)
    return () => window.removeEventListener("keydown", onKeyDown)
  }, [])
}
