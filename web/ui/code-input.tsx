/** CodeInput: a code of an authenticator app, or a backup code; browsers fill it in. */
import type { FieldControlProps } from "./field.tsx"
import { Input } from "./input.tsx"

export function CodeInput(props: {
  readonly control: FieldControlProps
  readonly value: string
  readonly onValueChange: (value: string) => void
}) {
  return (
    <Input
      {...props.control}
      autoComplete="one-time-code"
      autoCapitalize="characters"
      spellCheck={false}
      maxLength={32}
      required
      className="figures h-10 text-center text-lg tracking-[0.25em]"
      value={props.value}
      onChange={(event) => props.onValueChange(event.target.value)}
    />
  )
}
