/** PanelFrame: the card that holds one area of the workspace. */
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function PanelFrame({ className, ...props }: ComponentProps<"section">) {
  return (
    <section
      data-slot="panel-frame"
      className={cn("flex h-full min-h-0 min-w-0 flex-col overflow-hidden rounded-lg border border-border bg-panel", className)}
      {...props}
    />
  )
}
