/** Toaster: where outcomes appear, in the product's own colors. Read out politely; stays while it is pointed at. */
import { useEffect } from "react"
import { toast, Toaster as Sonner } from "sonner"
import { useValue } from "../state/store.ts"
import { isDarkValue } from "../state/theme.ts"
import { toasterMounted } from "./toast.ts"

/** On wide screens toasts stand in the ticket's column at its narrowest, so that no figure of a table is ever behind one. */
const WIDTH = "[--width:15.5rem]!"
const EDGE = 14

export default function Toaster() {
  const isDark = useValue(isDarkValue)
  useEffect(() => toasterMounted(toast), [])
  return (
    <Sonner
      theme={isDark ? "dark" : "light"}
      position="bottom-right"
      closeButton
      visibleToasts={5}
      offset={EDGE}
      className={WIDTH}
      mobileOffset={{ bottom: 72 }}
      toastOptions={{
        classNames: {
          toast:
            "!rounded-lg !border !border-border !bg-raised !font-sans !text-foreground !shadow-raised !flex-wrap !gap-2.5 !py-3 !px-3.5",
          content: "!flex-1 !basis-[calc(100%-3rem)]",
          actionButton: "!ml-7 !h-auto !min-h-6 !bg-transparent !p-0 !text-xs !font-semibold !text-accent-text",
          title: "!text-sm !font-semibold figures",
          description: "!text-xs !text-muted-foreground figures",
          success: "[&_[data-icon]]:!text-up",
          error: "[&_[data-icon]]:!text-danger",
          warning: "[&_[data-icon]]:!text-warning",
          closeButton: "!border-border !bg-raised !text-muted-foreground hover:!text-foreground"
        }
      }}
    />
  )
}
