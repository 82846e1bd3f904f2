/** SsoApi: entering as a client. */
import { Api } from "#contract/Api.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { LinkInvalid, NotANavigation } from "#contract/Problem.ts"
import { Impersonations } from "#db/Impersonations.ts"
import { IdentityUnavailable } from "#db/Users.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { deviceOf } from "#server/api/AuthApi.ts"
import { unavailable } from "#server/api/refusals.ts"
import { setSessionCookies } from "#server/api/sessionCookies.ts"
import { AppConfig } from "#server/Config.ts"
import { completeProblem } from "#server/http/completeProblem.ts"
import { RateLimits } from "#server/http/RateLimits.ts"
import { impersonationLink } from "#server/sso/impersonationLink.ts"
import { isNavigation } from "#server/sso/isNavigation.ts"
import { SsoTokens } from "#server/sso/SsoTokens.ts"
import { Clock, Effect } from "effect"
import { HttpServerResponse, type HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"

const MINUTE = 60 * 1000
/** No page of ours is asked for by what a request says. */
const DASHBOARD = "/"

const page = (title: string, text: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body><main><h1>${title}</h1><p>${text}</p></main></body></html>`

/** A browser shows a page, a program reads problem details. */
const refused = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, problem: LinkInvalid | NotANavigation) {
  yield* note({ outcome: problem.code, always: true })
  if (!(request.headers["accept"] ?? "").includes("text/html")) return yield* Effect.fail(problem)
  yield* completeProblem(problem)
  return HttpServerResponse.text(page(problem.title, `Go back to the CRM and ask for a new link. (${problem.code}, ${problem.traceId})`), {
    status: problem.status,
    contentType: "text/html; charset=utf-8",
    headers: { "cache-control": "no-store" }
  })
})

export const SsoApi = HttpApiBuilder.group(Api, "sso", (handlers) =>
  handlers.handleAll({
    impersonate: Effect.fnUntraced(function* ({ payload }) {
      const { id } = yield* CurrentService
      return yield* impersonationLink(payload, id)
    }),
    consume: Effect.fnUntraced(function* ({ query: { token }, request }) {
      const limits = yield* RateLimits
      const tokens = yield* SsoTokens
      const impersonations = yield* Impersonations
      const sessions = yield* ActiveSessions
      const { impersonationMinutes } = yield* AppConfig
      const device = deviceOf(request)
      yield* limits.consume("logins", device.ip)
      if (!isNavigation(request)) return yield* refused(request, new NotANavigation({}))
      const jti = yield* tokens.idOf(token)
      if (jti === undefined) return yield* refused(request, new LinkInvalid({}))
      yield* note({ after: { jti } })
      const lifetimeMillis = impersonationMinutes * MINUTE
      const ids = yield* impersonations
        .consume(jti, yield* Clock.currentTimeMillis, ({ adminId, reason, userId }) =>
          Effect.andThen(
            note({ actorId: userId, actorRole: "client", impersonatedBy: adminId, subject: `user:${userId}`, reason }),
            sessions
              .open({ userId, ...device, impersonation: { adminId, reason, lifetimeMillis } })
              // blocked in this moment: nothing was done, and the link says so when it is opened again
              .pipe(Effect.catchTag("SignInOver", () => Effect.fail(new IdentityUnavailable({ cause: "blocked meanwhile" }))))
          )
        )
        .pipe(Effect.mapError(unavailable))
      if (ids === undefined) return yield* refused(request, new LinkInvalid({}))
      yield* note({ always: true })
      yield* setSessionCookies(ids)
      return HttpServerResponse.empty({ status: 302, headers: { location: DASHBOARD, "cache-control": "no-store" } })
    })
  })
)
