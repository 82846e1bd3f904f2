/** Workspace: the page on which is traded, arranged for the screen at hand. */
import { useScreen } from "../../lib/useScreen.ts"
import { MarginBanner } from "../account/MarginBanner.tsx"
import { ReconnectBanner } from "../connection/ReconnectBanner.tsx"
import { DesktopWorkspace } from "./DesktopWorkspace.tsx"
import { Header } from "./Header.tsx"
import { PhoneWorkspace } from "./PhoneWorkspace.tsx"
import { TabletWorkspace } from "./TabletWorkspace.tsx"

export default function Workspace() {
  const screen = useScreen()
  return (
    <div className="flex h-dvh flex-col">
      <Header />
      <div className="grid shrink-0 gap-1.5 not-empty:pb-1.5">
        <ReconnectBanner />
        <MarginBanner />
      </div>
      <main className="min-h-0 flex-1">
        {screen === "desktop" ? <DesktopWorkspace /> : screen === "tablet" ? <TabletWorkspace /> : <PhoneWorkspace />}
      </main>
    </div>
  )
}
