/** Kbd: a key of the keyboard. */
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Kbd({ className, ...props }: ComponentProps<"kbd">) {
  return (
    <kbd
      data-slot="kbd"
      className={cn(
        "inline-flex h-[1.125rem] min-w-[1.125rem] items-center justify-center rounded-sm border border-border bg-muted px-1 font-sans text-2xs text-muted-foreground",
        className
      )}
      {...props}
    />
  )
}
