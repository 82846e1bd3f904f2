/**
 * WebhookEvents: what the CRM is told, and in which words. An event is sent as it is described here, signed as Standard Webhooks 1.0.0 say.
 *
 * An event's id is its own for ever: however often it is sent, to whom, and after whatever crash, the id is the same. `sequence` is the
 * number of the event in the account's journal: it only grows, and tells the CRM in which order things happened to an account.
 */
import { Schema } from "effect"
import { Email } from "#contract/AuthGroup.ts"
import { Reason, UserId } from "#contract/UsersGroup.ts"
import { FiguresView, LedgerEntryView, OrderView, PositionView, TradeView } from "#contract/Views.ts"
import { AccountId, DecimalText, Instant, plainText, Version } from "#contract/Wire.ts"
import { Currency } from "#domain/Instrument.ts"

export const EventId = Schema.String.check(
  Schema.isPattern(/^evt_[\w-]{1,60}$/u, { expected: "an event id such as evt_100001_42" })
).annotate({
  description: "Its own for ever, also in the header `webhook-id`: keep it to recognize a repetition",
  examples: ["evt_100001_42"]
})
const ExternalId = plainText(1, 128).annotate({ description: "The user's id in the CRM" })
const money = DecimalText.annotate({ description: "Account currency, in its digits", examples: ["250.00"] })
const percent = DecimalText.annotate({ description: "Percent", examples: ["100.00"] })

const ofAccount = {
  accountId: AccountId,
  clientId: UserId,
  sequence: Version.annotate({ description: "Number of this event in the account's journal; grows, with gaps" })
}

/** A person as the CRM is told of them. */
export const WebhookUser = Schema.Struct({
  userId: UserId,
  externalId: Schema.NullOr(ExternalId),
  email: Email,
  name: Schema.NullOr(plainText(1, 100)),
  emailVerified: Schema.Boolean,
  blocked: Schema.Boolean,
  createdAt: Instant
}).annotate({ identifier: "WebhookUser" })
export interface WebhookUser extends Schema.Schema.Type<typeof WebhookUser> {}

/** requested → processing → approved, declined, canceled or failed. */
export const FundingStatus = Schema.Literals(["requested", "processing", "approved", "declined", "canceled", "failed"])
/** Most things that a client may say of a deposit or a withdrawal, such as an IBAN. */
const DETAILS_MAX = 20
export const WebhookFundingRequest = Schema.Struct({
  requestId: plainText(1, 64),
  accountId: AccountId,
  clientId: UserId,
  amount: money,
  currency: Currency,
  method: plainText(1, 64),
  details: Schema.Record(Schema.String.check(Schema.isMaxLength(64)), Schema.String.check(Schema.isMaxLength(256))).check(
    Schema.isMaxProperties(DETAILS_MAX)
  ),
  status: FundingStatus,
  reason: Schema.NullOr(plainText(1, 500)).annotate({ description: "Why it was declined or failed" }),
  requestedAt: Instant,
  updatedAt: Instant
}).annotate({ identifier: "WebhookFundingRequest" })
export interface WebhookFundingRequest extends Schema.Schema.Type<typeof WebhookFundingRequest> {}

export const WebhookKycDocument = Schema.Struct({
  documentId: plainText(1, 64),
  kind: plainText(1, 64).annotate({ description: "Such as passport, identityCard or proofOfAddress" }),
  status: plainText(1, 32)
}).annotate({ identifier: "WebhookKycDocument" })

const funding = { request: WebhookFundingRequest }
const margin = { ...ofAccount, figures: FiguresView, marginCallLevelPercent: percent, stopOutLevelPercent: percent }

const event = <const Type extends string, Fields extends Schema.Struct.Fields>(type: Type, description: string, data: Fields) =>
  Schema.Struct({
    id: EventId,
    type: Schema.Literal(type),
    timestamp: Instant.annotate({ description: "When it happened; the header `webhook-timestamp` says when it was sent" }),
    data: Schema.Struct(data)
  }).annotate({ identifier: `Webhook ${type}`.replaceAll(/[\W_]+(\w)/gu, (_, letter: string) => letter.toUpperCase()), description })

export const WebhookEvent = Schema.Union([
  event("user.created", "Somebody registered, or was made by the CRM.", { user: WebhookUser }),
  event("user.updated", "Something about a user changed.", {
    user: WebhookUser,
    changed: Schema.Array(Schema.Literals(["email", "name", "externalId", "blocked", "limits"])).check(Schema.isMaxLength(5))
  }),
  event("email.verified", "A user opened the link that was mailed to them.", { user: WebhookUser }),
  event("kyc.status_changed", "A user's verification, or one document of it, has a new status.", {
    userId: UserId,
    status: plainText(1, 32),
    previousStatus: plainText(1, 32),
    document: Schema.NullOr(WebhookKycDocument),
    reason: Schema.NullOr(plainText(1, 500))
  }),
  event("order.placed", "An order was accepted.", { ...ofAccount, order: OrderView }),
  event("order.rejected", "An order was refused, when it was placed or when its price came: `order.refusal` says why.", {
    ...ofAccount,
    order: OrderView
  }),
  event("position.closed", "A position was closed as a whole.", { ...ofAccount, position: PositionView, trade: TradeView }),
  event("balance.updated", "Money was booked.", { ...ofAccount, entry: LedgerEntryView }),
  event("deposit.requested", "A client asks for a deposit: the CRM decides.", funding),
  event("deposit.status_changed", "A deposit was decided, or is being worked on.", { ...funding, previousStatus: FundingStatus }),
  event("withdrawal.requested", "A client asks for a withdrawal; its amount is held back until the CRM decides.", funding),
  event("withdrawal.status_changed", "A withdrawal was decided, or is being worked on.", { ...funding, previousStatus: FundingStatus }),
  event("margin.call", "The margin level fell to the warning level.", margin),
  event("stop.out", "The margin level fell to where liquidation starts.", {
    ...margin,
    strategy: Schema.Literals(["largestLoss", "smart"])
  }),
  event("session.impersonated", "An operator of the CRM looks at the platform as a client.", {
    userId: UserId,
    adminId: plainText(1, 128),
    reason: Reason,
    expiresAt: Instant
  }),
  event("test", "Sent on demand, to see that an endpoint works.", { endpointId: plainText(1, 64), message: plainText(1, 200) })
])
export type WebhookEvent = typeof WebhookEvent.Type
export type WebhookType = WebhookEvent["type"]

export const WEBHOOK_TYPES: ReadonlyArray<WebhookType> = WebhookEvent.members.map(({ fields }) => fields.type.literal)
