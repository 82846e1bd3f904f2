/** session: who is signed in. */
import type { SignedInUser } from "#contract/SignedInUser.ts"
import type { SessionEnd } from "#contract/Stream.ts"
import { cell, derived } from "./store.ts"

export type Session =
  | { readonly status: "checking" }
  | { readonly status: "signedOut"; readonly ended: boolean; readonly why?: SessionEnd | undefined }
  | { readonly status: "signedIn"; readonly user: SignedInUser }

/** `ended`: there was a session, and the server ended it; `why` where it said so. */
export const sessionCell = cell<Session>({ status: "checking" })
export const userValue = derived((read) => {
  const session = read(sessionCell)
  return session.status === "signedIn" ? session.user : undefined
})
