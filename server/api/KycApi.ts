/** KycApi: clients' own documents. */
import { CurrentUser } from "#contract/Access.ts"
import { Api } from "#contract/Api.ts"
import { note } from "#server/audit/AuditNote.ts"
import { Kyc } from "#server/kyc/Kyc.ts"
import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"

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
    })
  })
)
