/** Problems: what goes wrong inside the API, as problem details. */
import { Problems } from "#contract/Access.ts"
import { IdempotencyKeyMissing, InternalError, NotFound, ValidationFailed, VALIDATION_ISSUES_MAX } from "#contract/Problem.ts"
import type { ValidationIssue } from "#contract/ValidationIssue.ts"
import { completeProblem } from "#server/http/completeProblem.ts"
import { Effect, Layer, SchemaIssue } from "effect"
import { HttpServerRequest, HttpServerRespondable } from "effect/http"
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
  name: "GROUP_NOT_FOUND",
  sessionId: "SESSION_NOT_FOUND",
  userId: "USER_NOT_FOUND",
  keyId: "KEY_NOT_FOUND",
  uploadId: "KYC_UPLOAD_NOT_FOUND",
  documentId: "KYC_DOCUMENT_NOT_FOUND",
  side: "KYC_DOCUMENT_NOT_FOUND"
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

/** Fails with what the endpoint declares; answers what it cannot know of. */
const answered = <E>(error: E | HttpApiError.HttpApiSchemaError) =>
  Effect.gen(function* () {
    if (!HttpApiError.HttpApiSchemaError.is(error)) return yield* Effect.fail(yield* completeProblem(error))
    const request = yield* HttpServerRequest.HttpServerRequest
    const problem = problemOfSchemaError(error, request.method)
    if (problem instanceof InternalError) yield* Effect.logError("An answer does not fit its schema", { cause: String(error.cause) })
    return yield* HttpServerRespondable.toResponse(yield* completeProblem(problem))
  })

export const ProblemsLive = Layer.succeed(
  Problems,
  Problems.of((httpEffect) => httpEffect.pipe(Effect.catch(answered)))
)
