/** Workspace: the page on which is traded, arranged for the screen at hand. */
import { lazy, Suspense } from "react"
import { useScreen, type Screen } from "../../lib/useScreen.ts"
import { Toaster } from "../../ui/toaster.tsx"
import { MarginBanner } from "../account/MarginBanner.tsx"
import { ReconnectBanner } from "../connection/ReconnectBanner.tsx"
import { Header } from "./Header.tsx"

/** Each screen loads its own arrangement only. */
const ARRANGEMENTS: Readonly<Record<Screen, ReturnType<typeof lazy>>> = {
  desktop: lazy(() => import("./DesktopWorkspace.tsx")),
  tablet: lazy(() => import("./TabletWorkspace.tsx")),
  phone: lazy(() => import("./PhoneWorkspace.tsx"))
}

export default function Workspace() {
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
      <Toaster />
    </div>
  )
}
