/** AuditApi: the audit trail in pages, and whole as CSV. Reading it is written into it. */
import { Api } from "#contract/Api.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { AuditTrail } from "#db/AuditTrail.ts"
import { auditCsvHead, auditCsvLine } from "#server/audit/auditCsv.ts"
import { note } from "#server/audit/AuditNote.ts"
import { unavailable } from "#server/api/refusals.ts"
import { setAnswerHeaders } from "#server/http/Exchange.ts"
import { Effect, Stream } from "effect"
import { HttpApiBuilder } from "effect/http-api"

const asAttachment = setAnswerHeaders({ "content-disposition": 'attachment; filename="audit.csv"' })

export const AuditApi = HttpApiBuilder.group(Api, "audit", (handlers) =>
  handlers.handleAll({
    auditTrail: Effect.fnUntraced(function* ({ query: { cursor, limit, ...filter } }) {
      const trail = yield* AuditTrail
      const page = yield* trail.page(filter, { limit: limit ?? PAGE_LIMIT, cursor }).pipe(Effect.mapError(unavailable))
      return {
        entries: page.rows.map((entry) => ({ ...entry, impersonatedBy: entry.impersonatedBy ?? null })),
        nextCursor: page.cursor === undefined ? null : String(page.cursor)
      }
    }),
    exportAuditTrail: Effect.fnUntraced(function* ({ query }) {
      const trail = yield* AuditTrail
      yield* note({ always: true, after: query })
      yield* asAttachment
      return Stream.make(auditCsvHead).pipe(
        Stream.concat(Stream.map(trail.stream(query), auditCsvLine)),
        Stream.encodeText,
        // half a file is cut off, so that nobody takes it for whole
        Stream.orDie
      )
    })
  })
)
