/** Card: one subject of a page, with its heading and a word about it. */
import type { ReactNode } from "react"
import { cn } from "../lib/cn.ts"

export function Card(props: {
  readonly title: string
  readonly description?: string | undefined
  readonly aside?: ReactNode
  readonly className?: string
  readonly children: ReactNode
}) {
  return (
    <section data-slot="card" aria-label={props.title} className={cn("rounded-lg border border-border bg-panel p-5", props.className)}>
      <header className="mb-4 flex flex-wrap items-start justify-between gap-3">
        <div className="grid gap-0.5">
          <h2 className="text-base font-semibold tracking-tight">{props.title}</h2>
          {props.description !== undefined && <p className="text-sm text-muted-foreground">{props.description}</p>}
        </div>
        {props.aside}
      </header>
      {props.children}
    </section>
  )
}
