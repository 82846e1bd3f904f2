/** Access: who may call what. The middleware declared here stand in front of every endpoint; server/auth and server/http implement them. */
import { Context } from "effect"
import { HttpApiMiddleware, HttpApiSecurity } from "effect/http-api"
import {
  CrossSiteRequest,
  Forbidden,
  HttpsRequired,
  ImpersonationRestricted,
  InternalError,
  MethodNotAllowed,
  NotFound,
  PayloadTooLarge,
  ServiceUnavailable,
  TooManyRequests,
  Unauthenticated,
  UnsupportedMediaType,
  ValidationFailed
} from "#contract/Problem.ts"
import type { Role } from "#contract/Role.ts"

/** Roles that may call an endpoint; an endpoint without this annotation is for everybody who is signed in. */
export class AllowedRoles extends Context.Service<AllowedRoles, ReadonlyArray<Role>>()("contract/AllowedRoles") {}

/**
 * What may be done by somebody who looks on as a client: `always`, or `trading`, where the configuration lets them trade. Reading needs no
 * annotation; whatever else changes something is refused, so that a new endpoint is closed to them until somebody thinks about it.
 */
export class OpenToImpersonation extends Context.Service<OpenToImpersonation, "always" | "trading">()("contract/OpenToImpersonation") {}

/** The user and session of a request. */
export class CurrentUser extends Context.Service<
  CurrentUser,
  {
    readonly userId: string
    readonly role: Role
    readonly email: string
    /** Names the session; signs nobody in. */
    readonly sessionKey: string
    readonly ip: string
    /** Who looks on as the user, as the CRM names them, and why; undefined for the user themselves. */
    readonly impersonation: { readonly adminId: string; readonly reason: string } | undefined
  }
>()("contract/CurrentUser") {}

/** The account in the path, after it was found to be open to the current user. */
export class CurrentAccount extends Context.Service<
  CurrentAccount,
  { readonly accountId: string; readonly clientId: string; readonly currency: string; readonly currencyDigits: number }
>()("contract/CurrentAccount") {}

/** `__Host-`: only over TLS (or loopback), only for this host, for all its paths. */
export const SESSION_COOKIE = "__Host-sid"
/** Exchanged at `POST /auth/refresh`; good once. */
export const REFRESH_COOKIE = "__Host-refresh"
export const sessionSecurity = HttpApiSecurity.apiKey({ in: "cookie", key: SESSION_COOKIE })

/** A valid session, and a role that the endpoint allows. */
export class Session extends HttpApiMiddleware.Service<Session, { provides: CurrentUser }>()("contract/Session", {
  security: { session: sessionSecurity },
  error: [Unauthenticated, Forbidden, ImpersonationRestricted, TooManyRequests, ServiceUnavailable]
}) {}

/** The one place where it is decided whether the account in the path is the caller's; a foreign one is 404, like a missing one. */
export class AccountAccess extends HttpApiMiddleware.Service<AccountAccess, { provides: CurrentAccount; requires: CurrentUser }>()(
  "contract/AccountAccess",
  { error: [NotFound, Forbidden, ServiceUnavailable] }
) {}

/** Endpoints for programs that show a key or sign what they send: no cookie counts there, so there is nothing that a foreign page could abuse. */
export class ForPrograms extends Context.Service<ForPrograms, true>()("contract/ForPrograms") {}

/** Unsafe methods only from this site, by Sec-Fetch-Site, else by Origin, with a header that no foreign page can send, and with bodies of JSON alone. */
export class SameSite extends HttpApiMiddleware.Service<SameSite>()("contract/SameSite", {
  error: [CrossSiteRequest, HttpsRequired, UnsupportedMediaType, ValidationFailed]
}) {}

/** Writes down who did what. */
export class Audited extends HttpApiMiddleware.Service<Audited>()("contract/Audited") {}

/** Limits how often a caller may ask. */
export class RateLimit extends HttpApiMiddleware.Service<RateLimit>()("contract/RateLimit", { error: TooManyRequests }) {}

/** Turns requests that do not fit their schema into problems, and puts the trace id into every problem. */
export class Problems extends HttpApiMiddleware.Service<Problems>()("contract/Problems", {
  error: [ValidationFailed, MethodNotAllowed, PayloadTooLarge, UnsupportedMediaType, InternalError]
}) {}
