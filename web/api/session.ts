/** session: signing in and out, and finding out at the start whether somebody still is. */
import { Result } from "effect"
import type { SignedInUser } from "#contract/AuthGroup.ts"
import { chooseAccount } from "../state/account.ts"
import { sessionCell } from "../state/session.ts"
import { write } from "../state/store.ts"
import { call, refreshAccess } from "./client.ts"
import type { Failure } from "./failure.ts"

const begin = (answer: Result.Result<SignedInUser, Failure>): Failure | undefined => {
  if (Result.isFailure(answer)) return answer.failure
  write(sessionCell, { status: "signedIn", user: answer.success })
  clearInterval(refreshTimer)
  refreshTimer = setInterval(() => void refreshAccess(), REFRESH_MILLIS)
  return undefined
}

/** Two thirds of an access cookie's life: the stream, too, must find a fresh one when it has to reconnect. */
const REFRESH_MILLIS = 10 * 60_000
let refreshTimer: ReturnType<typeof setInterval> | undefined

export const signIn = async (email: string, password: string): Promise<Failure | undefined> =>
  begin(await call((client) => client.auth.login({ payload: { email, password } })))

export const register = async (email: string, password: string, name: string): Promise<Failure | undefined> =>
  begin(await call((client) => client.auth.register({ payload: { email, password, ...(name === "" ? {} : { name }) } })))

/** Asks the server, which alone can read the cookie. Answers why it could not be asked. */
export const resumeSession = async (): Promise<Failure | undefined> => {
  const answer = await call((client) => client.auth.me())
  const failure = begin(answer)
  if (failure?.code === "UNAUTHENTICATED") endSession(false)
  return failure?.code === "UNAUTHENTICATED" ? undefined : failure
}

export const signOut = async (): Promise<void> => {
  await call((client) => client.auth.logout())
  endSession(false)
}

/** `ended`: by the server, not by the person. */
export const endSession = (ended: boolean): void => {
  clearInterval(refreshTimer)
  write(chooseAccount, undefined)
  write(sessionCell, { status: "signedOut", ended })
}
