/** TwoFactor: a second proof at sign-in by an authenticator app: turned on, renewed, turned off. */
import { Result } from "effect"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import type { TwoFactorSetup } from "#contract/ProfileViews.ts"
import { confirmTwoFactor, disableTwoFactor, loadTwoFactor, renewBackupCodes, setUpTwoFactor } from "../../api/profile.ts"
import { resumeSession } from "../../api/session.ts"
import { useLoaded } from "../../lib/useLoaded.ts"
import { useSubmit } from "../../lib/useSubmit.ts"
import { Alert } from "../../ui/alert.tsx"
import { Badge } from "../../ui/badge.tsx"
import { Button } from "../../ui/button.tsx"
import { Card } from "../../ui/card.tsx"
import { CodeInput } from "../../ui/code-input.tsx"
import { Field } from "../../ui/field.tsx"
import { PasswordInput } from "../../ui/password-input.tsx"
import { Skeleton } from "../../ui/skeleton.tsx"
import { FormFailure, SubmitButton } from "../signin/EntryPage.tsx"

type Step = "state" | "password" | "renew" | "disable"

export function TwoFactor() {
  const { t } = useTranslation()
  const state = useLoaded(loadTwoFactor)
  const [step, setStep] = useState<Step>("state")
  const [setup, setSetup] = useState<typeof TwoFactorSetup.Type>()
  const [codes, setCodes] = useState<ReadonlyArray<string>>()
  const done = (backupCodes?: ReadonlyArray<string>) => {
    setStep("state")
    setSetup(undefined)
    setCodes(backupCodes)
    state.reload()
    void resumeSession()
  }
  const isOn = state.value?.enabled === true
  return (
    <Card
      title={t("twoFactor.title")}
      description={t("twoFactor.lead")}
      aside={state.value !== undefined && <Badge variant={isOn ? "buy" : "neutral"}>{isOn ? t("twoFactor.on") : t("twoFactor.off")}</Badge>}
    >
      {codes !== undefined && <Codes codes={codes} onDone={() => setCodes(undefined)} />}
      {state.value === undefined && <Skeleton className="h-8 w-40" />}
      {codes === undefined && state.value !== undefined && step === "state" && setup === undefined && (
        <div className="flex flex-wrap items-center gap-2">
          {isOn ? (
            <>
              <Button onClick={() => setStep("renew")}>{t("twoFactor.renew")}</Button>
              <Button variant="ghost" onClick={() => setStep("disable")}>
                {t("twoFactor.disable")}
              </Button>
              <span className="figures text-xs text-muted-foreground">
                {t("twoFactor.codesLeft", { count: state.value.backupCodesLeft })}
              </span>
            </>
          ) : (
            <Button variant="primary" onClick={() => setStep("password")}>
              {t("twoFactor.enable")}
            </Button>
          )}
        </div>
      )}
      {step === "password" && setup === undefined && <PasswordStep onSetup={setSetup} onCancel={() => setStep("state")} />}
      {setup !== undefined && <ConfirmStep setup={setup} onDone={done} />}
      {(step === "renew" || step === "disable") && <ProofStep kind={step} onDone={done} onCancel={() => setStep("state")} />}
    </Card>
  )
}

function PasswordStep(props: { readonly onSetup: (setup: typeof TwoFactorSetup.Type) => void; readonly onCancel: () => void }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState("")
  const form = useSubmit(async () => {
    const answer = await setUpTwoFactor(password)
    if (Result.isFailure(answer)) return answer.failure
    props.onSetup(answer.success)
    return undefined
  })
  return (
    <form className="grid max-w-sm gap-4" onSubmit={form.submit} noValidate>
      <FormFailure failure={form.failure} />
      <Field label={t("password.current")}>
        {(control) => <PasswordInput control={control} autoComplete="current-password" value={password} onValueChange={setPassword} />}
      </Field>
      <Buttons isBusy={form.isBusy} isDisabled={password === ""} label={t("twoFactor.next")} onCancel={props.onCancel} />
    </form>
  )
}

