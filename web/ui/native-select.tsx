/** NativeSelect: one choice of many, by the system's own list. */
import { ChevronDownIcon } from "lucide-react"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function NativeSelect({ className, ...props }: ComponentProps<"select">) {
  return (
    <span data-slot="native-select" className={cn("relative block", className)}>
      <select
        className="h-8 w-full appearance-none rounded-md border border-input bg-panel pr-8 pl-2.5 text-sm text-foreground outline-none focus-visible:border-ring focus-visible:ring-2 focus-visible:ring-ring/35 pointer-coarse:h-11 pointer-coarse:text-base"
        {...props}
      />
      <ChevronDownIcon
        className="pointer-events-none absolute top-1/2 right-2.5 size-3.5 -translate-y-1/2 text-muted-foreground"
        aria-hidden
      />
    </span>
  )
}
