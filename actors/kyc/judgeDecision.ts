/** judgeDecision: what a reviewer's decision makes of a document. */
import { documentTransitions } from "#actors/kyc/documentLifecycle.ts"
import type { KycDocumentState, KycRejection } from "#domain/KycDocumentState.ts"
import { KYC_KINDS, type KycKind } from "#domain/KycKind.ts"

const DAY_MILLIS = 24 * 60 * 60 * 1000

/** Dates are `2031-05-17`. */
export type KycVerdict =
  | { readonly decision: "approve"; readonly expiresOn?: string | undefined; readonly issuedOn?: string | undefined }
  | { readonly decision: "reject"; readonly reason: KycRejection; readonly comment?: string | undefined }

export interface DecidedDocument {
  readonly kind: KycKind
  readonly state: KycDocumentState
  readonly submittedAt: number | undefined
  readonly rejection: KycRejection | undefined
  readonly comment: string | undefined
  readonly issuedOn: string | undefined
  readonly expiresOn: string | undefined
}

/** What is written down; a field that is undefined is empty afterwards. */
export interface KycOutcome {
  readonly state: KycDocumentState
  readonly rejection: KycRejection | undefined
  readonly comment: string | undefined
  readonly issuedOn: string | undefined
  readonly expiresOn: string | undefined
  readonly validUntil: number | undefined
}

export type KycJudgment =
  | { readonly _tag: "Taken"; readonly outcome: KycOutcome }
  /** Decided so before: nothing changes. */
  | { readonly _tag: "Repeated" }
  /** Decided otherwise. */
  | { readonly _tag: "Contradicted" }
  /** There is nothing to review: a side is missing, or the client took it back. */
  | { readonly _tag: "NotSubmitted" }
  /** `field` of the decision is missing or wrong. */
  | { readonly _tag: "Unfit"; readonly field: "expiresOn" | "issuedOn"; readonly detail: string }

const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10)

const isSame = (document: DecidedDocument, verdict: KycVerdict): boolean => {
  if (verdict.decision === "reject")
    return document.state === "rejected" && document.rejection === verdict.reason && document.comment === verdict.comment
  const wasApproved = document.state === "approved" || document.state === "expired"
  return wasApproved && document.expiresOn === verdict.expiresOn && document.issuedOn === verdict.issuedOn
}

const unfit = (field: "expiresOn" | "issuedOn", detail: string): KycJudgment => ({ _tag: "Unfit", field, detail })

const judgeDates = (
  document: DecidedDocument,
  verdict: KycVerdict & { readonly decision: "approve" },
  now: number
): KycJudgment | undefined => {
  const { ageDaysMax, hasExpiryDate } = KYC_KINDS[document.kind]
  const { expiresOn, issuedOn } = verdict
  if (hasExpiryDate && expiresOn === undefined) return unfit("expiresOn", "This kind of document has an expiry date: read it off")
  if (!hasExpiryDate && expiresOn !== undefined) return unfit("expiresOn", "This kind of document has no expiry date")
  if (expiresOn !== undefined && expiresOn < dayOf(now)) return unfit("expiresOn", "The document has expired")
  if (ageDaysMax === null) return undefined
  if (issuedOn === undefined) return unfit("issuedOn", "This kind of document must not be old: read off its date of issue")
  // it may be tomorrow already where it was issued
  if (issuedOn > dayOf(now + DAY_MILLIS)) return unfit("issuedOn", "The document is not issued yet")
  // judged by the day on which it was sent: the client is not to blame for how long the review took
  const oldest = dayOf((document.submittedAt ?? now) - ageDaysMax * DAY_MILLIS)
  return issuedOn < oldest ? unfit("issuedOn", `The document is older than ${ageDaysMax} days`) : undefined
}

/** Until the end of its last day, in UTC; or as long as approvals of its kind hold. */
const validUntil = (kind: KycKind, expiresOn: string | undefined, now: number): number | undefined => {
  if (expiresOn !== undefined) return Date.parse(`${expiresOn}T00:00:00Z`) + DAY_MILLIS
  const { approvalDays } = KYC_KINDS[kind]
  return approvalDays === null ? undefined : now + approvalDays * DAY_MILLIS
}

const empty = { rejection: undefined, comment: undefined, issuedOn: undefined, expiresOn: undefined, validUntil: undefined } as const

export const judgeDecision = (document: DecidedDocument, verdict: KycVerdict, now: number): KycJudgment => {
  const state = documentTransitions.next(document.state, verdict.decision)
  if (state === undefined) {
    if (document.state === "pendingUpload" || document.state === "canceled") return { _tag: "NotSubmitted" }
    return { _tag: isSame(document, verdict) ? "Repeated" : "Contradicted" }
  }
  if (verdict.decision === "reject")
    return { _tag: "Taken", outcome: { ...empty, state, rejection: verdict.reason, comment: verdict.comment } }
  const wrong = judgeDates(document, verdict, now)
  if (wrong !== undefined) return wrong
  const { expiresOn, issuedOn } = verdict
  return { _tag: "Taken", outcome: { ...empty, state, issuedOn, expiresOn, validUntil: validUntil(document.kind, expiresOn, now) } }
}
