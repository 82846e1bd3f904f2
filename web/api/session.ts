/** session: signing in and out, finding out at the start whether somebody still is, and going on while they are. */
import { Result } from "effect"
import type { AuthGroup } from "#contract/AuthGroup.ts"
import { SignedInUser } from "#contract/SignedInUser.ts"
import type { SessionEnd } from "#contract/Stream.ts"
import { chooseAccount } from "../state/account.ts"
import { nowMillis } from "../state/clock.ts"
import { sessionCell } from "../state/session.ts"
import { read, watch, write } from "../state/store.ts"
import { call, callForNewSession, refreshAccess } from "./client.ts"
import type { Failure } from "./failure.ts"
import { type Answer, operationsOf } from "./operation.ts"

const auth = operationsOf<typeof AuthGroup>()
const login = auth("POST /auth/login", { success: SignedInUser })
const loginSecondFactor = auth("POST /auth/login/second-factor", { success: SignedInUser })
const registration = auth("POST /auth/register", { success: SignedInUser })
const forgottenPassword = auth("POST /auth/forgot-password", {})
const passwordReset = auth("POST /auth/reset-password", {})
const emailVerification = auth("POST /auth/verify-email", {})
const me = auth("GET /auth/me", { success: SignedInUser })
const logout = auth("POST /auth/logout", {})

const failureIn = (answer: Answer<unknown>): Failure | undefined => (Result.isFailure(answer) ? answer.failure : undefined)

const begin = (answer: Answer<SignedInUser>): Failure | undefined => {
  if (Result.isSuccess(answer)) write(sessionCell, { status: "signedIn", user: answer.success })
  return failureIn(answer)
}

/** A failure with a challenge is no refusal: the second factor is asked for next. */
export const signIn = async (email: string, password: string): Promise<Failure | undefined> =>
  begin(await callForNewSession(login({ payload: { email, password } })))

export const confirmSignIn = async (challenge: string, code: string): Promise<Failure | undefined> =>
  begin(await callForNewSession(loginSecondFactor({ payload: { challenge, code } })))

export const register = async (email: string, password: string, name: string): Promise<Failure | undefined> =>
  begin(await callForNewSession(registration({ payload: { email, password, ...(name === "" ? {} : { name }) } })))

export const forgotPassword = async (email: string): Promise<Failure | undefined> =>
  failureIn(await call(forgottenPassword({ payload: { email } })))

export const resetPassword = async (token: string, password: string): Promise<Failure | undefined> =>
  failureIn(await call(passwordReset({ payload: { token, password } })))

export const verifyEmail = async (token: string): Promise<Failure | undefined> =>
  failureIn(await call(emailVerification({ payload: { token } })))

/** Somebody of the broker's put an end to every session: there is none left to ask for. */
const isFinal = (why: SessionEnd | undefined): boolean => why === "forcedLogout" || why === "blocked"

/** Asks the server, which alone can read the cookie. Answers why it could not be asked. `why`: what the stream was told of the session's end. */
export const resumeSession = async (why?: SessionEnd): Promise<Failure | undefined> => {
  const before = read(sessionCell).status
  if (isFinal(why)) {
    endSession(before === "signedIn", why)
    return undefined
  }
  const failure = begin(await call(me()))
  if (failure?.code !== "UNAUTHENTICATED") return failure
  endSession(before === "signedIn", why)
  return undefined
}

export const signOut = async (): Promise<void> => {
  await call(logout())
  endSession(false)
}

/** `ended`: by the server, not by the person. */
export const endSession = (ended: boolean, why?: SessionEnd): void => {
  write(chooseAccount, undefined)
  write(sessionCell, { status: "signedOut", ended, why })
}

/** The cookie is renewed so long before it grows too old. */
const RENEW_AHEAD_MILLIS = 60_000

/** Renews the session's cookie in time, for as long as somebody is signed in. */
export const keepSession = (): void => {
  let timer: ReturnType<typeof setTimeout> | undefined
  const plan = () => {
    clearTimeout(timer)
    const session = read(sessionCell)
    if (session.status !== "signedIn") return
    const delay = Math.max(0, session.user.accessExpiresAt - nowMillis() - RENEW_AHEAD_MILLIS)
    timer = setTimeout(() => void refreshAccess().then((isOn) => (isOn ? resumeSession() : undefined)), delay)
  }
  watch(sessionCell, plan)
  plan()
}
