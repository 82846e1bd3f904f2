/** Slider: a value between two limits by dragging, clicking or the arrow keys. */
import { Slider as Primitive } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"

export function Slider({ className, "aria-label": label, ...props }: ComponentProps<typeof Primitive.Root>) {
  return (
    <Primitive.Root data-slot="slider" className={cn("relative flex h-6 w-full touch-none items-center select-none", className)} {...props}>
      <Primitive.Track className="relative h-1 w-full grow overflow-hidden rounded-full bg-input">
        <Primitive.Range className="absolute h-full bg-accent" />
      </Primitive.Track>
      <Primitive.Thumb
        aria-label={label}
        className="relative block size-4 rounded-full border-2 border-accent bg-panel shadow-sm after:absolute after:-inset-2.5"
      />
    </Primitive.Root>
  )
}
