/**
 * Problem: every way in which the API says no, as RFC 9457 problem details.
 *
 * `code` is stable and meant for programs, `title` and `detail` are for people. `traceId` is also in the answer's `X-Request-Id` header and in
 * the server's log. `type` points into the page `/problems`, which explains each of them.
 */
import { Effect, Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { RefusalContext } from "#contract/Refusal.ts"
import { RejectionReason } from "#domain/RejectionReason.ts"
import { ValidationIssue } from "#contract/ValidationIssue.ts"
import { Instant, Version } from "#contract/Wire.ts"

/** Filled in by the middleware that answers. */
const traceId = Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("")))
const retryAfterSeconds = Schema.Int.annotate({ description: "Also in the Retry-After header" })

/** Most issues that are listed; a hostile body would otherwise make a long answer. */
export const VALIDATION_ISSUES_MAX = 20

export class ValidationFailed extends HttpApiError.Problem<ValidationFailed>()(
  "ValidationFailed",
  { type: "/problems#validation-failed", status: 422, title: "The request does not fit the documented shape" },
  { code: Schema.tag("VALIDATION_FAILED"), errors: Schema.Array(ValidationIssue), traceId }
) {}

export class IdempotencyKeyMissing extends HttpApiError.Problem<IdempotencyKeyMissing>()(
  "IdempotencyKeyMissing",
  { type: "/problems#idempotency-key-missing", status: 400, title: "An Idempotency-Key header of 1 to 128 visible characters is required" },
  { code: Schema.tag("IDEMPOTENCY_KEY_MISSING"), traceId }
) {}

export class IdempotencyKeyReused extends HttpApiError.Problem<IdempotencyKeyReused>()(
  "IdempotencyKeyReused",
  { type: "/problems#idempotency-key-reused", status: 422, title: "This Idempotency-Key was used before, for another request" },
  { code: Schema.tag("IDEMPOTENCY_KEY_REUSED"), traceId }
) {}

export class Unauthenticated extends HttpApiError.Problem<Unauthenticated>()(
  "Unauthenticated",
  { type: "/problems#unauthenticated", status: 401, title: "Sign in first" },
  { code: Schema.Literals(["UNAUTHENTICATED", "INVALID_CREDENTIALS", "INVALID_CODE", "CHALLENGE_OVER"]), traceId }
) {}

/** The password was right; `challenge` and a code of the authenticator app, or a backup code, finish the sign-in. */
export class SecondFactorRequired extends HttpApiError.Problem<SecondFactorRequired>()(
  "SecondFactorRequired",
  { type: "/problems#second-factor-required", status: 401, title: "A code of the authenticator app is needed too" },
  { code: Schema.tag("SECOND_FACTOR_REQUIRED"), challenge: Schema.String, challengeExpiresAt: Instant, traceId }
) {}

/** The answer to every registration where addresses must be confirmed, whether the address was free or not. */
export class EmailUnverified extends HttpApiError.Problem<EmailUnverified>()(
  "EmailUnverified",
  { type: "/problems#email-unverified", status: 403, title: "Open the link that was mailed to you, then sign in" },
  { code: Schema.tag("EMAIL_UNVERIFIED"), traceId }
) {}

/** Of a password or code that the signed-in user gives once more. */
export class ProofRefused extends HttpApiError.Problem<ProofRefused>()(
  "ProofRefused",
  { type: "/problems#proof-refused", status: 422, title: "That is not the right password or code" },
  { code: Schema.Literals(["WRONG_PASSWORD", "WRONG_CODE"]), traceId }
) {}

/** Of a link in a mail: used, expired, or never made. */
export class LinkInvalid extends HttpApiError.Problem<LinkInvalid>()(
  "LinkInvalid",
  { type: "/problems#link-invalid", status: 422, title: "This link was used already or has expired" },
  { code: Schema.tag("LINK_INVALID"), traceId }
) {}

export class Forbidden extends HttpApiError.Problem<Forbidden>()(
  "Forbidden",
  { type: "/problems#forbidden", status: 403, title: "Not allowed for this user" },
  { code: Schema.tag("FORBIDDEN"), traceId }
) {}

/** The client has to prove who they are first; see `GET /kyc`. */
export class VerificationRequired extends HttpApiError.Problem<VerificationRequired>()(
  "VerificationRequired",
  { type: "/problems#verification-required", status: 403, title: "Only for clients who have proved who they are" },
  { code: Schema.tag("VERIFICATION_REQUIRED"), traceId }
) {}

/** Of a session that somebody of the broker's opened as a client. */
export class ImpersonationRestricted extends HttpApiError.Problem<ImpersonationRestricted>()(
  "ImpersonationRestricted",
  { type: "/problems#impersonation-restricted", status: 403, title: "Only the client may do that, not somebody who looks on for them" },
  { code: Schema.tag("IMPERSONATION_RESTRICTED"), traceId }
) {}

/** Of a link that is for opening in a window, asked for by an image, a frame, a prefetch or a script. */
export class NotANavigation extends HttpApiError.Problem<NotANavigation>()(
  "NotANavigation",
  { type: "/problems#not-a-navigation", status: 403, title: "Open this link in a window of its own" },
  { code: Schema.tag("NOT_A_NAVIGATION"), traceId }
) {}

export class CrossSiteRequest extends HttpApiError.Problem<CrossSiteRequest>()(
  "CrossSiteRequest",
  {
    type: "/problems#cross-site-request",
    status: 403,
    title: "Requests that change something must come from this site: send X-Keel-Request: 1, and Origin"
  },
  { code: Schema.tag("CROSS_SITE_REQUEST"), traceId }
) {}

