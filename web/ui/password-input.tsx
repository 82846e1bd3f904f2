/** PasswordInput: takes paste and password managers; can be shown, which prevents more mistakes than hiding does. */
import { EyeIcon, EyeOffIcon } from "lucide-react"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { PASSWORD_LENGTH_MAX } from "#contract/passwordLength.ts"
import type { FieldControlProps } from "./field.tsx"
import { Input } from "./input.tsx"

export function PasswordInput(props: {
  readonly control: FieldControlProps
  readonly autoComplete: "current-password" | "new-password"
  readonly value: string
  readonly onValueChange: (value: string) => void
}) {
  const { t } = useTranslation()
  const [isShown, setShown] = useState(false)
  return (
    <div className="relative">
      <Input
        {...props.control}
        type={isShown ? "text" : "password"}
        autoComplete={props.autoComplete}
        required
        maxLength={PASSWORD_LENGTH_MAX}
        className="pr-10"
        value={props.value}
        onChange={(event) => props.onValueChange(event.target.value)}
      />
      <button
        type="button"
        aria-label={isShown ? t("signin.hidePassword") : t("signin.showPassword")}
        aria-pressed={isShown}
        onClick={() => setShown(!isShown)}
        className="absolute inset-y-0 right-0 grid w-9 place-items-center rounded-md text-muted-foreground hover:text-foreground pointer-coarse:w-11"
      >
        {isShown ? <EyeOffIcon className="size-4" aria-hidden /> : <EyeIcon className="size-4" aria-hidden />}
      </button>
    </div>
  )
}
