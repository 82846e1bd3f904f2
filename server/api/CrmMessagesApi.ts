/** CrmMessagesApi: messages of the CRM, done as the operations under /crm do it. */
import { Api } from "#contract/Api.ts"
import { CurrentService } from "#contract/CrmAccess.ts"
import { CrmMessage, CrmMessageDone } from "#contract/CrmMessagesGroup.ts"
import { change } from "#server/api/CrmUsersApi.ts"
import { decideDocument } from "#server/api/AdminKycApi.ts"
import { decideFunding, verdictOf } from "#server/api/FundingApi.ts"
import { unavailable } from "#server/api/refusals.ts"
import { note } from "#server/audit/AuditNote.ts"
import { ActiveSessions } from "#server/auth/ActiveSessions.ts"
import { clientOf } from "#server/crm/clientOf.ts"
import { once } from "#server/crm/once.ts"
import { serviceOrigin } from "#server/crm/serviceOrigin.ts"
import { Effect, Schema } from "effect"
import { HttpServerRequest } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"

const obey = Effect.fnUntraced(function* (message: CrmMessage, messageId: string) {
  const service = yield* CurrentService
  switch (message.type) {
    case "deposit.decided":
    case "withdrawal.decided": {
      const { data } = message
      const asked =
        "depositId" in data
          ? ({ kind: "deposit", requestId: data.depositId } as const)
          : ({ kind: "withdrawal", requestId: data.withdrawalId } as const)
      yield* decideFunding({ ...asked, ...verdictOf(data.decision), key: messageId, origin: serviceOrigin(service) })
      return
    }
    case "kyc.decided":
      yield* decideDocument(message.data.documentId, message.data.decision, service.id)
      return
    case "user.changed": {
      const { change: changed, userId } = message.data
      yield* note({ subject: `user:${userId}`, after: changed, ...(changed.reason === undefined ? {} : { reason: changed.reason }) })
      yield* change(userId, changed, `crm webhook ${messageId}`, false)
      return
    }
    case "user.logout": {
      const { reason, userId } = message.data
      yield* note({ subject: `user:${userId}`, reason })
      yield* clientOf(userId)
      yield* ActiveSessions.use((sessions) => sessions.endAllOf(userId, "forcedLogout")).pipe(Effect.mapError(unavailable))
    }
  }
})

const encode = Schema.encodeSync(CrmMessage)

export const CrmMessagesApi = HttpApiBuilder.group(Api, "crmMessages", (handlers) =>
  handlers.handleAll({
    receive: Effect.fnUntraced(function* ({ payload }) {
      const { headers } = yield* HttpServerRequest.HttpServerRequest
      // signed, so it is there
      const messageId = headers["webhook-id"] ?? ""
      const done: typeof CrmMessageDone.Type = { messageId, type: payload.type }
      return yield* once(`webhook ${messageId}`, encode(payload), CrmMessageDone, Effect.as(obey(payload, messageId), done))
    })
  })
)