/** Behind a proxy that was asked over plain http. */
export class HttpsRequired extends HttpApiError.Problem<HttpsRequired>()(
  "HttpsRequired",
  { type: "/problems#https-required", status: 403, title: "Ask over https" },
  { code: Schema.tag("HTTPS_REQUIRED"), traceId }
) {}

/** Missing, or not the caller's: both look the same. */
export class NotFound extends HttpApiError.Problem<NotFound>()(
  "NotFound",
  { type: "/problems#not-found", status: 404, title: "There is no such thing" },
  {
    code: Schema.Literals([
      "ROUTE_NOT_FOUND",
      "ACCOUNT_NOT_FOUND",
      "CLIENT_NOT_FOUND",
      "ORDER_NOT_FOUND",
      "POSITION_NOT_FOUND",
      "DEPOSIT_NOT_FOUND",
      "WITHDRAWAL_NOT_FOUND",
      "KYC_DOCUMENT_NOT_FOUND",
      "KYC_UPLOAD_NOT_FOUND",
      "SYMBOL_NOT_FOUND",
      "GROUP_NOT_FOUND",
      "SESSION_NOT_FOUND",
      "KEY_NOT_FOUND",
      "ENDPOINT_NOT_FOUND",
      "DELIVERY_NOT_FOUND",
      "USER_NOT_FOUND"
    ]),
    context: Schema.optionalKey(RefusalContext),
    traceId
  }
) {}

export class MethodNotAllowed extends HttpApiError.Problem<MethodNotAllowed>()(
  "MethodNotAllowed",
  { type: "/problems#method-not-allowed", status: 405, title: "This path does not know that method" },
  { code: Schema.tag("METHOD_NOT_ALLOWED"), traceId }
) {}

/** The thing is no longer in the state that the request needs. */
export class Conflict extends HttpApiError.Problem<Conflict>()(
  "Conflict",
  { type: "/problems#conflict", status: 409, title: "Its state does not allow that any more" },
  {
    code: Schema.Literals([
      "ORDER_NOT_PENDING",
      "POSITION_CLOSED",
      "DOCUMENT_DECIDED",
      "DOCUMENT_IN_REVIEW",
      "DOCUMENT_NOT_SUBMITTED",
      "DOCUMENT_OPEN",
      "KYC_OFF",
      "UPLOAD_MISSING",
      "UPLOAD_OVER",
      "REQUEST_IN_PROCESS",
      "REQUEST_DECIDED",
      "EMAIL_TAKEN",
      "EXTERNAL_ID_TAKEN",
      "USER_BLOCKED",
      "TWO_FACTOR_ON",
      "TWO_FACTOR_OFF",
      "OWN_USER",
      "PREFERENCES_CHANGED",
      "TOO_MANY_KEYS",
      "TOO_MANY_ENDPOINTS"
    ]),
    context: Schema.optionalKey(RefusalContext),
    version: Schema.optionalKey(Version),
    traceId
  }
) {}

export class PayloadTooLarge extends HttpApiError.Problem<PayloadTooLarge>()(
  "PayloadTooLarge",
  { type: "/problems#payload-too-large", status: 413, title: "The body is larger than is accepted" },
  { code: Schema.tag("PAYLOAD_TOO_LARGE"), traceId }
) {}

export class UnsupportedMediaType extends HttpApiError.Problem<UnsupportedMediaType>()(
  "UnsupportedMediaType",
  { type: "/problems#unsupported-media-type", status: 415, title: "The body must be application/json" },
  { code: Schema.tag("UNSUPPORTED_MEDIA_TYPE"), traceId }
) {}

/** The trading engine's answer to a command that it understood and refused; nothing changed but the journal, where refused orders are kept. */
export class CommandRefused extends HttpApiError.Problem<CommandRefused>()(
  "CommandRefused",
  { type: "/problems#command-refused", status: 422, title: "The command was refused" },
  {
    code: RejectionReason,
    context: RefusalContext,
    version: Version,
    /** Of a refused order, under which it is listed. */
    orderId: Schema.optionalKey(Schema.String),
    traceId
  },
  { identifier: "CommandRefused" }
) {}

export class TooManyRequests extends HttpApiError.Problem<TooManyRequests>()(
  "TooManyRequests",
  { type: "/problems#too-many-requests", status: 429, title: "Too many requests" },
  { code: Schema.tag("TOO_MANY_REQUESTS"), retryAfterSeconds, traceId }
) {}

export class InternalError extends HttpApiError.Problem<InternalError>()(
  "InternalError",
  { type: "/problems#internal-error", status: 500, title: "Something went wrong on our side" },
  { code: Schema.tag("INTERNAL_ERROR"), traceId }
) {}

/**
 * OUTCOME_UNKNOWN: the command was neither done nor refused for sure; send it again with the same Idempotency-Key.
 * ACCOUNT_QUARANTINED: this account is stopped until staff have looked at it. UNAVAILABLE: nothing was changed.
 */
export class ServiceUnavailable extends HttpApiError.Problem<ServiceUnavailable>()(
  "ServiceUnavailable",
  { type: "/problems#service-unavailable", status: 503, title: "Not available right now" },
  {
    code: Schema.Literals(["OUTCOME_UNKNOWN", "ACCOUNT_QUARANTINED", "DOCUMENT_STORE_UNAVAILABLE", "UNAVAILABLE"]),
    retryAfterSeconds,
    traceId
  }
) {}
