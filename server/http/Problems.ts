/** Problems: what goes wrong inside the API, as problem details. Every problem gets the request's trace id here, and a Retry-After where it says when. */
import { Problems } from "#contract/Access.ts"
import {
  IdempotencyKeyMissing,
  InternalError,
  NotFound,
  ValidationFailed,
  VALIDATION_ISSUES_MAX,
  type ValidationIssue
} from "#contract/Problem.ts"
import { RequestId } from "#server/http/RequestId.ts"
import { Effect, Layer, Predicate, SchemaIssue } from "effect"
import { HttpEffect, HttpServerRequest, HttpServerRespondable, HttpServerResponse } from "effect/http"
import { HttpApiError } from "effect/http-api"

const DETAIL_LENGTH_MAX = 200

const formatIssues = SchemaIssue.makeFormatterStandardSchemaV1()

const places = { Params: "path", Query: "query", Headers: "header", Payload: "body" } as const

/** A path that cannot name anything names nothing. */
const notFoundCodes: Readonly<Record<string, NotFound["code"]>> = {
  accountId: "ACCOUNT_NOT_FOUND",
  orderId: "ORDER_NOT_FOUND",
  positionId: "POSITION_NOT_FOUND",
  symbol: "SYMBOL_NOT_FOUND",
  name: "GROUP_NOT_FOUND"
}

const segmentOf = (segment: PropertyKey | { readonly key: PropertyKey }): string =>
  String(typeof segment === "object" ? segment.key : segment)
    .replaceAll("~", "~0")
    .replaceAll("/", "~1")

/** RFC 6901; "" is the whole body. */
const pointerOf = (path: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }>): string =>
  path.map((segment) => `/${segmentOf(segment)}`).join("")

const validationIssues = (error: HttpApiError.HttpApiSchemaError, place: ValidationIssue["in"]): ReadonlyArray<ValidationIssue> =>
  formatIssues(error.cause.issue)
    .issues.slice(0, VALIDATION_ISSUES_MAX)
    .map(({ message, path }) => ({ in: place, pointer: pointerOf(path ?? []), detail: message.slice(0, DETAIL_LENGTH_MAX) }))

/** The problem of a request that does not fit its schema, or of an answer of ours that does not. */
export const problemOfSchemaError = (error: HttpApiError.HttpApiSchemaError, method: string) => {
  if (error.kind === "Body" || error.kind === "ResponseHeaders") return new InternalError({})
  const errors = validationIssues(error, places[error.kind])
  if (error.kind === "Headers" && errors.some((issue) => issue.pointer === "/idempotency-key")) return new IdempotencyKeyMissing({})
  const code = error.kind === "Params" && method !== "PUT" ? notFoundCodes[errors[0]?.pointer.slice(1) ?? ""] : undefined
  return code === undefined ? new ValidationFailed({ errors }) : new NotFound({ code })
}

const retryAfter = (seconds: number) =>
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(HttpServerResponse.setHeader(response, "retry-after", String(seconds)))
  )

/** Problems are made anew for each request, so this one may still be completed. */
const completed = <E>(error: E) =>
  Effect.gen(function* () {
    if (!Predicate.hasProperty(error, "traceId")) return error
    Object.assign(error, { traceId: yield* RequestId })
    if (Predicate.hasProperty(error, "retryAfterSeconds") && typeof error.retryAfterSeconds === "number")
      yield* retryAfter(error.retryAfterSeconds)
    return error
  })

/** Fails with what the endpoint declares; answers what it cannot know of. */
const answered = <E>(error: E | HttpApiError.HttpApiSchemaError) =>
  Effect.gen(function* () {
    if (!HttpApiError.HttpApiSchemaError.is(error)) return yield* Effect.fail(yield* completed(error))
    const request = yield* HttpServerRequest.HttpServerRequest
    const problem = problemOfSchemaError(error, request.method)
    if (problem instanceof InternalError) yield* Effect.logError("An answer does not fit its schema", { cause: String(error.cause) })
    return yield* HttpServerRespondable.toResponse(yield* completed(problem))
  })

export const ProblemsLive = Layer.succeed(
  Problems,
  Problems.of((httpEffect) => httpEffect.pipe(Effect.catch(answered)))
)
