/** kycStatus: whether a client is who they say, drawn from their documents. */
import { Schema } from "effect"
import type { KycDocumentState } from "#domain/KycDocumentState.ts"
import { KYC_KINDS, type KycKind, type KycProof } from "#domain/KycKind.ts"

export const KycStatus = Schema.Literals(["notStarted", "pending", "approved", "rejected", "expired"]).annotate({
  identifier: "KycStatus",
  description: "approved: everything that is required is proved. rejected, expired: the client has to send something again"
})
export type KycStatus = typeof KycStatus.Type

export interface JudgedDocument {
  readonly kind: KycKind
  readonly state: KycDocumentState
}

const statusOfState = (state: KycDocumentState): KycStatus => {
  switch (state) {
    case "pendingUpload":
    case "canceled":
      return "notStarted"
    case "submitted":
    case "inReview":
      return "pending"
    case "approved":
    case "rejected":
    case "expired":
      return state
  }
}

/** `documents` oldest first. An approval counts while it lasts, whatever was sent later; what waits for review counts more than what failed. */
export const proofStatus = (proof: KycProof, documents: ReadonlyArray<JudgedDocument>): KycStatus => {
  const statuses = documents.filter(({ kind }) => KYC_KINDS[kind].proves === proof).map(({ state }) => statusOfState(state))
  if (statuses.includes("approved")) return "approved"
  if (statuses.includes("pending")) return "pending"
  return statuses.findLast((status) => status !== "notStarted") ?? "notStarted"
}

/** What the client has to act on comes first. `documents` oldest first. */
export const kycStatus = (required: ReadonlyArray<KycProof>, documents: ReadonlyArray<JudgedDocument>): KycStatus => {
  const statuses = required.map((proof) => proofStatus(proof, documents))
  if (statuses.every((status) => status === "approved")) return "approved"
  for (const status of ["rejected", "expired"] as const) if (statuses.includes(status)) return status
  return statuses.every((status) => status === "notStarted") ? "notStarted" : "pending"
}
