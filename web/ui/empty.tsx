/** Empty: nothing is here, why, and what to do next. */
import type { ReactNode } from "react"
import { cn } from "../lib/cn.ts"

export function Empty(props: {
  readonly icon?: ReactNode
  readonly title: string
  readonly description?: string
  readonly action?: ReactNode
  readonly className?: string
}) {
  return (
    <div data-slot="empty" className={cn("grid h-full content-center justify-items-center gap-1 p-6 text-center", props.className)}>
      {props.icon !== undefined && <div className="mb-1 text-faint-foreground [&_svg]:size-5">{props.icon}</div>}
      <p className="text-sm font-medium">{props.title}</p>
      {props.description !== undefined && <p className="max-w-72 text-xs text-balance text-muted-foreground">{props.description}</p>}
      {props.action !== undefined && <div className="mt-2">{props.action}</div>}
    </div>
  )
}
