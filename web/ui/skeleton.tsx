/** Skeleton: the place and size of what is still loading. */
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Skeleton({ className, ...props }: ComponentProps<"div">) {
  return <div data-slot="skeleton" aria-hidden className={cn("animate-pulse rounded-sm bg-muted", className)} {...props} />
}
