/** ValidationIssue: one place where a request does not fit its documented shape. */
import { Schema } from "effect"

/** Where a request is wrong: `pointer` is a JSON pointer (RFC 6901) into the body, or `/name` of a parameter or header. */
export const ValidationIssue = Schema.Struct({
  in: Schema.Literals(["body", "query", "path", "header"]),
  pointer: Schema.String,
  detail: Schema.String
}).annotate({
  identifier: "ValidationIssue",
  examples: [{ in: "body", pointer: "/lots", detail: "Expected a decimal string such as 1.10512" }]
})
export interface ValidationIssue extends Schema.Schema.Type<typeof ValidationIssue> {}
