/** KycViews: documents and verification as they cross the wire. */
import { Effect, Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { KycDocumentState, KycRejection } from "#domain/KycDocumentState.ts"
import { KycFileRefusal, KycFileType } from "#domain/KycFile.ts"
import { KYC_FILE_BYTES_MAX } from "#domain/kycFileLimits.ts"
import { KYC_KINDS, KycKind, KycProof, KycSide } from "#domain/KycKind.ts"
import { KycStatus } from "#domain/kycStatus.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { CalendarDate, Instant, NextCursor, PAGE_LIMIT_MAX, plainText } from "#contract/Wire.ts"

/** Documents of one client that are listed, the newest. */
export const KYC_DOCUMENTS_MAX = 100
const SIDES_MAX = KycSide.literals.length
const KINDS_MAX = KycKind.literals.length
const PROOFS_MAX = KycProof.literals.length
const COMMENT_LENGTH_MAX = 500
const DAYS_MAX = 36_600
const URL_LENGTH_MAX = 4_096

export const KycDocumentId = Schema.String.check(
  Schema.isPattern(/^doc_[0-9a-f]{32}$/u, { expected: "a document id such as doc_6f1c2c1e8b0a4b529a616a1b0d0f2a77" })
).annotate({ description: "A document", examples: ["doc_6f1c2c1e8b0a4b529a616a1b0d0f2a77"] })
export const KycUploadId = Schema.String.check(
  Schema.isPattern(/^up_[0-9a-f]{32}$/u, { expected: "an upload id such as up_0a4b529a616a1b0d0f2a776f1c2c1e8b" })
).annotate({ description: "The permission to upload one file", examples: ["up_0a4b529a616a1b0d0f2a776f1c2c1e8b"] })

const FileBytes = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: KYC_FILE_BYTES_MAX })).annotate({
  description: `Exact length in bytes, at most ${KYC_FILE_BYTES_MAX}`
})

// ---- what clients see

export const KycSideView = Schema.Struct({ side: KycSide, contentType: KycFileType, bytes: FileBytes, uploadedAt: Instant }).annotate({
  identifier: "KycSideOfDocument"
})

export const KycDocumentView = Schema.Struct({
  documentId: KycDocumentId,
  kind: KycKind,
  state: KycDocumentState,
  sides: Schema.Array(KycSideView).check(Schema.isMaxLength(SIDES_MAX)),
  /** Sides that are still to be uploaded. */
  missing: Schema.Array(KycSide).check(Schema.isMaxLength(SIDES_MAX)),
  createdAt: Instant,
  submittedAt: Schema.NullOr(Instant),
  decidedAt: Schema.NullOr(Instant),
  /** Why it was turned down; null unless it was. */
  rejection: Schema.NullOr(KycRejection),
  /** In the reviewer's words, to the client. */
  comment: Schema.NullOr(plainText(1, COMMENT_LENGTH_MAX)),
  /** Until when the approval holds; null for ever, or where there is none. */
  validUntil: Schema.NullOr(Instant)
})
export interface KycDocumentView extends Schema.Schema.Type<typeof KycDocumentView> {}

export const KycKindView = Schema.Struct({
  kind: KycKind,
  proves: KycProof,
  sides: Schema.Array(KycSide).check(Schema.isBetweenLength(1, SIDES_MAX)),
  hasExpiryDate: Schema.Boolean,
  /** Days since its date of issue; null where age does not matter. */
  ageDaysMax: Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: DAYS_MAX })))
}).annotate({ identifier: "KycKindRules" })

/** What stops until the client is approved. */
export const KycGate = Schema.Literals(["withdrawal", "trading"]).annotate({
  identifier: "KycGate",
  description: "What a client may not do until approved; trading: opening only, closing stays allowed"
})
export type KycGate = typeof KycGate.Type

export const KycOverview = Schema.Struct({
  /** False where nobody has to prove anything. */
  enabled: Schema.Boolean,
  status: KycStatus,
  gates: Schema.Array(KycGate).check(Schema.isMaxLength(KycGate.literals.length)),
  required: Schema.Array(Schema.Struct({ proof: KycProof, status: KycStatus }).annotate({ identifier: "KycRequirement" })).check(
    Schema.isMaxLength(PROOFS_MAX)
  ),
  /** Of which each requirement needs one. */
  kinds: Schema.Array(KycKindView).check(Schema.isMaxLength(KINDS_MAX)),
  fileBytesMax: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: KYC_FILE_BYTES_MAX })),
  /** Newest first, without those that were canceled. */
  documents: Schema.Array(KycDocumentView).check(Schema.isMaxLength(KYC_DOCUMENTS_MAX))
})
export interface KycOverview extends Schema.Schema.Type<typeof KycOverview> {}

export const kindViews: ReadonlyArray<typeof KycKindView.Type> = KycKind.literals.map((kind) => {
  const { ageDaysMax, hasExpiryDate, proves, sides } = KYC_KINDS[kind]
  return { kind, proves, sides, hasExpiryDate, ageDaysMax }
})

