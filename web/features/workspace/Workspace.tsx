/** Workspace: the page on which is traded, arranged for the screen at hand. */
import { lazy, Suspense, useEffect } from "react"
import type { SignedInUser } from "#contract/AuthGroup.ts"
import { startLive } from "../../api/live.ts"
import { useScreen, type Screen } from "../../lib/useScreen.ts"
import { Toaster } from "../../ui/toaster.tsx"
import { MarginBanner } from "../account/MarginBanner.tsx"
import { receiveChanges } from "../notifications/inbox.ts"
import { watchAlerts } from "../notifications/watchAlerts.ts"
import { ReconnectBanner } from "../connection/ReconnectBanner.tsx"
import { Header } from "./Header.tsx"
import { Overlays } from "./Overlays.tsx"

/** Each screen loads its own arrangement only. */
const ARRANGEMENTS: Readonly<Record<Screen, ReturnType<typeof lazy>>> = {
  desktop: lazy(() => import("./DesktopWorkspace.tsx")),
  tablet: lazy(() => import("./TabletWorkspace.tsx")),
  phone: lazy(() => import("./PhoneWorkspace.tsx"))
}

export default function Workspace(props: { readonly user: SignedInUser }) {
  const { user } = props
  // A session's cookie is read when the socket opens: another user needs another socket.
  useEffect(watchAlerts, [])
  useEffect(() => startLive(user, ({ accountId, changes, account }) => receiveChanges(accountId, changes, account.currencyDigits)), [user])
  const Arrangement = ARRANGEMENTS[useScreen()]
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <div className="grid shrink-0 gap-1.5 not-empty:pb-1.5">
        <ReconnectBanner />
        <MarginBanner />
      </div>
      <main className="min-h-0 flex-1">
        <Suspense>
          <Arrangement />
        </Suspense>
      </main>
      <Overlays />
      <Toaster />
    </div>
  )
}
