/** Tooltip: a word about a control, on hover and on keyboard focus. Never the only place where something is said. */
import { Tooltip as Primitive } from "radix-ui"
import type { ReactElement, ReactNode } from "react"

export const TooltipProvider = Primitive.Provider

export function Tooltip(props: {
  readonly content: ReactNode
  readonly side?: "top" | "right" | "bottom" | "left"
  readonly children: ReactElement
}) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{props.children}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          data-slot="tooltip-content"
          side={props.side ?? "bottom"}
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-64 rounded-md border border-border bg-raised px-2 py-1.5 text-xs text-foreground shadow-raised data-[state=closed]:animate-out data-[state=closed]:fade-out-0 data-[state=delayed-open]:animate-in data-[state=delayed-open]:fade-in-0"
        >
          {props.content}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
