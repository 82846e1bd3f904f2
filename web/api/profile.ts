/** profile: what the signed-in person does about their own sign-in. */
import { Result } from "effect"
import type { BackupCodes, SessionView, TwoFactorSetup, TwoFactorState } from "#contract/ProfileGroup.ts"
import { type Answer, call, callForNewSession } from "./client.ts"
import type { Failure } from "./failure.ts"
import { endSession, resumeSession } from "./session.ts"

const failureIn = (answer: Answer<unknown>): Failure | undefined => (Result.isFailure(answer) ? answer.failure : undefined)

export const loadSessions = async (): Promise<Answer<ReadonlyArray<SessionView>>> =>
  Result.map(await call((client) => client.profile.sessions()), ({ sessions }) => sessions)

export const signOutSession = async (sessionId: string): Promise<Failure | undefined> =>
  failureIn(await call((client) => client.profile.endSession({ params: { sessionId } })))

export const signOutEverywhere = async (): Promise<Failure | undefined> => {
  const failure = failureIn(await call((client) => client.profile.logoutEverywhere()))
  if (failure === undefined) endSession(false)
  return failure
}

/** Every other session ends; this one goes on with new cookies. */
export const changePassword = async (currentPassword: string, newPassword: string): Promise<Failure | undefined> => {
  const failure = failureIn(
    await callForNewSession((client) => client.profile.changePassword({ payload: { currentPassword, newPassword } }))
  )
  return failure ?? (await resumeSession())
}

export const changeEmail = async (password: string, email: string): Promise<Failure | undefined> =>
  failureIn(await call((client) => client.profile.changeEmail({ payload: { password, email } })))

export const resendVerification = async (): Promise<Failure | undefined> =>
  failureIn(await call((client) => client.profile.resendVerification()))

export const loadTwoFactor = (): Promise<Answer<typeof TwoFactorState.Type>> => call((client) => client.profile.twoFactor())

export const setUpTwoFactor = (password: string): Promise<Answer<typeof TwoFactorSetup.Type>> =>
  call((client) => client.profile.setUpTwoFactor({ payload: { password } }))

export const confirmTwoFactor = (code: string): Promise<Answer<typeof BackupCodes.Type>> =>
  call((client) => client.profile.confirmTwoFactor({ payload: { code } }))

export const renewBackupCodes = (password: string, code: string): Promise<Answer<typeof BackupCodes.Type>> =>
  call((client) => client.profile.renewBackupCodes({ payload: { password, code } }))

export const disableTwoFactor = async (password: string, code: string): Promise<Failure | undefined> =>
  failureIn(await call((client) => client.profile.disableTwoFactor({ payload: { password, code } })))
