/** PanelFrame: the card that holds one area of the workspace. */
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"
import { ErrorBoundary } from "./error-boundary.tsx"

export function PanelFrame({ className, children, ...props }: ComponentProps<"section">) {
  return (
    <section
      data-slot="panel-frame"
      className={cn("flex h-full min-h-0 min-w-0 flex-col overflow-hidden rounded-lg border border-border bg-panel", className)}
      {...props}
    >
      <ErrorBoundary>{children}</ErrorBoundary>
    </section>
  )
}
