/** KycGroup: how clients prove who they are. */
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { Session } from "#contract/Access.ts"
import {
  KycDocumentId,
  KycDocumentView,
  KycFileRefused,
  KycOverviewAnswer,
  KycUploadId,
  KycUploadPermission,
  KycUploadRequest
} from "#contract/KycViews.ts"
import { Conflict, NotFound, ServiceUnavailable, TooManyRequests, ValidationFailed } from "#contract/Problem.ts"

export const documentParams = { documentId: KycDocumentId }

export class KycGroup extends HttpApiGroup.make("kyc")
  .add(
    HttpApiEndpoint.get("overview", "/kyc", { success: KycOverviewAnswer, error: ServiceUnavailable }).annotateMerge(
      OpenApi.annotations({ summary: "What is proved, what is missing, and which documents are taken" })
    ),
    HttpApiEndpoint.post("requestUpload", "/kyc/uploads", {
      payload: KycUploadRequest,
      success: KycUploadPermission.pipe(HttpApiSchema.status(201)),
      error: [Conflict, ValidationFailed, TooManyRequests, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Ask to upload a file",
        description:
          "Answers a URL that is good for five minutes, for one PUT of exactly this type and length. Then confirm the upload: nothing exists " +
          "until then. A newer permission for the same side takes the place of the one before."
      })
    ),
    HttpApiEndpoint.post("confirmUpload", "/kyc/uploads/:uploadId/confirm", {
      params: { uploadId: KycUploadId },
      success: KycDocumentView,
      error: [KycFileRefused, NotFound, Conflict, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({
        summary: "Confirm an upload",
        description:
          "The file is read, judged by its content and kept; with its last side a document goes to review. Confirmed again, it is answered the " +
          "same. 503 `DOCUMENT_STORE_UNAVAILABLE`: nothing was kept or lost, confirm again."
      })
    ),
    HttpApiEndpoint.delete("cancelUpload", "/kyc/uploads/:uploadId", {
      params: { uploadId: KycUploadId },
      error: [NotFound, ServiceUnavailable]
    }).annotateMerge(OpenApi.annotations({ summary: "Give a permission back", description: "What was uploaded with it is removed." })),
    HttpApiEndpoint.delete("cancelDocument", "/kyc/documents/:documentId", {
      params: documentParams,
      error: [NotFound, Conflict, ServiceUnavailable]
    }).annotateMerge(
      OpenApi.annotations({ summary: "Take back a document that nobody reviews yet", description: "Its files are removed." })
    )
  )
  .middleware(Session)
  .annotateMerge(OpenApi.annotations({ title: "Verification", description: "Documents by which clients prove who they are." })) {}
