/** useScreen: how much room there is: a desktop's panels, a tablet's tabs, or a phone's one thing at a time. */
import { useSyncExternalStore } from "react"

export type Screen = "phone" | "tablet" | "desktop"

const wide = window.matchMedia("(min-width: 1180px)")
const medium = window.matchMedia("(min-width: 700px)")

const subscribe = (listener: () => void) => {
  for (const query of [wide, medium]) query.addEventListener("change", listener)
  return () => {
    for (const query of [wide, medium]) query.removeEventListener("change", listener)
  }
}
const current = (): Screen => (wide.matches ? "desktop" : medium.matches ? "tablet" : "phone")

export const useScreen = (): Screen => useSyncExternalStore(subscribe, current)