function ConfirmStep(props: { readonly setup: typeof TwoFactorSetup.Type; readonly onDone: (codes: ReadonlyArray<string>) => void }) {
  const { t } = useTranslation()
  const [code, setCode] = useState("")
  const form = useSubmit(async () => {
    const answer = await confirmTwoFactor(code.trim())
    if (Result.isFailure(answer)) return answer.failure
    props.onDone(answer.success.backupCodes)
    return undefined
  })
  return (
    <div className="grid gap-5 sm:grid-cols-[auto_1fr]">
      <img
        src={`data:image/svg+xml,${encodeURIComponent(props.setup.qrSvg)}`}
        alt={t("twoFactor.qr")}
        className="size-44 rounded-md bg-white p-2"
      />
      <form className="grid max-w-sm content-start gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <p className="text-sm text-muted-foreground">
          {t("twoFactor.scan")} <Secret text={props.setup.secret} />
        </p>
        <Field label={t("signin.code")}>{(control) => <CodeInput control={control} value={code} onValueChange={setCode} />}</Field>
        <SubmitButton isBusy={form.isBusy} isDisabled={code.trim().length < 6} label={t("twoFactor.enable")} />
      </form>
    </div>
  )
}

/** In groups of four for whoever types it, and without spaces for whoever copies it. */
function Secret(props: { readonly text: string }) {
  const starts = Array.from({ length: Math.ceil(props.text.length / 4) }, (_, group) => group * 4)
  return (
    <code className="figures text-xs text-foreground">
      {starts.map((start) => (
        <span key={start} className="mr-1.5 inline-block">
          {props.text.slice(start, start + 4)}
        </span>
      ))}
    </code>
  )
}

function ProofStep(props: {
  readonly kind: "renew" | "disable"
  readonly onDone: (codes?: ReadonlyArray<string>) => void
  readonly onCancel: () => void
}) {
  const { t } = useTranslation()
  const [password, setPassword] = useState("")
  const [code, setCode] = useState("")
  const form = useSubmit(async () => {
    if (props.kind === "disable") {
      const failure = await disableTwoFactor(password, code.trim())
      if (failure === undefined) props.onDone()
      return failure
    }
    const answer = await renewBackupCodes(password, code.trim())
    if (Result.isFailure(answer)) return answer.failure
    props.onDone(answer.success.backupCodes)
    return undefined
  })
  return (
    <form className="grid max-w-sm gap-4" onSubmit={form.submit} noValidate>
      <FormFailure failure={form.failure} />
      <Field label={t("password.current")}>
        {(control) => <PasswordInput control={control} autoComplete="current-password" value={password} onValueChange={setPassword} />}
      </Field>
      <Field label={t("signin.code")}>{(control) => <CodeInput control={control} value={code} onValueChange={setCode} />}</Field>
      <Buttons
        isBusy={form.isBusy}
        isDisabled={password === "" || code.trim().length < 6}
        label={t(`twoFactor.${props.kind}`)}
        onCancel={props.onCancel}
      />
    </form>
  )
}

/** Shown this one time. */
function Codes(props: { readonly codes: ReadonlyArray<string>; readonly onDone: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="grid gap-3">
      <Alert variant="warning">{t("twoFactor.keepCodes")}</Alert>
      <ul
        className="figures grid grid-cols-2 gap-x-6 gap-y-1 rounded-md bg-muted p-3 text-sm sm:grid-cols-3"
        aria-label={t("twoFactor.codes")}
      >
        {props.codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <div className="flex gap-2">
        <Button onClick={() => void navigator.clipboard.writeText(props.codes.join("\n"))}>{t("twoFactor.copy")}</Button>
        <Button variant="primary" onClick={props.onDone}>
          {t("twoFactor.kept")}
        </Button>
      </div>
    </div>
  )
}

function Buttons(props: { readonly isBusy: boolean; readonly isDisabled: boolean; readonly label: string; readonly onCancel: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="flex gap-2">
      <SubmitButton isBusy={props.isBusy} isDisabled={props.isDisabled} label={props.label} />
      <Button variant="ghost" size="lg" onClick={props.onCancel}>
        {t("action.cancel")}
      </Button>
    </div>
  )
}
