/** profile: what the signed-in person does about their own sign-in. */
import { Result } from "effect"
import type { ProfileGroup } from "#contract/ProfileGroup.ts"
import { BackupCodes, SessionsView, type SessionView, TwoFactorSetup, TwoFactorState } from "#contract/ProfileViews.ts"
import { call, callForNewSession } from "./client.ts"
import type { Failure } from "./failure.ts"
import { type Answer, operationsOf } from "./operation.ts"
import { endSession, resumeSession } from "./session.ts"

const profile = operationsOf<typeof ProfileGroup>()
const sessionList = profile("GET /auth/sessions", { success: SessionsView })
const sessionEnd = profile("DELETE /auth/sessions/:sessionId", {})
const everySessionEnd = profile("POST /auth/logout-everywhere", {})
const passwordChange = profile("POST /auth/password", {})
const emailChange = profile("POST /auth/email", {})
const verificationMail = profile("POST /auth/verify-email/resend", {})
const twoFactor = profile("GET /auth/two-factor", { success: TwoFactorState })
const twoFactorSetup = profile("POST /auth/two-factor/setup", { success: TwoFactorSetup })
const twoFactorStart = profile("POST /auth/two-factor/confirm", { success: BackupCodes })
const newBackupCodes = profile("POST /auth/two-factor/backup-codes", { success: BackupCodes })
const twoFactorEnd = profile("POST /auth/two-factor/disable", {})

const failureIn = (answer: Answer<unknown>): Failure | undefined => (Result.isFailure(answer) ? answer.failure : undefined)

export const loadSessions = async (): Promise<Answer<ReadonlyArray<SessionView>>> =>
  Result.map(await call(sessionList()), ({ sessions }) => sessions)

export const signOutSession = async (sessionId: string): Promise<Failure | undefined> =>
  failureIn(await call(sessionEnd({ params: { sessionId } })))

export const signOutEverywhere = async (): Promise<Failure | undefined> => {
  const failure = failureIn(await call(everySessionEnd()))
  if (failure === undefined) endSession(false)
  return failure
}

/** Every other session ends; this one goes on with new cookies. */
export const changePassword = async (currentPassword: string, newPassword: string): Promise<Failure | undefined> => {
  const failure = failureIn(await callForNewSession(passwordChange({ payload: { currentPassword, newPassword } })))
  return failure ?? (await resumeSession())
}

export const changeEmail = async (password: string, email: string): Promise<Failure | undefined> =>
  failureIn(await call(emailChange({ payload: { password, email } })))

export const resendVerification = async (): Promise<Failure | undefined> => failureIn(await call(verificationMail()))

export const loadTwoFactor = (): Promise<Answer<typeof TwoFactorState.Type>> => call(twoFactor())

export const setUpTwoFactor = (password: string): Promise<Answer<typeof TwoFactorSetup.Type>> =>
  call(twoFactorSetup({ payload: { password } }))

export const confirmTwoFactor = (code: string): Promise<Answer<typeof BackupCodes.Type>> => call(twoFactorStart({ payload: { code } }))

export const renewBackupCodes = (password: string, code: string): Promise<Answer<typeof BackupCodes.Type>> =>
  call(newBackupCodes({ payload: { password, code } }))

export const disableTwoFactor = async (password: string, code: string): Promise<Failure | undefined> =>
  failureIn(await call(twoFactorEnd({ payload: { password, code } })))
