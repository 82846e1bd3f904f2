/** SignInPage: the way in, for clients who have an account and for those who open one. */
import { EyeIcon, EyeOffIcon, LoaderCircleIcon } from "lucide-react"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import { PASSWORD_LENGTH_MIN } from "#contract/AuthGroup.ts"
import type { Failure } from "../../api/failure.ts"
import { register, signIn } from "../../api/session.ts"
import { sessionCell } from "../../state/session.ts"
import { useValue } from "../../state/store.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { Field, type FieldControlProps } from "../../ui/field.tsx"
import { Input } from "../../ui/input.tsx"
import { Logo } from "../../ui/logo.tsx"
import { failureText } from "../notifications/failureText.ts"
import { ThemeSwitch } from "../preferences/ThemeSwitch.tsx"
import { LivePrices } from "./LivePrices.tsx"

export function SignInPage() {
  const { t } = useTranslation()
  const session = useValue(sessionCell)
  const form = useAuthForm((fields) => signIn(fields.email, fields.password))
  return (
    <EntryPage title={t("signin.title")} lead={t("signin.lead")}>
      {session.status === "signedOut" && session.ended && <Alert variant="info">{t("signin.ended")}</Alert>}
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <Field label={t("signin.email")}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="username"
              required
              value={form.fields.email}
              onChange={(event) => form.set({ email: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("signin.password")}>
          {(control) => (
            <PasswordInput
              control={control}
              autoComplete="current-password"
              value={form.fields.password}
              onValueChange={(password) => form.set({ password })}
            />
          )}
        </Field>
        <SubmitButton
          isBusy={form.isBusy}
          label={t("signin.submit")}
          busyLabel={t("signin.submitting")}
          isDisabled={form.fields.email === "" || form.fields.password === ""}
        />
      </form>
      <Other question={t("signin.noAccount")} label={t("signin.toRegister")} href="/register" />
    </EntryPage>
  )
}

export function RegisterPage() {
  const { t } = useTranslation()
  const form = useAuthForm((fields) => register(fields.email.trim(), fields.password, fields.name.trim()))
  const isShort = form.fields.password.length > 0 && form.fields.password.length < PASSWORD_LENGTH_MIN
  const isEmail = /^[^\s@]+@[^\s@]+\.[^\s@]{2,}$/.test(form.fields.email.trim())
  return (
    <EntryPage title={t("register.title")} lead={t("register.lead")}>
      <form className="grid gap-4" onSubmit={form.submit} noValidate>
        <FormFailure failure={form.failure} />
        <Field label={t("register.name")} hint={t("register.nameHint")}>
          {(control) => (
            <Input
              {...control}
              autoComplete="name"
              maxLength={100}
              value={form.fields.name}
              onChange={(event) => form.set({ name: event.target.value })}
            />
          )}
        </Field>
        <Field label={t("signin.email")} error={form.isTouched && !isEmail ? t("register.emailInvalid") : undefined}>
          {(control) => (
            <Input
              {...control}
              type="email"
              autoComplete="username"
              required
              value={form.fields.email}
              onChange={(event) => form.set({ email: event.target.value })}
            />
          )}
        </Field>
        <Field
          label={t("signin.password")}
          hint={t("register.passwordHint", { count: PASSWORD_LENGTH_MIN })}
          error={form.isTouched && isShort ? t("register.passwordTooShort", { count: PASSWORD_LENGTH_MIN }) : undefined}
        >
          {(control) => (
            <PasswordInput
              control={control}
              autoComplete="new-password"
              value={form.fields.password}
              onValueChange={(password) => form.set({ password })}
            />
          )}
        </Field>
        <SubmitButton
          isBusy={form.isBusy}
          label={t("register.submit")}
          busyLabel={t("register.submitting")}
          isDisabled={!isEmail || form.fields.password.length < PASSWORD_LENGTH_MIN}
        />
      </form>
      <Other question={t("register.haveAccount")} label={t("register.toSignin")} href="/" />
    </EntryPage>
  )
}

interface AuthFields {
  readonly email: string
  readonly password: string
  readonly name: string
}

function useAuthForm(send: (fields: AuthFields) => Promise<Failure | undefined>) {
  const [fields, setFields] = useState<AuthFields>({ email: "", password: "", name: "" })
  const [failure, setFailure] = useState<Failure>()
  const [isBusy, setBusy] = useState(false)
  const [isTouched, setTouched] = useState(false)
  const submit = (event: { readonly preventDefault: () => void }) => {
    event.preventDefault()
    setTouched(true)
    setBusy(true)
    setFailure(undefined)
    void send(fields).then((answer) => {
      setFailure(answer)
      setBusy(false)
    })
  }
  const set = (change: Partial<AuthFields>) => setFields((current) => ({ ...current, ...change }))
  return { fields, failure, isBusy, isTouched, submit, set }
}

function EntryPage(props: { readonly title: string; readonly lead: string; readonly children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <div className="grid min-h-dvh lg:grid-cols-[minmax(26rem,36rem)_1fr]">
      <div className="flex flex-col border-border bg-panel px-6 py-5 sm:px-12 lg:border-r">
        <header className="flex items-center justify-between text-lg">
          <Logo />
          <ThemeSwitch />
        </header>
        <main className="mx-auto grid w-full max-w-sm flex-1 content-center gap-5 py-10">
          <div className="grid gap-1.5">
            <h1 className="text-2xl font-semibold tracking-tight">{props.title}</h1>
            <p className="text-sm text-muted-foreground">{props.lead}</p>
          </div>
          {props.children}
        </main>
        <footer className="mx-auto w-full max-w-sm text-2xs leading-4 text-faint-foreground">{t("signin.riskNote")}</footer>
      </div>
      <aside className="hidden place-content-center p-12 lg:grid">
        <LivePrices />
      </aside>
    </div>
  )
}

function FormFailure(props: { readonly failure: Failure | undefined }) {
  return props.failure === undefined ? null : <Alert variant="danger">{failureText(props.failure)}</Alert>
}

function SubmitButton(props: {
  readonly isBusy: boolean
  readonly isDisabled: boolean
  readonly label: string
  readonly busyLabel: string
}) {
  return (
    <Button type="submit" variant="primary" size="lg" disabled={props.isBusy || props.isDisabled}>
      {props.isBusy && <LoaderCircleIcon className="size-4 animate-spin" aria-hidden />}
      {props.isBusy ? props.busyLabel : props.label}
    </Button>
  )
}

function Other(props: { readonly question: string; readonly label: string; readonly href: string }) {
  return (
    <p className="text-sm text-muted-foreground">
      {props.question}{" "}
      <Link href={props.href} className="font-medium text-accent-text underline-offset-4 hover:underline">
        {props.label}
      </Link>
    </p>
  )
}

/** Takes paste and password managers; can be shown, which prevents more mistakes than hiding does. */
function PasswordInput(props: {
  readonly control: FieldControlProps
  readonly autoComplete: string
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
        maxLength={256}
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
