/** SessionLive: who asks, and whether their role may. */
import { AllowedRoles, CurrentUser, OpenToImpersonation, Session } from "#contract/Access.ts"
import { Forbidden, ImpersonationRestricted, ServiceUnavailable, Unauthenticated } from "#contract/Problem.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { changesNothing } from "#server/http/changesNothing.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { AppConfig } from "#server/Config.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"

export const SessionLive = Layer.effect(
  Session,
  Effect.gen(function* () {
    const sessions = yield* ActiveSessions
    const limits = yield* RateLimits
    const { impersonationTrading } = yield* AppConfig
    /** What somebody who looks on as a client may do. */
    const isOpen = (method: string, endpoint: HttpApiEndpoint.Top): boolean => {
      const open = Context.getOrUndefined(endpoint.annotations, OpenToImpersonation)
      return changesNothing(method) || open === "always" || (open === "trading" && impersonationTrading)
    }
    return Session.of({
      session: Effect.fnUntraced(function* (httpEffect, { credential, endpoint }) {
        const session = yield* sessions
          .find(Redacted.value(credential))
          .pipe(Effect.mapError(() => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 })))
        if (session === undefined) return yield* new Unauthenticated({ code: "UNAUTHENTICATED" })
        const { impersonation } = session
        yield* note({
          actorId: session.userId,
          actorRole: session.role,
          ...(impersonation === undefined ? {} : { impersonatedBy: impersonation.adminId })
        })
        yield* limits.consume("users", session.userId)
        const allowed = Context.getOrUndefined(endpoint.annotations, AllowedRoles)
        if (allowed !== undefined && !allowed.includes(session.role)) return yield* new Forbidden({})
        const request = yield* HttpServerRequest.HttpServerRequest
        if (impersonation !== undefined && !isOpen(request.method, endpoint)) return yield* new ImpersonationRestricted({})
        const { email, role, sessionKey, userId } = session
        return yield* Effect.provideService(httpEffect, CurrentUser, {
          userId,
          email,
          role,
          sessionKey,
          ip: clientIp(request),
          impersonation
        })
      })
    })
  })
)
