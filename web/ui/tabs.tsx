/** Tabs: panels of one area, of which one shows. */
import { Tabs as Primitive } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Tabs({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return <Primitive.Root data-slot="tabs" className={cn("flex min-h-0 flex-col", className)} {...props} />
}

export function TabsList({ className, ...props }: ComponentProps<typeof Primitive.List>) {
  return <Primitive.List data-slot="tabs-list" className={cn("flex items-stretch gap-0.5", className)} {...props} />
}

export function TabsTrigger({ className, ...props }: ComponentProps<typeof Primitive.Trigger>) {
  return (
    <Primitive.Trigger
      data-slot="tabs-trigger"
      className={cn(
        "relative inline-flex h-9 items-center gap-1.5 px-2.5 text-sm font-medium whitespace-nowrap text-muted-foreground outline-offset-[-3px] transition-colors hover:text-foreground data-[state=active]:text-foreground after:absolute after:inset-x-2.5 after:bottom-0 after:h-0.5 after:rounded-full data-[state=active]:after:bg-accent pointer-coarse:h-11",
        className
      )}
      {...props}
    />
  )
}

/** What it holds can be reached by itself: no stop of the keyboard in between. */
export function TabsContent({ className, ...props }: ComponentProps<typeof Primitive.Content>) {
  return <Primitive.Content data-slot="tabs-content" tabIndex={-1} className={cn("min-h-0 flex-1 outline-none", className)} {...props} />
}
