/** PasswordPages: the way back for who forgot the password: ask for a link, and choose a new one with it. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { PASSWORD_LENGTH_MIN, passwordLength } from "#contract/passwordLength.ts"
import { forgotPassword, resetPassword } from "../../api/session.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { Field } from "../../ui/field.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { EmailField, isEmail } from "./EmailField.tsx"
import { EntryPage, FormFailure, OtherWay, SubmitButton } from "./EntryPage.tsx"
import { linkToken } from "./linkToken.ts"
import { MailSent } from "./MailSent.tsx"

export function ForgotPasswordPage() {
  const { t } = useTranslation()
  const [email, setEmail] = useState("")
  const [isSent, setSent] = useState(false)
  const form = useSubmit(
    () => forgotPassword(email.trim()),
    () => setSent(true)
  )
  if (isSent) return <MailSent email={email} />
  return (
    <EntryPage title={t("password.forgotTitle")} lead={t("password.forgotLead")}>
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <EmailField value={email} onValueChange={setEmail} />
        <SubmitButton isBusy={form.isBusy} isDisabled={!isEmail(email)} label={t("password.sendLink")} />
      </form>
      <OtherWay label={t("mail.toSignin")} href="/" />
    </EntryPage>
  )
}

export function ResetPasswordPage() {
  const { t } = useTranslation()
  const [token] = useState(linkToken)
  const [password, setPassword] = useState("")
  const [isDone, setDone] = useState(false)
  const form = useSubmit(
    () => resetPassword(token, password),
    () => setDone(true)
  )
  const isShort = passwordLength(password) < PASSWORD_LENGTH_MIN
  if (isDone) {
    return (
      <EntryPage title={t("password.changedTitle")} lead={t("password.changedLead")}>
        <OtherWay label={t("mail.toSignin")} href="/" />
      </EntryPage>
    )
  }
  return (
    <EntryPage title={t("password.resetTitle")} lead={t("password.resetLead")}>
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <Field label={t("password.new")} hint={isShort ? t("register.passwordHint", { count: PASSWORD_LENGTH_MIN }) : undefined}>
          {(control) => <PasswordInput control={control} autoComplete="new-password" value={password} onValueChange={setPassword} />}
        </Field>
        <SubmitButton isBusy={form.isBusy} isDisabled={isShort} label={t("password.change")} />
      </form>
      <OtherWay label={t("password.newLink")} href="/forgot-password" />
    </EntryPage>
  )
}
