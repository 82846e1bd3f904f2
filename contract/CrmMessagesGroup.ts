/**
 * CrmMessagesGroup: webhooks the other way round: what the CRM tells us it has decided, for CRMs that push messages rather than call operations.
 * Each message does what the operation of the same name under /crm does, and is refused in the same cases.
 *
 * Signed as Standard Webhooks 1.0.0 say, with a secret of CRM_WEBHOOK_SECRET; no key, no token, no cookie. The header `webhook-id` names the
 * message: sent again it is done once.
 */
import { Effect, Schema } from "effect"
import { HttpApiEndpoint, HttpApiError, HttpApiGroup, HttpApiMiddleware, HttpApiSecurity, OpenApi } from "effect/http-api"
import { ForPrograms } from "#contract/Access.ts"
import type { CurrentService } from "#contract/CrmAccess.ts"
import { ChangeCrmUserRequest } from "#contract/CrmUsersGroup.ts"
import { DepositDecision, DepositId, WithdrawalDecision, WithdrawalId } from "#contract/FundingViews.ts"
import { KycDecision, KycDocumentId } from "#contract/KycViews.ts"
import {
  CommandRefused,
  Conflict,
  IdempotencyKeyReused,
  NotFound,
  ServiceUnavailable,
  TooManyRequests,
  ValidationFailed
} from "#contract/Problem.ts"
import { Reason, UserId } from "#contract/UsersGroup.ts"
import { Instant } from "#contract/Wire.ts"
import { decimal } from "#domain/Decimal.ts"

const traceId = Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("")))

/** What is wrong with it: too old or from the future, or not signed by who has the secret. */
export class MessageUnsigned extends HttpApiError.Problem<MessageUnsigned>()(
  "MessageUnsigned",
  { type: "/problems#message-unsigned", status: 401, title: "The message does not carry a signature that holds" },
  { code: Schema.Literals(["SIGNATURE_MISSING", "SIGNATURE_WRONG", "TIMESTAMP_OUT_OF_TOLERANCE"]), traceId }
) {}

export const messageSecurity = HttpApiSecurity.apiKey({ in: "header", key: "webhook-signature" }).pipe(
  HttpApiSecurity.annotateMerge(
    OpenApi.annotations({
      description:
        "Standard Webhooks 1.0.0: `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`, beside the headers `webhook-id` and " +
        "`webhook-timestamp`, which may be five minutes off."
    })
  )
)

/** A message of the CRM that is signed and fresh. */
export class SignedByCrm extends HttpApiMiddleware.Service<SignedByCrm, { provides: CurrentService }>()("contract/SignedByCrm", {
  security: { crmSignature: messageSecurity },
  error: [MessageUnsigned, TooManyRequests]
}) {}

const message = <const Type extends string, Fields extends Schema.Struct.Fields>(type: Type, data: Fields) =>
  Schema.Struct({ type: Schema.Literal(type), timestamp: Instant, data: Schema.Struct(data) })

const at = 1_795_438_882_123
const userId = "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77"

export const CrmMessage = Schema.Union([
  message("deposit.decided", { depositId: DepositId, decision: DepositDecision }),
  message("withdrawal.decided", { withdrawalId: WithdrawalId, decision: WithdrawalDecision }),
  message("kyc.decided", { documentId: KycDocumentId, decision: KycDecision }),
  message("user.changed", { userId: UserId, change: ChangeCrmUserRequest }),
  message("user.logout", { userId: UserId, reason: Reason })
]).annotate({
  identifier: "CrmMessage",
  examples: [
    {
      type: "deposit.decided",
      timestamp: at,
      data: { depositId: "D100001", decision: { decision: "approved", amount: decimal("247.5") } }
    },
    {
      type: "withdrawal.decided",
      timestamp: at,
      data: { withdrawalId: "W100002", decision: { decision: "declined", reason: "Not your account" } }
    },
    { type: "user.changed", timestamp: at, data: { userId, change: { leverage: 20, reason: "Risk review 2026-11" } } },
    { type: "user.logout", timestamp: at, data: { userId, reason: "Asked for by phone, ticket 4711" } }
  ]
})
export type CrmMessage = typeof CrmMessage.Type

export const CrmMessageDone = Schema.Struct({
  messageId: Schema.String.check(Schema.isMaxLength(128)),
  type: Schema.Literals(["deposit.decided", "withdrawal.decided", "kyc.decided", "user.changed", "user.logout"])
}).annotate({ identifier: "CrmMessageDone", examples: [{ messageId: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", type: "deposit.decided" }] })

export class CrmMessagesGroup extends HttpApiGroup.make("crmMessages")
  .add(
    HttpApiEndpoint.post("receive", "/webhooks/crm", {
      payload: CrmMessage,
      success: CrmMessageDone,
      error: [NotFound, Conflict, CommandRefused, IdempotencyKeyReused, ValidationFailed, ServiceUnavailable]
    })
      .annotate(ForPrograms, true)
      .annotateMerge(
        OpenApi.annotations({
          summary: "Tell the platform what the CRM decided",
          description:
            "Answered when it is done. The same message again is answered the same and does nothing; another one under the same `webhook-id` is 422 " +
            "`IDEMPOTENCY_KEY_REUSED`; a decision that contradicts an earlier one is 409 `REQUEST_DECIDED`. After 503 send it again."
        })
      )
  )
  .middleware(SignedByCrm)
  .annotateMerge(
    OpenApi.annotations({
      title: "CRM: messages",
      description: "For a CRM that sends webhooks; all of it can be done by calling operations too."
    })
  ) {}
