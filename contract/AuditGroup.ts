/** AuditGroup: who did what, for staff. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import type { Role } from "#contract/Role.ts"
import { ServiceUnavailable } from "#contract/Problem.ts"
import { Instant, NextCursor, pageQuery, plainText } from "#contract/Wire.ts"

const AUDITORS: ReadonlyArray<Role> = ["risk", "admin"]

export const AuditEntryView = Schema.Struct({
  /** Without gaps; each entry's hash covers the one before. */
  sequence: Schema.Int,
  at: Instant,
  /** Such as "auth.login" or "users.blockUser". */
  action: Schema.String,
  /** "done", or the code of the problem that it was refused with. */
  outcome: Schema.String,
  /** Who; null when nobody was signed in. */
  actorId: Schema.NullOr(Schema.String),
  actorRole: Schema.NullOr(Schema.String),
  /** Who looked on as the actor; null of the actor themselves. */
  impersonatedBy: Schema.NullOr(Schema.String),
  /** Whom or what it was about, such as "user:…", "account:100001". */
  subject: Schema.NullOr(Schema.String),
  ip: Schema.String,
  userAgent: Schema.String,
  requestId: Schema.String,
  reason: Schema.NullOr(Schema.String),
  /** JSON; what stood there before and after. */
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String),
  hash: Schema.String
}).annotate({ identifier: "AuditEntry" })
export interface AuditEntryView extends Schema.Schema.Type<typeof AuditEntryView> {}

const filters = {
  action: Schema.optionalKey(plainText(1, 100).annotate({ description: "Whole, such as auth.login, or a group such as auth" })),
  actorId: Schema.optionalKey(plainText(1, 64)),
  subject: Schema.optionalKey(plainText(1, 100)),
  outcome: Schema.optionalKey(plainText(1, 64)),
  ip: Schema.optionalKey(plainText(1, 45)),
  from: Schema.optionalKey(Instant),
  to: Schema.optionalKey(Instant)
}

export class AuditGroup extends HttpApiGroup.make("audit")
  .add(
    HttpApiEndpoint.get("auditTrail", "/admin/audit", {
      query: { ...pageQuery, ...filters },
      success: Schema.Struct({ entries: Schema.Array(AuditEntryView), nextCursor: NextCursor }),
      error: ServiceUnavailable
    }).annotateMerge(OpenApi.annotations({ summary: "The audit trail, newest first" })),
    HttpApiEndpoint.get("exportAuditTrail", "/admin/audit.csv", {
      query: filters,
      success: HttpApiSchema.StreamUint8Array({ contentType: "text/csv" }),
      error: ServiceUnavailable
    }).annotateMerge(
      OpenApi.annotations({
        summary: "The audit trail as CSV, oldest first",
        description: "Streamed. Cells that a spreadsheet would take for a formula begin with an apostrophe."
      })
    )
  )
  .annotateEndpoints(AllowedRoles, AUDITORS)
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Audit trail", description: "Append-only and hash-chained; `npm run verify` checks it." })) {}
