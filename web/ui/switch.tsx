/** Switch: on or off, at once. */
import { Switch as Primitive } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Switch({ className, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root
      data-slot="switch"
      className={cn(
        "relative inline-flex h-[1.125rem] w-8 shrink-0 items-center rounded-full border border-transparent bg-input transition-colors after:absolute after:-inset-2 data-[state=checked]:bg-accent disabled:opacity-45",
        className
      )}
      {...props}
    >
      <Primitive.Thumb className="pointer-events-none block size-3.5 translate-x-px rounded-full bg-white shadow-sm transition-transform data-[state=checked]:translate-x-[0.9rem]" />
    </Primitive.Root>
  )
}
