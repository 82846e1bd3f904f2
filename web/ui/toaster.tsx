/** Toaster: where outcomes appear, in the product's own colors. Read out politely; stays while it is pointed at. */
import { useEffect } from "react"
import { toast, Toaster as Sonner } from "sonner"
import { useValue } from "../state/store.ts"
import { isDarkValue } from "../state/theme.ts"
import { toasterMounted } from "./toast.ts"

export default function Toaster() {
  const isDark = useValue(isDarkValue)
  useEffect(() => toasterMounted(toast), [])
  return (
    <Sonner
      theme={isDark ? "dark" : "light"}
      position="bottom-right"
      closeButton
      visibleToasts={5}
      mobileOffset={{ bottom: 72 }}
      toastOptions={{
        classNames: {
          toast: "!rounded-lg !border !border-border !bg-raised !font-sans !text-foreground !shadow-raised !gap-2.5 !py-3 !px-3.5",
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
