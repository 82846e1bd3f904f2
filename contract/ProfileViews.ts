/** ProfileViews: what the signed-in user is told about their own sign-in. */
import { Schema } from "effect"
import { Instant } from "#contract/Wire.ts"

export const SessionId = Schema.String.check(
  Schema.isPattern(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u, { expected: "a session id" })
)

export const SessionView = Schema.Struct({
  sessionId: SessionId,
  /** The one that asks. */
  current: Schema.Boolean,
  createdAt: Instant,
  lastUsedAt: Instant,
  expiresAt: Instant,
  /** Where it was opened from. */
  ip: Schema.String,
  /** Such as "Firefox on Linux". */
  device: Schema.String,
  userAgent: Schema.String,
  /** Opened by somebody of the broker's, who looks on as this user. */
  impersonated: Schema.Boolean
}).annotate({ identifier: "Session" })
export interface SessionView extends Schema.Schema.Type<typeof SessionView> {}

export const TwoFactorState = Schema.Struct({ enabled: Schema.Boolean, backupCodesLeft: Schema.Int }).annotate({ identifier: "TwoFactor" })
export const TwoFactorSetup = Schema.Struct({
  /** Base32, for who cannot scan. */
  secret: Schema.String,
  otpauthUri: Schema.String,
  /** The same as an image. */
  qrSvg: Schema.String
}).annotate({ identifier: "TwoFactorSetup" })
export const BackupCodes = Schema.Struct({
  /** Each good once; shown this one time. */
  backupCodes: Schema.Array(Schema.String)
}).annotate({ identifier: "BackupCodes" })

export const SessionsView = Schema.Struct({ sessions: Schema.Array(SessionView) })
