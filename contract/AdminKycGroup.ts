/** AdminKycGroup: what staff do about clients' documents. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { AllowedRoles, Session } from "#contract/Access.ts"
import { STAFF, type Role } from "#contract/Role.ts"
import { documentParams } from "#contract/KycGroup.ts"
import { KycDecision, KycDocumentId, KycReviewPage, KycReviewView } from "#contract/KycViews.ts"
import { Conflict, NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { pageQuery } from "#contract/Wire.ts"
import { KycDocumentState } from "#domain/KycDocumentState.ts"
import { KycSide } from "#domain/KycKind.ts"

/** Who may look at documents and decide. */
const REVIEWERS: ReadonlyArray<Role> = ["support", "risk", "admin"]

export const reviewQuery = {
  ...pageQuery,
  state: Schema.optionalKey(KycDocumentState),
  userId: Schema.optionalKey(UserId)
}
export const fileParams = { documentId: KycDocumentId, side: KycSide }
/** The file as it was uploaded. */
export const KycFile = Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "application/octet-stream" }))

export const DECISION_DESCRIPTION =
  "An approval needs the date that its kind asks for (`kinds` of `GET /kyc`). The same decision again is answered the same and changes nothing; " +
  "one that contradicts what was decided is 409 `DOCUMENT_DECIDED`. The client is told at once, the CRM by `kyc.status_changed`."
export const FILE_DESCRIPTION =
  "Sent as an attachment with `nosniff` and a sandboxed policy, whatever it is: a viewer of your own decides how to show it. Each look is audited."

export class AdminKycGroup extends HttpApiGroup.make("adminKyc")
  .add(
    HttpApiEndpoint.get("reviews", "/admin/kyc", { query: reviewQuery, success: KycReviewPage, error: ServiceUnavailable })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "Documents of all clients, newest first" })),
    HttpApiEndpoint.get("review", "/admin/kyc/:documentId", {
      params: documentParams,
      success: KycReviewView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotate(AllowedRoles, STAFF)
      .annotateMerge(OpenApi.annotations({ summary: "One document" })),
    HttpApiEndpoint.get("file", "/admin/kyc/:documentId/files/:side", {
      params: fileParams,
      success: KycFile,
      error: [NotFound, ServiceUnavailable]
    })
      .annotate(AllowedRoles, REVIEWERS)
      .annotateMerge(OpenApi.annotations({ summary: "A file of a document", description: FILE_DESCRIPTION })),
    HttpApiEndpoint.post("startReview", "/admin/kyc/:documentId/review", {
      params: documentParams,
      success: KycReviewView,
      error: [NotFound, Conflict, ServiceUnavailable]
    })
      .annotate(AllowedRoles, REVIEWERS)
      .annotateMerge(
        OpenApi.annotations({ summary: "Begin to review a document", description: "Its client cannot take it back any more." })
      ),
    HttpApiEndpoint.post("decide", "/admin/kyc/:documentId/decision", {
      params: documentParams,
      payload: KycDecision,
      success: KycReviewView,
      error: [NotFound, Conflict, ValidationFailed, ServiceUnavailable]
    })
      .annotate(AllowedRoles, REVIEWERS)
      .annotateMerge(OpenApi.annotations({ summary: "Decide a document", description: DECISION_DESCRIPTION }))
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Verification of clients", description: "For staff." })) {}
