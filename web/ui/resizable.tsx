/** Resizable: panels that share the room, with a border between them that can be dragged or moved by the arrow keys. */
import type { ComponentProps } from "react"
import { Separator } from "react-resizable-panels"
import { cn } from "../lib/cn.ts"

export function ResizableSeparator({ className, ...props }: ComponentProps<typeof Separator>) {
  return (
    <Separator
      data-slot="resizable-separator"
      className={cn(
        "relative shrink-0 bg-transparent transition-colors aria-[orientation=horizontal]:h-1.5 aria-[orientation=vertical]:w-1.5 hover:bg-accent/40 focus-visible:bg-accent data-[separator=active]:bg-accent/60",
        className
      )}
      {...props}
    />
  )
}
