/** RegisterPage: opens an account; where addresses are confirmed first, it says to look for the mail. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { useLocation } from "wouter"
import { PASSWORD_LENGTH_MIN, passwordLength } from "#contract/passwordLength.ts"
import { register } from "../../api/session.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { EmailField, isEmail } from "./EmailField.tsx"
import { EntryPage, FormFailure, OtherWay, SubmitButton } from "./EntryPage.tsx"
import { MailSent } from "./MailSent.tsx"

export function RegisterPage() {
  const { t } = useTranslation()
  const [name, setName] = useState("")
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [, navigate] = useLocation()
  const form = useSubmit(
    () => register(email.trim(), password, name.trim()),
    () => navigate("/", { replace: true })
  )
  const isShort = passwordLength(password) < PASSWORD_LENGTH_MIN
  if (form.failure?.code === "EMAIL_UNVERIFIED") return <MailSent email={email} />
  return (
    <EntryPage title={t("register.title")} lead={t("register.lead")}>
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <Field label={t("register.name")} hint={t("register.nameHint")}>
          {(control) => (
            <Input {...control} autoComplete="name" maxLength={100} value={name} onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <EmailField value={email} onValueChange={setEmail} error={email.includes(" ") ? t("register.emailInvalid") : undefined} />
        <Field label={t("signin.password")} hint={isShort ? t("register.passwordHint", { count: PASSWORD_LENGTH_MIN }) : undefined}>
          {(control) => <PasswordInput control={control} autoComplete="new-password" value={password} onValueChange={setPassword} />}
        </Field>
        <SubmitButton
          isBusy={form.isBusy}
          label={t("register.submit")}
          busyLabel={t("register.submitting")}
          isDisabled={!isEmail(email) || isShort}
        />
      </form>
      <OtherWay question={t("register.haveAccount")} label={t("register.toSignin")} href="/" />
    </EntryPage>
  )
}
