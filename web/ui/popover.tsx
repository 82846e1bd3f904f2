/** Popover: a small form or an explanation beside the thing it is about. */
import { Popover as Primitive } from "radix-ui"
import type { ComponentProps } from "react"
import { cn } from "../lib/cn.ts"
import { returnFocus } from "./returnFocus.ts"

export const Popover = Primitive.Root
export const PopoverTrigger = Primitive.Trigger
export const PopoverAnchor = Primitive.Anchor
export const PopoverClose = Primitive.Close

export function PopoverContent({ className, sideOffset = 6, align = "start", ...props }: ComponentProps<typeof Primitive.Content>) {
  return (
    <Primitive.Portal>
      <Primitive.Content
        data-slot="popover-content"
        sideOffset={sideOffset}
        align={align}
        collisionPadding={8}
        onCloseAutoFocus={returnFocus}
        className={cn(
          "z-50 w-72 rounded-lg border border-border bg-raised p-3 text-foreground shadow-raised outline-none data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=open]:animate-in data-[state=open]:fade-in-0",
          className
        )}
        {...props}
      />
    </Primitive.Portal>
  )
}
