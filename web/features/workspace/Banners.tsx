/** Banners: what the person must know above all else, besides that the connection is gone. Most of the time nothing. */
import { MarginBanner } from "../account/MarginBanner.tsx"
import { NewVersion } from "../connection/NewVersion.tsx"
import { SessionEnding } from "../connection/SessionEnding.tsx"
import { ImpersonationBanner } from "../impersonation/ImpersonationBanner.tsx"

export default function Banners() {
  return (
    <>
      <ImpersonationBanner />
      <MarginBanner />
      <SessionEnding />
      <NewVersion />
    </>
  )
}
