/** Stepper: a number that is typed or moved by steps with its buttons and the arrow keys. Keeps the text as typed. */
import { MinusIcon, PlusIcon } from "lucide-react"
import type { KeyboardEvent, ReactNode } from "react"
import { cn } from "../lib/cn.ts"
import type { FieldControlProps } from "./field.tsx"

export function Stepper(
  props: Partial<FieldControlProps> & {
    readonly label?: string
    readonly value: string
    readonly onValueChange: (text: string) => void
    /** By one step, or ten with the page keys. */
    readonly onStep: (steps: number) => void
    readonly lessLabel: string
    readonly moreLabel: string
    readonly unit?: ReactNode
    readonly placeholder?: string
    readonly disabled?: boolean
    readonly className?: string
  }
) {
  const onKeyDown = (event: KeyboardEvent) => {
    const steps = STEPS_BY_KEY[event.key]
    if (steps === undefined) return
    event.preventDefault()
    props.onStep(steps)
  }
  const button =
    "grid w-8 shrink-0 place-items-center text-muted-foreground transition-colors hover:bg-hover hover:text-foreground disabled:pointer-events-none disabled:opacity-45 pointer-coarse:w-11"
  return (
    <div
      data-slot="stepper"
      className={cn(
        "flex h-8 items-stretch overflow-hidden rounded-md border border-input bg-panel transition-colors focus-within:border-ring focus-within:ring-2 focus-within:ring-ring/35 has-aria-invalid:border-danger has-disabled:opacity-50 pointer-coarse:h-11",
        props.className
      )}
    >
      <button
        type="button"
        tabIndex={-1}
        aria-label={props.lessLabel}
        disabled={props.disabled}
        onClick={() => props.onStep(-1)}
        className={button}
      >
        <MinusIcon className="size-3.5" aria-hidden />
      </button>
      <div className="flex min-w-0 flex-1 items-center justify-center gap-1 border-x border-input">
        <input
          id={props.id}
          aria-label={props.label}
          aria-describedby={props["aria-describedby"]}
          aria-invalid={props["aria-invalid"] === true ? true : undefined}
          inputMode="decimal"
          autoComplete="off"
          value={props.value}
          placeholder={props.placeholder}
          disabled={props.disabled}
          onChange={(event) => props.onValueChange(event.target.value.replace(",", "."))}
          onKeyDown={onKeyDown}
          onFocus={(event) => event.target.select()}
          className="figures h-full w-full min-w-0 bg-transparent px-2 text-center text-sm font-medium outline-none placeholder:font-normal placeholder:text-faint-foreground pointer-coarse:text-base"
        />
        {props.unit !== undefined && <span className="pr-2.5 text-xs text-faint-foreground">{props.unit}</span>}
      </div>
      <button
        type="button"
        tabIndex={-1}
        aria-label={props.moreLabel}
        disabled={props.disabled}
        onClick={() => props.onStep(1)}
        className={button}
      >
        <PlusIcon className="size-3.5" aria-hidden />
      </button>
    </div>
  )
}

const STEPS_BY_KEY: Readonly<Record<string, number>> = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }
