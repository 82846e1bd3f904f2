/** App: which page is shown, by who is signed in. */
import { lazy, Suspense, useEffect, useState } from "react"
import { useTranslation } from "react-i18next"
import { useRoute } from "wouter"
import type { Failure } from "./api/failure.ts"
import { resumeSession } from "./api/session.ts"
import { failureText } from "./features/notifications/failureText.ts"
import { sessionCell } from "./state/session.ts"
import { useValue } from "./state/store.ts"
import { Button } from "./ui/button.tsx"
import { Empty } from "./ui/empty.tsx"
import { ErrorBoundary } from "./ui/error-boundary.tsx"
import { Logo } from "./ui/logo.tsx"
import { TooltipProvider } from "./ui/tooltip.tsx"

const EntryPages = lazy(() => import("./features/signin/EntryPages.tsx"))
const Workspace = lazy(() => import("./features/workspace/Workspace.tsx"))

export function App() {
  return (
    <TooltipProvider delayDuration={400}>
      <ErrorBoundary>
        <Pages />
      </ErrorBoundary>
    </TooltipProvider>
  )
}

function Pages() {
  const session = useValue(sessionCell)
  // A mailed link works whoever is signed in here.
  const [isLink] = useRoute(/^\/(verify-email|reset-password)$/)
  if (session.status === "checking") return <Starting />
  return (
    <Suspense fallback={<Splash />}>
      {session.status === "signedIn" && !isLink ? <Workspace key={session.user.userId} /> : <EntryPages />}
    </Suspense>
  )
}

/** Finds out who is signed in; without an answer it says so and asks again when told to. */
function Starting() {
  const { t } = useTranslation()
  const [failure, setFailure] = useState<Failure>()
  useEffect(() => void resumeSession().then(setFailure), [])
  const retry = () => {
    setFailure(undefined)
    void resumeSession().then(setFailure)
  }
  if (failure === undefined) return <Splash />
  return <Empty className="h-dvh" title={failureText(failure)} action={<Button onClick={retry}>{t("action.retry")}</Button>} />
}

function Splash() {
  const { t } = useTranslation()
  return (
    <section aria-busy aria-label={t("state.loading")} className="grid h-dvh place-content-center text-2xl text-faint-foreground">
      <Logo className="animate-pulse" markOnly />
    </section>
  )
}
