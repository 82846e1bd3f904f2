/** Workspace: the page on which is traded, arranged for the screen at hand. */
import { lazy, Suspense, useEffect } from "react"
import { useTranslation } from "react-i18next"
import { Route, Switch } from "wouter"
import { startLive } from "../../api/live.ts"
import { useScreen, type Screen } from "../../lib/useScreen.ts"
import { receiveChanges } from "../notifications/inbox.ts"
import { watchAlerts } from "../notifications/watchAlerts.ts"
import { ReconnectBanner } from "../connection/ReconnectBanner.tsx"
import { Header } from "./Header.tsx"
import { Overlays } from "./Overlays.tsx"
import { SymbolAddress } from "./SymbolAddress.tsx"

const Banners = lazy(() => import("./Banners.tsx"))
const Toaster = lazy(() => import("../../ui/toaster.tsx"))
const ProfilePage = lazy(() => import("../profile/ProfilePage.tsx"))
const FundingPage = lazy(() => import("../funding/FundingPage.tsx"))
const VerificationPage = lazy(() => import("../kyc/VerificationPage.tsx"))
const StatementPage = lazy(() => import("../statement/StatementPage.tsx"))

const StopOutPage = lazy(() => import("../stopout/StopOutPage.tsx"))
const NotFoundPage = lazy(() => import("./NotFoundPage.tsx"))

/** Each screen loads its own arrangement only. */
const ARRANGEMENTS: Readonly<Record<Screen, ReturnType<typeof lazy>>> = {
  desktop: lazy(() => import("./DesktopWorkspace.tsx")),
  tablet: lazy(() => import("./TabletWorkspace.tsx")),
  phone: lazy(() => import("./PhoneWorkspace.tsx"))
}

/** The trading page, and the same with a symbol that a link names. */
const TRADING = /^\/(?:trade\/(?<symbol>[^/]+))?$/

export default function Workspace() {
  useEffect(watchAlerts, [])
  useEffect(() => startLive(({ accountId, changes, account }) => receiveChanges(accountId, changes, account.currencyDigits)), [])
  const { t } = useTranslation()
  const Arrangement = ARRANGEMENTS[useScreen()]
  return (
    <div className="flex h-dvh flex-col print:block print:h-auto">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 text-accent-foreground focus:not-sr-only focus:absolute focus:top-1 focus:left-1"
      >
        {t("app.skipToContent")}
      </a>
      <Header />
      <div className="grid shrink-0 gap-1.5 not-empty:pb-1.5 print:hidden">
        <ReconnectBanner />
        <Suspense>
          <Banners />
        </Suspense>
      </div>
      <main id="content" tabIndex={-1} className="min-h-0 flex-1 outline-none">
        <Suspense>
          <Switch>
            <Route path="/profile" component={ProfilePage} />
            <Route path="/funding" component={FundingPage} />
            <Route path="/verification" component={VerificationPage} />
            <Route path="/statement" component={StatementPage} />
            <Route path="/stop-out/:event" component={StopOutPage} />
            <Route path={TRADING}>
              <SymbolAddress />
              <Arrangement />
            </Route>
            <Route component={NotFoundPage} />
          </Switch>
        </Suspense>
      </main>
      <Overlays />
      <Suspense>
        <Toaster />
      </Suspense>
    </div>
  )
}
