/** Segmented: one choice of a few, all in sight. */
import { ToggleGroup } from "radix-ui"
import type { ReactNode } from "react"
import { cn } from "../lib/cn.ts"

export function Segmented<Value extends string>(props: {
  readonly label: string
  readonly value: Value
  readonly onValueChange: (value: Value) => void
  readonly options: ReadonlyArray<{ readonly value: Value; readonly label: ReactNode; readonly name?: string }>
  readonly className?: string
}) {
  return (
    <ToggleGroup.Root
      data-slot="segmented"
      type="single"
      aria-label={props.label}
      value={props.value}
      onValueChange={(value) => {
        const option = props.options.find((candidate) => candidate.value === value)
        if (option !== undefined) props.onValueChange(option.value)
      }}
      className={cn("flex h-7 items-stretch rounded-md bg-muted p-0.5 pointer-coarse:h-11", props.className)}
    >
      {props.options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          aria-label={option.name}
          className="inline-flex min-w-0 flex-auto items-center justify-center rounded-[5px] px-2 text-xs font-medium whitespace-nowrap text-muted-foreground transition-colors hover:text-foreground data-[state=on]:bg-selected data-[state=on]:text-foreground data-[state=on]:shadow-[0_1px_2px_var(--shadow-color)]"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
