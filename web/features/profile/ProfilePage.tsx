/** ProfilePage: who one is here, and how one signs in. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR } from "#contract/passwordLength.ts"
import { changeEmail, changePassword, resendVerification } from "../../api/profile.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { userValue } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { Field } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { FormFailure, SubmitButton } from "../signin/EntryPage.tsx"
import { isEmail } from "../signin/EmailField.tsx"
import { PageFrame } from "../workspace/PageFrame.tsx"
import { Sessions } from "./Sessions.tsx"
import { TwoFactor } from "./TwoFactor.tsx"

export default function ProfilePage() {
  const { t } = useTranslation()
  const user = useValue(userValue)
  if (user === undefined) return null
  return (
    <PageFrame title={t("profile.title")}>
      <Card
        title={user.name ?? user.email}
        description={user.name === null ? undefined : user.email}
        aside={
          <Badge variant={user.emailVerified ? "buy" : "warning"}>
            {user.emailVerified ? t("profile.verified") : t("profile.unverified")}
          </Badge>
        }
      >
        {!user.emailVerified && <ResendVerification />}
        <EmailForm />
      </Card>
      <Card title={t("profile.password")} description={t("profile.passwordHint")}>
        <PasswordForm lengthMin={user.twoFactor ? PASSWORD_LENGTH_MIN_WITH_SECOND_FACTOR : PASSWORD_LENGTH_MIN} />
      </Card>
      <TwoFactor />
      <Sessions />
    </PageFrame>
  )
}

function ResendVerification() {
  const { t } = useTranslation()
  const [isSent, setSent] = useState(false)
  const form = useSubmit(resendVerification, () => setSent(true))
  return (
    <div className="mb-4 grid gap-2">
      <FormFailure failure={form.failure} />
      {isSent ? (
        <Alert variant="info">{t("profile.verificationSent")}</Alert>
      ) : (
        <Button size="sm" className="justify-self-start" disabled={form.isBusy} onClick={() => form.submit()}>
          {t("profile.resendVerification")}
        </Button>
      )}
    </div>
  )
}

function EmailForm() {
  const { t } = useTranslation()
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const [sentTo, setSentTo] = useState<string>()
  const form = useSubmit(
    () => changeEmail(password, email.trim()),
    () => setSentTo(email.trim())
  )
  if (sentTo !== undefined) return <Alert variant="info">{t("profile.emailSent", { email: sentTo })}</Alert>
  return (
    <form className="grid gap-4 sm:grid-cols-2" onSubmit={form.submit} noValidate>
      <div className="sm:col-span-2">
        <FormFailure failure={form.failure} />
      </div>
      <Field label={t("profile.newEmail")}>
        {(control) => (
          <Input {...control} type="email" autoComplete="email" value={email} onChange={(event) => setEmail(event.target.value)} />
        )}
      </Field>
      <Field label={t("password.current")}>
        {(control) => <PasswordInput control={control} autoComplete="current-password" value={password} onValueChange={setPassword} />}
      </Field>
      <div className="sm:col-span-2">
        <SubmitButton isBusy={form.isBusy} isDisabled={!isEmail(email) || password === ""} label={t("profile.changeEmail")} />
      </div>
    </form>
  )
}

function PasswordForm(props: { readonly lengthMin: number }) {
  const { t } = useTranslation()
  const [current, setCurrent] = useState("")
  const [next, setNext] = useState("")
  const [isDone, setDone] = useState(false)
  const form = useSubmit(
    () => changePassword(current, next),
    () => {
      setDone(true)
      setCurrent("")
      setNext("")
    }
  )
  const isShort = next.length < props.lengthMin
  return (
    <form className="grid gap-4 sm:grid-cols-2" onSubmit={form.submit} noValidate>
      <div className="grid gap-2 sm:col-span-2">
        <FormFailure failure={form.failure} />
        {isDone && form.failure === undefined && !form.isBusy && <Alert variant="info">{t("profile.passwordChanged")}</Alert>}
      </div>
      <Field label={t("password.current")}>
        {(control) => <PasswordInput control={control} autoComplete="current-password" value={current} onValueChange={setCurrent} />}
      </Field>
      <Field label={t("password.new")} hint={isShort ? t("register.passwordHint", { count: props.lengthMin }) : undefined}>
        {(control) => <PasswordInput control={control} autoComplete="new-password" value={next} onValueChange={setNext} />}
      </Field>
      <div className="sm:col-span-2">
        <SubmitButton isBusy={form.isBusy} isDisabled={current === "" || isShort} label={t("password.change")} />
      </div>
    </form>
  )
}
