/** KycDocumentState: where a document stands. actors/kyc/documentLifecycle.ts says which way leads where. */
import { Schema } from "effect"

/** `pendingUpload` waits for its other side; the last three are over. */
export const KycDocumentState = Schema.Literals([
  "pendingUpload",
  "submitted",
  "inReview",
  "approved",
  "rejected",
  "expired",
  "canceled"
]).annotate({
  identifier: "KycDocumentState",
  description:
    "pendingUpload: a side is missing; submitted: waits for review; inReview: somebody looks at it; approved, rejected: decided; expired: was approved and its date has passed; canceled: taken back by the client"
})
export type KycDocumentState = typeof KycDocumentState.Type

/** Of these a client has one per kind at a time. */
export const OPEN_STATES: ReadonlySet<KycDocumentState> = new Set(["pendingUpload", "submitted", "inReview"])

/** Why a document was turned down, so that programs and translations can tell; words of the reviewer's own come beside it. */
export const KycRejection = Schema.Literals([
  "unreadable",
  "incomplete",
  "expired",
  "tooOld",
  "wrongKind",
  "nameMismatch",
  "addressMismatch",
  "altered",
  "other"
]).annotate({ identifier: "KycRejection", description: "Why a document was turned down" })
export type KycRejection = typeof KycRejection.Type
