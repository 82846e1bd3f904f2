/** EntryPage: the frame of every page before the sign-in, with the live prices beside it. */
import { LoaderCircleIcon } from "lucide-react"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { Link } from "wouter"
import type { Failure } from "../../api/failure.ts"
import { Alert } from "../../ui/alert.tsx"
import { Button } from "../../ui/button.tsx"
import { Logo } from "../../ui/logo.tsx"
import { failureText } from "../notifications/failureText.ts"
import { ThemeSwitch } from "../preferences/ThemeSwitch.tsx"
import { LivePrices } from "./LivePrices.tsx"

export function EntryPage(props: { readonly title: string; readonly lead: string; readonly children: ReactNode }) {
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

export function FormFailure(props: { readonly failure: Failure | undefined }) {
  return props.failure === undefined ? null : <Alert variant="danger">{failureText(props.failure)}</Alert>
}

export function SubmitButton(props: {
  readonly isBusy: boolean
  readonly isDisabled?: boolean
  readonly label: string
  readonly busyLabel?: string
}) {
  return (
    <Button type="submit" variant="primary" size="lg" disabled={props.isBusy || props.isDisabled === true}>
      {props.isBusy && <LoaderCircleIcon className="size-4 animate-spin" aria-hidden />}
      {props.isBusy ? (props.busyLabel ?? props.label) : props.label}
    </Button>
  )
}

export function OtherWay(props: { readonly question?: string; readonly label: string; readonly href: string }) {
  return (
    <p className="text-sm text-muted-foreground">
      {props.question}{" "}
      <Link href={props.href} className="font-medium text-accent-text underline-offset-4 hover:underline">
        {props.label}
      </Link>
    </p>
  )
}
