/** impersonationLink: the address at which somebody of the broker's enters as a client. */
import { Conflict } from "#contract/Problem.ts"
import { Impersonations } from "#db/Impersonations.ts"
import { note } from "#server/audit/AuditNote.ts"
import { unavailable } from "#server/api/refusals.ts"
import { AppConfig } from "#server/Config.ts"
import { clientOf } from "#server/crm/clientOf.ts"
import { SsoTokens, type TokenRequest } from "#server/sso/SsoTokens.ts"
import { Effect } from "effect"

/** `issuedBy`: the service or the member of staff that asks. */
export const impersonationLink = Effect.fn("sso.impersonationLink")(function* (request: TokenRequest, issuedBy: string) {
  const tokens = yield* SsoTokens
  const impersonations = yield* Impersonations
  const { publicOrigin } = yield* AppConfig
  const { adminId, clientId, reason } = request
  yield* note({ subject: `user:${clientId}`, reason, impersonatedBy: adminId })
  const { blockedAt } = yield* clientOf(clientId)
  if (blockedAt !== undefined) return yield* new Conflict({ code: "USER_BLOCKED" })
  const { expiresAt, jti, token } = yield* tokens.sign(request)
  yield* impersonations.issue({ jti, userId: clientId, adminId, reason, issuedBy, expiresAt }).pipe(Effect.mapError(unavailable))
  yield* note({ after: { jti, expiresAt } })
  return { token, url: `${publicOrigin}/sso/consume?token=${token}`, expiresAt }
})
