/** EmailField: the address that somebody signs in with. */
import { useTranslation } from "react-i18next"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"

/** Good enough to catch a slip of the finger; the server judges. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(text.trim())

export function EmailField(props: {
  readonly value: string
  readonly onValueChange: (value: string) => void
  readonly error?: string | undefined
}) {
  const { t } = useTranslation()
  return (
    <Field label={t("signin.email")} error={props.error}>
      {(control) => (
        <Input
          {...control}
          type="email"
          autoComplete="username"
          required
          value={props.value}
          onChange={(event) => props.onValueChange(event.target.value)}
        />
      )}
    </Field>
  )
}
