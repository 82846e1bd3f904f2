/** CrmKycApi: documents as the CRM reviews them. */
import { Api } from "#contract/Api.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { beginReview, decideDocument, documentFile, oneReview, reviewPage } from "#server/api/AdminKycApi.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

export const CrmKycApi = HttpApiBuilder.group(Api, "crmKyc", (handlers) =>
  handlers.handleAll({
    documents: ({ query }) => reviewPage(query),
    document: ({ params: { documentId } }) => oneReview(documentId),
    file: ({ params: { documentId, side } }) => documentFile(documentId, side),
    startReview: ({ params: { documentId } }) => beginReview(documentId),
    decide: Effect.fnUntraced(function* ({ params: { documentId }, payload }) {
      const { id } = yield* CurrentService
      return yield* decideDocument(documentId, payload, id)
    })
  })
)
