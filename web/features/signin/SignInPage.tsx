/** SignInPage: address and password, and a code of the authenticator app from those who have one. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { confirmSignIn, signIn } from "../../api/session.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import en from "../../locales/en.json"
import { i18n } from "../../locales/i18n.ts"
import { sessionCell } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { CodeInput } from "../../ui/code-input.tsx"
import { Field } from "../../ui/field.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { EmailField } from "./EmailField.tsx"
import { EntryPage, FormFailure, OtherWay, SubmitButton } from "./EntryPage.tsx"

export function SignInPage() {
  const [challenge, setChallenge] = useState<string>()
  return challenge === undefined ? (
    <PasswordStep onChallenge={setChallenge} />
  ) : (
    <CodeStep challenge={challenge} onBack={() => setChallenge(undefined)} />
  )
}

const isTold = (why: string): why is keyof typeof en.signin.endedBy => Object.hasOwn(en.signin.endedBy, why)

/** Why the session was ended, where there is more to say than that it was. */
const endedText = (why: string | undefined): string =>
  why !== undefined && isTold(why) ? i18n.t(`signin.endedBy.${why}`) : i18n.t("signin.ended")

function PasswordStep(props: { readonly onChallenge: (challenge: string) => void }) {
  const { t } = useTranslation()
  const session = useValue(sessionCell)
  const [email, setEmail] = useState("")
  const [password, setPassword] = useState("")
  const form = useSubmit(async () => {
    const failure = await signIn(email.trim(), password)
    if (failure?.challenge === undefined) return failure
    props.onChallenge(failure.challenge)
    return undefined
  })
  return (
    <EntryPage title={t("signin.title")} lead={t("signin.lead")}>
      {session.status === "signedOut" && session.ended && <Alert variant="info">{endedText(session.why)}</Alert>}
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <EmailField value={email} onValueChange={setEmail} />
        <Field
          label={t("signin.password")}
          aside={
            <Link href="/forgot-password" className="text-xs text-accent-text underline-offset-4 hover:underline">
              {t("signin.forgot")}
            </Link>
          }
        >
          {(control) => <PasswordInput control={control} autoComplete="current-password" value={password} onValueChange={setPassword} />}
        </Field>
        <SubmitButton
          isBusy={form.isBusy}
          label={t("signin.submit")}
          busyLabel={t("signin.submitting")}
          isDisabled={email === "" || password === ""}
        />
      </form>
      <OtherWay question={t("signin.noAccount")} label={t("signin.toRegister")} href="/register" />
    </EntryPage>
  )
}

function CodeStep(props: { readonly challenge: string; readonly onBack: () => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState("")
  const form = useSubmit(() => confirmSignIn(props.challenge, code.trim()))
  const isOver = form.failure?.code === "CHALLENGE_OVER"
  return (
    <EntryPage title={t("signin.codeTitle")} lead={t("signin.codeLead")}>
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <Field label={t("signin.code")} hint={t("signin.codeHint")}>
          {(control) => <CodeInput control={control} value={code} onValueChange={setCode} />}
        </Field>
        <SubmitButton
          isBusy={form.isBusy}
          isDisabled={code.trim().length < 6 || isOver}
          label={t("signin.submit")}
          busyLabel={t("signin.submitting")}
        />
        <Button variant="ghost" onClick={props.onBack}>
          {t("signin.startAgain")}
        </Button>
      </form>
    </EntryPage>
  )
}
