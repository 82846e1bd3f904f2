/** useFlash: lights an element up for a moment when its value rises or falls. Off for people who asked for less motion. */
import { type RefObject, useEffect, useRef } from "react"

const FLASH_MILLIS = 300
const reducedMotion = window.matchMedia("(prefers-reduced-motion: reduce)")

export const useFlash = <Element extends HTMLElement>(value: bigint | undefined): RefObject<Element | null> => {
  const element = useRef<Element>(null)
  const shown = useRef(value)
  useEffect(() => {
    const before = shown.current
    shown.current = value
    if (before === undefined || value === undefined || before === value || reducedMotion.matches) return
    element.current?.animate([{ backgroundColor: `var(--flash-${value > before ? "up" : "down"})` }, { backgroundColor: "transparent" }], {
      duration: FLASH_MILLIS,
      easing: "ease-out"
    })
  }, [value])
  return element
}
