/** Failure: why a request has no answer to show, reduced to what the page needs to say it in words. */
import { Schema } from "effect"
import { HttpClientError } from "effect/http"

const Problem = Schema.Struct({
  code: Schema.String,
  context: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  retryAfterSeconds: Schema.optionalKey(Schema.Int),
  traceId: Schema.String
})

export interface Failure {
  /** The problem's stable code; UNREACHABLE when no answer came, UNREADABLE when it came and does not fit the contract. */
  readonly code: string
  readonly context: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined
  readonly traceId: string | undefined
}

const isProblem = Schema.is(Problem)

export const failureOf = (error: unknown): Failure => {
  if (isProblem(error))
    return { code: error.code, context: error.context ?? {}, retryAfterSeconds: error.retryAfterSeconds, traceId: error.traceId }
  const unreachable = error instanceof HttpClientError.HttpClientError && error.reason._tag === "TransportError"
  return { code: unreachable ? "UNREACHABLE" : "UNREADABLE", context: {}, retryAfterSeconds: undefined, traceId: undefined }
}

/** Whether it is not known if the command was done: only the same command with the same key may be sent then. */
export const isOutcomeUnknown = (failure: Failure): boolean =>
  failure.code === "UNREACHABLE" || failure.code === "OUTCOME_UNKNOWN" || failure.code === "UNREADABLE"
