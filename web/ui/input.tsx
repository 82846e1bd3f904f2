/** Input: a one-line text field. */
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      data-slot="input"
      className={cn(
        "h-8 w-full min-w-0 rounded-md border border-input bg-panel px-2.5 text-sm text-foreground transition-colors outline-none placeholder:text-faint-foreground focus-visible:border-ring focus-visible:ring-2 focus-visible:ring-ring/35 disabled:opacity-50 aria-invalid:border-danger aria-invalid:focus-visible:ring-danger/30 pointer-coarse:h-11 pointer-coarse:text-base",
        className
      )}
      {...props}
    />
  )
}
