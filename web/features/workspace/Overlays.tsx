/** Overlays: what the keyboard opens above the page; loaded when it is first asked for. */
import { lazy, Suspense } from "react"
import { useValue } from "../../state/store.ts"
import { overlayCell, useShortcuts } from "../shortcuts/useShortcuts.ts"

const SearchPalette = lazy(() => import("../search/SearchPalette.tsx"))
const ShortcutSheet = lazy(() => import("../shortcuts/ShortcutSheet.tsx"))
const SettingsDialog = lazy(() => import("../preferences/SettingsDialog.tsx"))
const CloseSymbol = lazy(() => import("../positions/CloseSymbol.tsx"))

export function Overlays() {
  useShortcuts()
  const overlay = useValue(overlayCell)
  return (
    <Suspense>
      {overlay === "search" && <SearchPalette />}
      {overlay === "shortcuts" && <ShortcutSheet />}
      {overlay === "settings" && <SettingsDialog />}
      {overlay === "closeSymbol" && <CloseSymbol />}
    </Suspense>
  )
}
