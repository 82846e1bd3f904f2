/** Field: a label, its control, and below it either a hint or what is wrong, tied together for assistive technology. */
import { Label } from "radix-ui"
import { type ReactNode, useId } from "react"
import { cn } from "../lib/cn.ts"

export interface FieldControlProps {
  readonly id: string
  readonly "aria-describedby": string | undefined
  readonly "aria-invalid": boolean
}

export function Field(props: {
  readonly label: string
  readonly hint?: ReactNode
  readonly error?: string | undefined
  readonly aside?: ReactNode
  readonly className?: string
  readonly children: (control: FieldControlProps) => ReactNode
}) {
  const id = useId()
  const message = props.error ?? props.hint
  return (
    <div data-slot="field" className={cn("grid content-start gap-1.5", props.className)}>
      <div className="flex items-baseline justify-between gap-2">
        <Label.Root htmlFor={id} className="text-xs font-medium text-muted-foreground">
          {props.label}
        </Label.Root>
        {props.aside}
      </div>
      {props.children({
        id,
        "aria-describedby": message === undefined ? undefined : `${id}-message`,
        "aria-invalid": props.error !== undefined
      })}
      {message !== undefined && (
        <p
          id={`${id}-message`}
          role={props.error === undefined ? undefined : "alert"}
          className={cn("text-xs", props.error === undefined ? "text-faint-foreground" : "text-danger")}
        >
          {message}
        </p>
      )}
    </div>
  )
}
