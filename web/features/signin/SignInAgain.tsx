/** SignInAgain: the signed-in person's password, and a code of those who have one, without leaving the page: a new session begins. */
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { confirmSignIn, signIn } from "../../api/session.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { userValue } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { CodeInput } from "../../ui/code-input.tsx"
import { Dialog, DialogContent, DialogHeader } from "../../ui/dialog.tsx"
import { Field } from "../../ui/field.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { FormFailure, SubmitButton } from "./EntryPage.tsx"

export default function SignInAgain(props: { readonly onDone: () => void }) {
  const { t } = useTranslation()
  const email = useValue(userValue)?.email ?? ""
  const [password, setPassword] = useState("")
  const [code, setCode] = useState("")
  const [challenge, setChallenge] = useState<string>()
  const form = useSubmit(async () => {
    const failure = challenge === undefined ? await signIn(email, password) : await confirmSignIn(challenge, code.trim())
    if (failure?.challenge === undefined) {
      if (failure === undefined) props.onDone()
      return failure
    }
    setChallenge(failure.challenge)
    return undefined
  })
  return (
    <Dialog open onOpenChange={props.onDone}>
      <DialogContent>
        <DialogHeader title={t("session.stay")} description={email} />
        <form className="grid gap-4" onSubmit={form.submit} noValidate>
          <FormFailure failure={form.failure} />
          {challenge === undefined ? (
            <Field label={t("signin.password")}>
              {(control) => (
                <PasswordInput control={control} autoComplete="current-password" value={password} onValueChange={setPassword} />
              )}
            </Field>
          ) : (
            <Field label={t("signin.code")} hint={t("signin.codeHint")}>
              {(control) => <CodeInput control={control} value={code} onValueChange={setCode} />}
            </Field>
          )}
          <SubmitButton
            isBusy={form.isBusy}
            isDisabled={challenge === undefined ? password === "" : code.trim().length < 6}
            label={t("signin.submit")}
            busyLabel={t("signin.submitting")}
          />
        </form>
      </DialogContent>
    </Dialog>
  )
}
