/** SessionLive: who asks, and whether their role may. */
import { AllowedRoles, CurrentUser, Session } from "#contract/Access.ts"
import { Forbidden, ServiceUnavailable, Unauthenticated } from "#contract/Problem.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { Context, Effect, Layer, Redacted } from "effect"
import { HttpServerRequest } from "effect/http"

export const SessionLive = Layer.effect(
  Session,
  Effect.map(ActiveSessions, (sessions) =>
    Session.of({
      session: Effect.fnUntraced(function* (httpEffect, { credential, endpoint }) {
        const session = yield* sessions
          .find(Redacted.value(credential))
          .pipe(Effect.mapError(() => new ServiceUnavailable({ code: "UNAVAILABLE", retryAfterSeconds: 1 })))
        if (session === undefined) return yield* new Unauthenticated({ code: "UNAUTHENTICATED" })
        yield* note({ actorId: session.userId, actorRole: session.role })
        const allowed = Context.getOrUndefined(endpoint.annotations, AllowedRoles)
        if (allowed !== undefined && !allowed.includes(session.role)) return yield* new Forbidden({})
        const request = yield* HttpServerRequest.HttpServerRequest
        const { email, role, sessionKey, userId } = session
        return yield* Effect.provideService(httpEffect, CurrentUser, { userId, email, role, sessionKey, ip: clientIp(request) })
      })
    })
  )
)
