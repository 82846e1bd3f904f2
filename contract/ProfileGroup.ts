/** ProfileGroup: what the signed-in user does about their own sign-in: sessions, password, address, two-factor sign-in. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { Session } from "#contract/Access.ts"
import { Email, NewPassword, Password, SecondFactorCode, SessionTimes } from "#contract/AuthGroup.ts"
import { Conflict, NotFound, ProofRefused, ServiceUnavailable, TooManyRequests, ValidationFailed } from "#contract/Problem.ts"
import { BackupCodes, SessionId, SessionsView, TwoFactorSetup, TwoFactorState } from "#contract/ProfileViews.ts"

const ChangePasswordRequest = Schema.Struct({ currentPassword: Password, newPassword: NewPassword }).annotate({
  identifier: "ChangePassword",
  examples: [{ currentPassword: "correct horse battery staple", newPassword: "tractor velvet ocean seven" }]
})
const ChangeEmailRequest = Schema.Struct({ password: Password, email: Email }).annotate({
  identifier: "ChangeEmail",
  examples: [{ password: "correct horse battery staple", email: "new@example.com" }]
})
const PasswordProof = Schema.Struct({ password: Password }).annotate({ identifier: "PasswordProof" })
const CodeProof = Schema.Struct({ code: SecondFactorCode }).annotate({ identifier: "CodeProof" })
const FullProof = Schema.Struct({ password: Password, code: SecondFactorCode }).annotate({ identifier: "FullProof" })

const proofErrors = [ProofRefused, Conflict, TooManyRequests, ServiceUnavailable] as const

export class ProfileGroup extends HttpApiGroup.make("profile")
  .add(
    HttpApiEndpoint.get("sessions", "/auth/sessions", {
      success: SessionsView,
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "Where the user is signed in" })),
    HttpApiEndpoint.delete("endSession", "/auth/sessions/:sessionId", {
      params: { sessionId: SessionId },
      error: [NotFound, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({ summary: "Sign out one session", description: "Its requests and streams end within a second." })
    ),
    HttpApiEndpoint.post("logoutEverywhere", "/auth/logout-everywhere", { error: ServiceUnavailable }).annotateMerge(
      OpenApi.annotations({ summary: "Sign out everywhere, here too" })
    ),
    HttpApiEndpoint.post("changePassword", "/auth/password", {
      payload: ChangePasswordRequest,
      success: SessionTimes,
      error: [ProofRefused, ValidationFailed, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({ summary: "Change the password", description: "Ends every session and starts a new one for the caller." })
    ),
    HttpApiEndpoint.post("changeEmail", "/auth/email", {
      payload: ChangeEmailRequest,
      error: [ProofRefused, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Change the address",
        description: "Takes effect when the link that is mailed to the new address is opened; the old one is told."
      })
    ),
    HttpApiEndpoint.post("resendVerification", "/auth/verify-email/resend", { error: [TooManyRequests, ServiceUnavailable] }).annotateMerge(
      OpenApi.annotations({ summary: "Mail the link that confirms the address once more" })
    ),
    HttpApiEndpoint.get("twoFactor", "/auth/two-factor", { success: TwoFactorState, error: ServiceUnavailable }).annotateMerge(
      OpenApi.annotations({ summary: "Whether two-factor sign-in is on" })
    ),
    HttpApiEndpoint.post("setUpTwoFactor", "/auth/two-factor/setup", {
      payload: PasswordProof,
      success: TwoFactorSetup,
      error: proofErrors
    }).annotateMerge(
      OpenApi.annotations({ summary: "A secret for the authenticator app", description: "Changes nothing until it is confirmed." })
    ),
    HttpApiEndpoint.post("confirmTwoFactor", "/auth/two-factor/confirm", {
      payload: CodeProof,
      success: BackupCodes,
      error: proofErrors
    }).annotateMerge(OpenApi.annotations({ summary: "Turn two-factor sign-in on", description: "With a code made from the new secret." })),
    HttpApiEndpoint.post("renewBackupCodes", "/auth/two-factor/backup-codes", {
      payload: FullProof,
      success: BackupCodes,
      error: proofErrors
    }).annotateMerge(OpenApi.annotations({ summary: "New backup codes instead of the old ones" })),
    HttpApiEndpoint.post("disableTwoFactor", "/auth/two-factor/disable", {
      payload: FullProof,
      error: [...proofErrors, ValidationFailed]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Turn two-factor sign-in off",
        description: "Needs the password and a code. A password that is too short without it is to be changed first."
      })
    )
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Own sign-in", description: "Sessions, password, address and two-factor sign-in." })) {}
