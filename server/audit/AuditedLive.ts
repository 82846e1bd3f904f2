/**
 * AuditedLive: one entry of the audit trail for each request that changes something, and for each that was refused to somebody.
 *
 * A request that is malformed or comes too often is nobody's act and leaves none. Trading is written behind the answer: the journal holds
 * it already, in the transaction of its events; everything else before.
 */
import { Audited } from "#contract/Access.ts"
import { AuditTrail, type AuditData } from "#db/AuditTrail.ts"
import { decimalsAsText } from "#domain/Decimal.ts"
import { changesNothing } from "#server/http/changesNothing.ts"
import { clientIp } from "#server/http/clientIp.ts"
import { Exchange, type Note } from "#server/http/Exchange.ts"
import { Cause, Clock, Effect, Exit, Layer, Predicate } from "effect"
import { HttpRouter, HttpServerRequest } from "effect/http"

const USER_AGENT_LENGTH_MAX = 256
/** Groups whose acts the journal keeps. */
const JOURNALED: ReadonlySet<string> = new Set(["trading"])
/** Questions that are asked by POST because they have a body, and how somebody likes the page. */
const NO_ACTS: ReadonlySet<string> = new Set(["trading.previewOrder", "preferences.savePreferences"])
/** Not written down: nothing was done, and nobody in particular was refused. */
const UNTOLD: ReadonlySet<string> = new Set([
  "UNSUPPORTED_MEDIA_TYPE",
  "VALIDATION_FAILED",
  "IDEMPOTENCY_KEY_MISSING",
  "TOO_MANY_REQUESTS",
  "UNAVAILABLE"
])
/** Of reads: somebody tried what is not theirs. An account that nobody has is written down like one of another's: both answers take the same time. */
const TOLD_OF_READS: ReadonlySet<string> = new Set(["ACCOUNT_NOT_FOUND", "FORBIDDEN", "SCOPE_MISSING", "IMPERSONATION_RESTRICTED"])

/** "done", the code of the problem, INTERRUPTED when the client hung up meanwhile, or undefined for what no code names. */
const outcomeOf = (exit: Exit.Exit<unknown, unknown>): string | undefined => {
  if (Exit.isSuccess(exit)) return "done"
  if (Cause.hasInterruptsOnly(exit.cause)) return "INTERRUPTED"
  const error = Cause.squash(exit.cause)
  return Predicate.hasProperty(error, "code") && typeof error.code === "string" ? error.code : undefined
}

const isTold = (method: string, outcome: string | undefined, { always = false }: Note): outcome is string => {
  if (outcome === undefined || UNTOLD.has(outcome)) return false
  return always || !changesNothing(method) || TOLD_OF_READS.has(outcome)
}

/** Groups of what people do about themselves. */
const OWN: ReadonlySet<string> = new Set(["auth", "profile", "kyc"])

const subjectOf = (params: Readonly<Record<string, string | undefined>>): string | undefined => {
  if (params["accountId"] !== undefined) return `account:${params["accountId"]}`
  return params["userId"] === undefined ? undefined : `user:${params["userId"]}`
}

/** Amounts as everybody reads them. */
const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value, decimalsAsText))

/** As much of it as anybody will read. */
export const userAgentOf = (request: HttpServerRequest.HttpServerRequest): string =>
  (request.headers["user-agent"] ?? "").replace(/\p{Cc}/gu, "").slice(0, USER_AGENT_LENGTH_MAX)

export const AuditedLive = Layer.effect(
  Audited,
  Effect.map(AuditTrail, (trail) => {
    const append = (data: AuditData) =>
      trail
        .append(data)
        .pipe(Effect.catch((error) => Effect.logError("An act was not written into the audit trail", { ...data, cause: error.cause })))

    const entryOf = Effect.fnUntraced(function* (group: string, endpoint: string, outcome: string, { note, requestId }: Exchange) {
      const request = yield* HttpServerRequest.HttpServerRequest
      const entry: AuditData = {
        at: yield* Clock.currentTimeMillis,
        action: `${group}.${endpoint}`,
        outcome,
        actorId: note.actorId ?? null,
        actorRole: note.actorRole ?? null,
        ...(note.impersonatedBy === undefined ? {} : { impersonatedBy: note.impersonatedBy }),
        subject:
          note.subject ??
          subjectOf(yield* HttpRouter.params) ??
          (OWN.has(group) && note.actorId !== undefined ? `user:${note.actorId}` : null),
        ip: clientIp(request),
        userAgent: userAgentOf(request),
        requestId,
        reason: note.reason ?? null,
        before: json(note.before),
        after: json(note.after)
      }
      return entry
    })

    return Audited.of((httpEffect, { endpoint, group: { identifier: group } }) => {
      if (NO_ACTS.has(`${group}.${endpoint.identifier}`)) return httpEffect
      const write = JOURNALED.has(group) ? (data: AuditData) => Effect.forkDetach(append(data)) : append
      return Effect.onExit(httpEffect, (exit) =>
        Effect.flatMap(Exchange, (exchange) => {
          const outcome = exchange.note.outcome ?? outcomeOf(exit)
          return isTold(endpoint.method, outcome, exchange.note)
            ? Effect.asVoid(Effect.flatMap(entryOf(group, endpoint.identifier, outcome, exchange), write))
            : Effect.void
        })
      )
    })
  })
)
