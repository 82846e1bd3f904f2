/** sessionCookies: the two cookies of a session. */
import { REFRESH_COOKIE, SESSION_COOKIE } from "#contract/Access.ts"
import type { SessionIds } from "#server/auth/ActiveSessions.ts"
import { Effect } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"

/** The session's own end is the server's matter; the cookies end with the browser. */
const COOKIE = { httpOnly: true, secure: true, sameSite: "lax", path: "/" } as const

export const setSessionCookies = (ids: SessionIds) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    HttpServerResponse.setCookie(response, SESSION_COOKIE, ids.accessId, COOKIE).pipe(
      Effect.flatMap((one) => HttpServerResponse.setCookie(one, REFRESH_COOKIE, ids.refreshId, COOKIE)),
      Effect.orDie
    )
  )

export const expireSessionCookies = HttpEffect.appendPreResponseHandler((_request, response) =>
  HttpServerResponse.expireCookie(response, SESSION_COOKIE, COOKIE).pipe(
    Effect.flatMap((one) => HttpServerResponse.expireCookie(one, REFRESH_COOKIE, COOKIE)),
    Effect.orDie
  )
)

export const sessionTimes = (ids: SessionIds) => ({ accessExpiresAt: ids.accessExpiresAt, sessionExpiresAt: ids.expiresAt })
