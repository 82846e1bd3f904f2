/** Failure: why a request has no answer to show, reduced to what the page needs to say it in words. */
import { Schema } from "effect"
import { ValidationIssue } from "#contract/ValidationIssue.ts"

const Problem = Schema.Struct({
  code: Schema.String,
  context: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  retryAfterSeconds: Schema.optionalKey(Schema.Int),
  errors: Schema.optionalKey(Schema.Array(ValidationIssue)),
  challenge: Schema.optionalKey(Schema.String),
  traceId: Schema.String
})

export interface Failure {
  /** The problem's stable code; UNREACHABLE when no answer came, UNREADABLE when it came and does not fit the contract. */
  readonly code: string
  readonly context: Readonly<Record<string, string>>
  readonly retryAfterSeconds: number | undefined
  /** Where a request does not fit, by JSON pointer. */
  readonly issues: ReadonlyArray<ValidationIssue>
  /** Of a sign-in that needs a second step. */
  readonly challenge: string | undefined
}

const isProblem = Schema.is(Problem)

export const failureWith = (code: string, rest: Partial<Failure> = {}): Failure => ({
  context: {},
  retryAfterSeconds: undefined,
  issues: [],
  challenge: undefined,
  ...rest,
  code
})

/** Of an answer that says no; `problem` is its body, or what came in place of one. */
export const failureOf = (problem: unknown): Failure => {
  if (!isProblem(problem)) return failureWith("UNREADABLE")
  const { code, context = {}, retryAfterSeconds, errors = [], challenge } = problem
  return { code, context, retryAfterSeconds, issues: errors, challenge }
}

/** Whether it is not known if the command was done: only the same command with the same key may be sent then. */
export const isOutcomeUnknown = (failure: Failure): boolean =>
  failure.code === "UNREACHABLE" || failure.code === "OUTCOME_UNKNOWN" || failure.code === "UNREADABLE"
