/** AdminKycApi: clients' documents as staff, and the CRM, review them. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import type { KycDecision } from "#contract/KycViews.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import { KycRecords, type KycReview } from "#db/KycRecords.ts"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"
import type { KycSide } from "#domain/KycKind.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { setAnswerHeaders } from "#server/http/Exchange.ts"
import { Kyc } from "#server/kyc/Kyc.ts"
import { reviewView } from "#server/kyc/kycViews.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

export interface KycReviewQuery {
  readonly limit?: number
  readonly cursor?: number
  readonly state?: KycDocumentState
  readonly userId?: string
}

export const reviewPage = Effect.fnUntraced(function* ({ cursor, limit, state, userId }: KycReviewQuery) {
  const records = yield* KycRecords
  const page = yield* records.page({ state, userId }, { limit: limit ?? PAGE_LIMIT, cursor }).pipe(Effect.mapError(unavailable))
  return { documents: page.rows.map(reviewView), nextCursor: page.cursor === undefined ? null : String(page.cursor) }
})

export const oneReview = (documentId: string) =>
  Effect.map(
    Kyc.use((kyc) => kyc.review(documentId)),
    reviewView
  )

/** Whose document it is about, for the audit trail. */
const noteReview = ({ documentId, kind, state, userId }: KycReview, more: { readonly side?: KycSide; readonly always?: boolean } = {}) =>
  note({
    subject: `user:${userId}`,
    after: { documentId, kind, state, ...(more.side === undefined ? {} : { side: more.side }) },
    ...(more.always === undefined ? {} : { always: more.always })
  })

export const beginReview = Effect.fnUntraced(function* (documentId: string) {
  const review = yield* Kyc.use((kyc) => kyc.startReview(documentId))
  yield* noteReview(review)
  return reviewView(review)
})

export const decideDocument = Effect.fnUntraced(function* (documentId: string, decision: KycDecision, decidedBy: string) {
  yield* note({ subject: `document:${documentId}`, after: decision })
  const { before, review } = yield* Kyc.use((kyc) => kyc.decide(documentId, decision, decidedBy))
  const { kind, rejection, userId } = review
  yield* note({
    subject: `user:${userId}`,
    before: { documentId, state: before.state },
    after: { documentId, kind, ...decision },
    ...(rejection === undefined ? {} : { reason: rejection })
  })
  return reviewView(review)
})

const EXTENSIONS = { "application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png" } as const

/** Nothing in it runs, whoever opens it where. */
const asAttachment = (name: string) =>
  setAnswerHeaders({
    "content-disposition": `attachment; filename="${name}"`,
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "cache-control": "no-store"
  })

/** Each look at a document is in the audit trail. */
export const documentFile = Effect.fnUntraced(function* (documentId: string, side: KycSide) {
  yield* note({ subject: `document:${documentId}`, always: true, after: { side } })
  const { bytes, document, file } = yield* Kyc.use((kyc) => kyc.file(documentId, side))
  yield* noteReview(document, { side, always: true })
  yield* asAttachment(`${document.kind}-${side}.${EXTENSIONS[file.contentType]}`)
  return bytes
})

export const AdminKycApi = HttpApiBuilder.group(Api, "adminKyc", (handlers) =>
  handlers.handleAll({
    reviews: ({ query }) => reviewPage(query),
    review: ({ params: { documentId } }) => oneReview(documentId),
    file: ({ params: { documentId, side } }) => documentFile(documentId, side),
    startReview: ({ params: { documentId } }) => beginReview(documentId),
    decide: Effect.fnUntraced(function* ({ params: { documentId }, payload }) {
      const { userId } = yield* CurrentUser
      return yield* decideDocument(documentId, payload, userId)
    })
  })
)
