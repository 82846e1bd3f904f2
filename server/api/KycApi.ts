/** KycApi: clients' own documents, and what staff do about all of them. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { PAGE_LIMIT } from "#contract/Wire.ts"
import type { KycVerdict } from "#actors/kyc/judgeDecision.ts"
import type { KycDecision } from "#contract/KycViews.ts"
import { KycRecords, type KycReview } from "#db/KycRecords.ts"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"
import type { KycSide } from "#domain/KycKind.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { Kyc } from "#server/kyc/Kyc.ts"
import { reviewView } from "#server/kyc/kycViews.ts"
import { Effect } from "effect"
import { HttpEffect, HttpServerResponse } from "effect/http"
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

const verdictOf = (decision: KycDecision): KycVerdict => decision

export const decideDocument = Effect.fnUntraced(function* (documentId: string, decision: KycDecision, decidedBy: string) {
  yield* note({ subject: `document:${documentId}`, after: decision })
  const { before, review } = yield* Kyc.use((kyc) => kyc.decide(documentId, verdictOf(decision), decidedBy))
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
  HttpEffect.appendPreResponseHandler((_request, response) =>
    Effect.succeed(
      HttpServerResponse.setHeaders(response, {
        "content-disposition": `attachment; filename="${name}"`,
        "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "cache-control": "no-store"
      })
    )
  )

/** Each look at a document is in the audit trail. */
export const documentFile = Effect.fnUntraced(function* (documentId: string, side: KycSide) {
  yield* note({ subject: `document:${documentId}`, always: true, after: { side } })
  const { bytes, document, file } = yield* Kyc.use((kyc) => kyc.file(documentId, side))
  yield* noteReview(document, { side, always: true })
  yield* asAttachment(`${document.kind}-${side}.${EXTENSIONS[file.contentType]}`)
  return bytes
})

export const KycApi = HttpApiBuilder.group(Api, "kyc", (handlers) =>
  handlers.handleAll({
    overview: Effect.fnUntraced(function* () {
      const { userId } = yield* CurrentUser
      return yield* Kyc.use((kyc) => kyc.overview(userId))
    }),
    requestUpload: Effect.fnUntraced(function* ({ payload }) {
      const { userId } = yield* CurrentUser
      yield* note({ subject: `user:${userId}`, after: payload })
      return yield* Kyc.use((kyc) => kyc.requestUpload(userId, payload))
    }),
    confirmUpload: Effect.fnUntraced(function* ({ params: { uploadId } }) {
      const { userId } = yield* CurrentUser
      yield* note({ subject: `user:${userId}`, after: { uploadId } })
      const document = yield* Kyc.use((kyc) => kyc.confirmUpload(uploadId, userId))
      const { documentId, kind, state } = document
      yield* note({ after: { uploadId, documentId, kind, state } })
      return document
    }),
    cancelUpload: Effect.fnUntraced(function* ({ params: { uploadId } }) {
      const { userId } = yield* CurrentUser
      yield* note({ subject: `user:${userId}`, after: { uploadId } })
      yield* Kyc.use((kyc) => kyc.cancelUpload(uploadId, userId))
    }),
    cancelDocument: Effect.fnUntraced(function* ({ params: { documentId } }) {
      const { userId } = yield* CurrentUser
      yield* note({ subject: `user:${userId}`, after: { documentId, state: "canceled" } })
      yield* Kyc.use((kyc) => kyc.cancelDocument(documentId, userId))
    }),
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
