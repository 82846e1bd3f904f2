/** CrmKycGroup: how the CRM reviews documents. */
import { HttpApiEndpoint, HttpApiGroup, OpenApi } from "effect/http-api"
import { requiresScope, ServiceAccess } from "#contract/CrmAccess.ts"
import { DECISION_DESCRIPTION, FILE_DESCRIPTION, fileParams, KycFile, reviewQuery } from "#contract/AdminKycGroup.ts"
import { documentParams } from "#contract/KycGroup.ts"
import { KycDecision, KycReviewPage, KycReviewView } from "#contract/KycViews.ts"
import { Conflict, NotFound, ServiceUnavailable, ValidationFailed } from "#contract/Problem.ts"

export class CrmKycGroup extends HttpApiGroup.make("crmKyc")
  .add(
    HttpApiEndpoint.get("documents", "/crm/kyc", { query: reviewQuery, success: KycReviewPage, error: ServiceUnavailable })
      .annotateMerge(OpenApi.annotations({ summary: "Documents, newest first" }))
      .annotateMerge(requiresScope("kyc:read")),
    HttpApiEndpoint.get("document", "/crm/kyc/:documentId", {
      params: documentParams,
      success: KycReviewView,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "One document" }))
      .annotateMerge(requiresScope("kyc:read")),
    HttpApiEndpoint.get("file", "/crm/kyc/:documentId/files/:side", {
      params: fileParams,
      success: KycFile,
      error: [NotFound, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "A file of a document", description: FILE_DESCRIPTION }))
      .annotateMerge(requiresScope("kyc:read")),
    HttpApiEndpoint.post("startReview", "/crm/kyc/:documentId/review", {
      params: documentParams,
      success: KycReviewView,
      error: [NotFound, Conflict, ServiceUnavailable]
    })
      .annotateMerge(
        OpenApi.annotations({
          summary: "Begin to review a document",
          description: "Not needed before a decision. From now on its client cannot take the document back."
        })
      )
      .annotateMerge(requiresScope("kyc:decide")),
    HttpApiEndpoint.post("decide", "/crm/kyc/:documentId/decision", {
      params: documentParams,
      payload: KycDecision,
      success: KycReviewView,
      error: [NotFound, Conflict, ValidationFailed, ServiceUnavailable]
    })
      .annotateMerge(OpenApi.annotations({ summary: "Decide a document", description: DECISION_DESCRIPTION }))
      .annotateMerge(requiresScope("kyc:decide"))
  )
  .middleware(ServiceAccess)
  .annotateMerge(
    OpenApi.annotations({
      title: "CRM: verification",
      description: "Told of by `kyc.status_changed` when a document is submitted; reviewed here; each change is told the same way."
    })
  ) {}