const exampleDocument = {
  documentId: "doc_6f1c2c1e8b0a4b529a616a1b0d0f2a77",
  kind: "passport",
  state: "submitted",
  sides: [{ side: "page", contentType: "image/jpeg", bytes: 482_113, uploadedAt: 1_795_438_882_123 }],
  missing: [],
  createdAt: 1_795_438_882_123,
  submittedAt: 1_795_438_882_123,
  decidedAt: null,
  rejection: null,
  comment: null,
  validUntil: null
} as const satisfies KycDocumentView

export const KycOverviewAnswer = KycOverview.annotate({
  identifier: "KycOverview",
  examples: [
    {
      enabled: true,
      status: "pending",
      gates: ["withdrawal"],
      required: [
        { proof: "identity", status: "pending" },
        { proof: "address", status: "notStarted" }
      ],
      kinds: kindViews,
      fileBytesMax: KYC_FILE_BYTES_MAX,
      documents: [exampleDocument]
    }
  ]
})

export const KycUploadRequest = Schema.Struct({ kind: KycKind, side: KycSide, contentType: KycFileType, bytes: FileBytes }).annotate({
  identifier: "KycUploadRequest",
  examples: [{ kind: "passport", side: "page", contentType: "image/jpeg", bytes: 482_113 }]
})
export interface KycUploadRequest extends Schema.Schema.Type<typeof KycUploadRequest> {}

export const KycUploadPermission = Schema.Struct({
  uploadId: KycUploadId,
  /** Where to send the file, as it is, and nothing else. */
  url: Schema.String.check(Schema.isMaxLength(URL_LENGTH_MAX)),
  method: Schema.Literal("PUT"),
  /** To be sent exactly so; the length is part of the signature too. */
  headers: Schema.Struct({ "content-type": KycFileType }),
  expiresAt: Instant
}).annotate({
  identifier: "KycUploadPermission",
  examples: [
    {
      uploadId: "up_0a4b529a616a1b0d0f2a776f1c2c1e8b",
      url: "https://files.example.com/keel-documents/uploads/3b1f?X-Amz-Signature=5d41",
      method: "PUT",
      headers: { "content-type": "image/jpeg" },
      expiresAt: 1_795_439_182_123
    }
  ]
})

/** The content decides, whatever the file says of itself. */
export class KycFileRefused extends HttpApiError.Problem<KycFileRefused>()(
  "KycFileRefused",
  { type: "/problems#kyc-file-refused", status: 422, title: "This file is not taken" },
  { code: KycFileRefusal, traceId: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))) }
) {}

// ---- what reviewers see

export const KycReviewSide = Schema.Struct({
  ...KycSideView.fields,
  /** Of what is stored, in hex. */
  sha256: Schema.String.check(Schema.isPattern(/^[0-9a-f]{64}$/u))
}).annotate({ identifier: "KycReviewSide" })

const exampleReview = {
  ...exampleDocument,
  userId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
  email: "client@example.com",
  name: "Ada Lovelace",
  status: "pending",
  sides: [{ ...exampleDocument.sides[0], sha256: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }],
  issuedOn: null,
  expiresOn: null,
  decidedBy: null
} as const

export const KycReviewView = Schema.Struct({
  ...KycDocumentView.fields,
  userId: UserId,
  email: Schema.String.check(Schema.isMaxLength(254)),
  name: Schema.NullOr(Schema.String.check(Schema.isMaxLength(100))),
  /** Of the client as a whole. */
  status: KycStatus,
  sides: Schema.Array(KycReviewSide).check(Schema.isMaxLength(SIDES_MAX)),
  issuedOn: Schema.NullOr(CalendarDate),
  expiresOn: Schema.NullOr(CalendarDate),
  /** Who decided: a user id, or a service and its key. */
  decidedBy: Schema.NullOr(Schema.String.check(Schema.isMaxLength(128)))
}).annotate({
  identifier: "KycReview",
  examples: [exampleReview]
})
export interface KycReviewView extends Schema.Schema.Type<typeof KycReviewView> {}

export const KycReviewPage = Schema.Struct({
  documents: Schema.Array(KycReviewView).check(Schema.isMaxLength(PAGE_LIMIT_MAX)),
  nextCursor: NextCursor
}).annotate({ identifier: "KycReviewPage", examples: [{ documents: [exampleReview], nextCursor: null }] })

export const KycDecision = Schema.Union([
  Schema.Struct({
    decision: Schema.Literal("approve"),
    expiresOn: Schema.optionalKey(
      CalendarDate.annotate({
        description: "Of a kind with an expiry date: read off the document, to come, required",
        examples: ["2031-05-17"]
      })
    ),
    issuedOn: Schema.optionalKey(
      CalendarDate.annotate({ description: "Of a kind that must not be old: read off the document, required", examples: ["2026-10-02"] })
    )
  }),
  Schema.Struct({
    decision: Schema.Literal("reject"),
    reason: KycRejection,
    comment: Schema.optionalKey(plainText(1, COMMENT_LENGTH_MAX).annotate({ description: "To the client, beside the reason" }))
  })
]).annotate({
  identifier: "KycDecision",
  examples: [
    { decision: "approve", expiresOn: "2031-05-17" },
    { decision: "reject", reason: "unreadable", comment: "The lower half is in the dark." }
  ]
})
export type KycDecision = typeof KycDecision.Type
