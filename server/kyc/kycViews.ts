/** kycViews: documents as they are answered. */
import type { KycDocumentView, KycReviewView } from "#contract/KycViews.ts"
import type { KycDocument, KycReview } from "#db/KycRecords.ts"
import { KYC_KINDS } from "#domain/KycKind.ts"

const missingSides = ({ files, kind, state }: KycDocument) =>
  state === "pendingUpload" ? KYC_KINDS[kind].sides.filter((side) => files.every((file) => file.side !== side)) : []

export const documentView = (document: KycDocument): KycDocumentView => ({
  documentId: document.documentId,
  kind: document.kind,
  state: document.state,
  sides: document.files.map(({ bytes, contentType, side, uploadedAt }) => ({ side, contentType, bytes, uploadedAt })),
  missing: missingSides(document),
  createdAt: document.createdAt,
  submittedAt: document.submittedAt ?? null,
  decidedAt: document.decidedAt ?? null,
  rejection: document.rejection ?? null,
  comment: document.comment ?? null,
  validUntil: document.validUntil ?? null
})

export const reviewView = (review: KycReview): KycReviewView => ({
  ...documentView(review),
  userId: review.userId,
  email: review.email,
  name: review.name ?? null,
  status: review.status,
  sides: review.files.map(({ bytes, contentType, sha256, side, uploadedAt }) => ({ side, contentType, bytes, uploadedAt, sha256 })),
  issuedOn: review.issuedOn ?? null,
  expiresOn: review.expiresOn ?? null,
  decidedBy: review.decidedBy ?? null
})
