/** FundingViews: deposits and withdrawals as they cross the wire; clients, staff and the CRM see the same. */
import { Effect, Schema } from "effect"
import { HttpApiError } from "effect/http-api"
import { decimal, DecimalFromString } from "#domain/Decimal.ts"
import { type FundingField, FundingWay } from "#domain/FundingConditions.ts"
import { FundingDetails, FundingKind, FundingRequest, FundingStatus } from "#domain/FundingRequest.ts"
import { FundingRefusalReason } from "#domain/fundingRefusal.ts"
import { Currency } from "#domain/Instrument.ts"
import { RefusalContext } from "#contract/Refusal.ts"
import { UserId } from "#contract/UsersGroup.ts"
import { AccountId, DecimalText, Instant, NextCursor, PAGE_LIMIT_MAX, plainText, Version } from "#contract/Wire.ts"

/** Steps of one request that are listed: its own, being worked on, and what was decided, with attempts that the account refused left out. */
const HISTORY_MAX = 3
const METHODS_MAX = 50
const REASON_LENGTH_MAX = 256

const money = DecimalText.annotate({ description: "Account currency, in its digits", examples: ["250.00"] })

export const DepositId = Schema.String.check(Schema.isPattern(/^D\d{1,15}$/u, { expected: "a deposit id such as D100001" })).annotate({
  description: "A deposit; also the reference of its booking",
  examples: ["D100001"]
})
export const WithdrawalId = Schema.String.check(Schema.isPattern(/^W\d{1,15}$/u, { expected: "a withdrawal id such as W100002" })).annotate(
  {
    description: "A withdrawal; also the reference of its booking",
    examples: ["W100002"]
  }
)

export const FundingRequestBody = Schema.Struct({
  ...FundingRequest.fields,
  amount: DecimalFromString.annotate({ description: "Positive, in the account's currency and its digits", examples: [decimal("250")] }),
  currency: Currency.annotate({ description: "The account's; said too, so that nobody means another one", examples: ["USD"] }),
  details: FundingDetails.annotate({ description: "What the method asks for, by the names of its fields" })
}).annotate({
  identifier: "FundingRequest",
  examples: [
    { method: "card", amount: decimal("250"), currency: "USD", details: {} },
    {
      method: "bankTransfer",
      amount: decimal("1000"),
      currency: "USD",
      details: { accountHolder: "Ada Lovelace", iban: "GB33BUKB20201555555555" }
    }
  ]
})

export const FundingHistoryEntry = Schema.Struct({
  status: FundingStatus,
  at: Instant,
  by: Schema.Literals(["client", "staff", "crm", "platform"]),
  reason: Schema.NullOr(plainText(0, REASON_LENGTH_MAX))
}).annotate({ identifier: "FundingHistoryEntry" })

const exampleFunding = {
  requestId: "D100001",
  kind: "deposit",
  accountId: "100001",
  clientId: "6f1c2c1e-8b0a-4b52-9a61-6a1b0d0f2a77",
  method: "card",
  amount: "250.00",
  currency: "USD",
  details: {},
  status: "approved",
  approvedAmount: "247.50",
  reason: null,
  history: [
    { status: "requested", at: 1_795_438_882_123, by: "client", reason: null },
    { status: "approved", at: 1_795_438_942_001, by: "crm", reason: null }
  ],
  requestedAt: 1_795_438_882_123,
  updatedAt: 1_795_438_942_001
} as const

export const FundingView = Schema.Struct({
  requestId: Schema.Union([DepositId, WithdrawalId]),
  kind: FundingKind,
  accountId: AccountId,
  clientId: UserId,
  method: FundingRequest.fields.method,
  /** As it was requested. */
  amount: money,
  currency: Currency,
  details: FundingDetails,
  status: FundingStatus.annotate({
    description:
      "requested: waits for a decision, the client may cancel. processing: somebody works on it. approved: booked. " +
      "declined, canceled, failed: over, nothing was booked, and what a withdrawal held back is free again."
  }),
  /** What was booked; null unless approved. */
  approvedAmount: Schema.NullOr(money),
  /** Why it was declined or failed, for the client to read. */
  reason: Schema.NullOr(plainText(0, REASON_LENGTH_MAX)),
  history: Schema.Array(FundingHistoryEntry).check(Schema.isMaxLength(HISTORY_MAX)),
  requestedAt: Instant,
  updatedAt: Instant
}).annotate({
  identifier: "Funding",
  examples: [exampleFunding]
})
export interface FundingView extends Schema.Schema.Type<typeof FundingView> {}

export const FundingPage = Schema.Struct({
  requests: Schema.Array(FundingView).check(Schema.isMaxLength(PAGE_LIMIT_MAX)),
  nextCursor: NextCursor
}).annotate({ identifier: "FundingPage", examples: [{ requests: [exampleFunding], nextCursor: null }] })

/** One direction of a method, for one account. */
export const FundingWayView = Schema.Struct({
  note: FundingWay.fields.note,
  fields: FundingWay.fields.fields,
  amountMin: money,
  amountMax: money,
  /** In sum over any 24 hours. */
  dayMax: money,
  /** Asked for in the last 24 hours. */
  dayAmount: money
}).annotate({ identifier: "FundingWay" })
export interface FundingWayView extends Schema.Schema.Type<typeof FundingWayView> {}

export const FundingRefusalView = Schema.Struct({ code: FundingRefusalReason, context: RefusalContext }).annotate({
  identifier: "FundingRefusal"
})

const exampleWay: FundingWayView = {
  note: "Paid to an account in your own name, usually within 1 to 3 business days after approval.",
  fields: [{ name: "iban", title: "IBAN or account number", required: true, lengthMax: 34 } satisfies FundingField],
  amountMin: "50.00",
  amountMax: "100000.00",
  dayMax: "200000.00",
  dayAmount: "1000.00"
}

export const FundingOverview = Schema.Struct({
  accountId: AccountId,
  version: Version,
  currency: Currency,
  currencyDigits: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 8 })),
  /** What may be withdrawn now: own money that no margin needs. Null while a position cannot be valued. */
  withdrawable: Schema.NullOr(money),
  /** Held back for withdrawals that are not decided yet. */
  reservedForWithdrawals: money,
  /** Why nothing can be withdrawn right now, whatever the amount; null when it can. */
  withdrawalRefusal: Schema.NullOr(FundingRefusalView),
  openDeposits: Schema.Int,
  openDepositsMax: Schema.Int,
  openWithdrawals: Schema.Int,
  openWithdrawalsMax: Schema.Int,
  /** Those that serve the account's currency. */
  methods: Schema.Array(
    Schema.Struct({
      name: FundingRequest.fields.method,
      title: plainText(1, 64),
      deposit: Schema.NullOr(FundingWayView),
      withdrawal: Schema.NullOr(FundingWayView)
    })
  ).check(Schema.isMaxLength(METHODS_MAX))
}).annotate({
  identifier: "FundingOverview",
  examples: [
    {
      accountId: "100001",
      version: 5,
      currency: "USD",
      currencyDigits: 2,
      withdrawable: "9000.00",
      reservedForWithdrawals: "1000.00",
      withdrawalRefusal: null,
      openDeposits: 0,
      openDepositsMax: 5,
      openWithdrawals: 1,
      openWithdrawalsMax: 5,
      methods: [{ name: "bankTransfer", title: "Bank transfer", deposit: null, withdrawal: exampleWay }]
    }
  ]
})
export interface FundingOverview extends Schema.Schema.Type<typeof FundingOverview> {}

const reasonForClient = plainText(1, REASON_LENGTH_MAX).annotate({ description: "For the client to read" })
const withoutReason = Schema.optionalKey(reasonForClient)
const refusing = Schema.Struct({ decision: Schema.Literals(["declined", "failed"]), reason: reasonForClient })

export const DepositDecision = Schema.Union([
  Schema.Struct({
    decision: Schema.Literal("approved"),
    amount: Schema.optionalKey(
      DecimalFromString.annotate({ description: "What is booked when that differs from what was requested", examples: [decimal("247.5")] })
    ),
    reason: withoutReason
  }),
  Schema.Struct({ decision: Schema.Literal("processing"), reason: withoutReason }),
  refusing
]).annotate({
  identifier: "DepositDecision",
  examples: [
    { decision: "approved" },
    { decision: "approved", amount: decimal("247.5") },
    { decision: "processing" },
    { decision: "declined", reason: "The payer is somebody else" },
    { decision: "failed", reason: "The payment did not arrive" }
  ]
})
export type DepositDecision = typeof DepositDecision.Type

export const WithdrawalDecision = Schema.Union([
  Schema.Struct({ decision: Schema.Literals(["approved", "processing"]), reason: withoutReason }),
  refusing
]).annotate({
  identifier: "WithdrawalDecision",
  examples: [
    { decision: "processing" },
    { decision: "approved" },
    { decision: "declined", reason: "The account at the bank is not in your name" },
    { decision: "failed", reason: "The bank sent the payment back" }
  ]
})
export type WithdrawalDecision = typeof WithdrawalDecision.Type

const traceId = Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed("")))

/** The conditions do not allow the request; nothing was changed. What the account itself refuses is a `CommandRefused`. */
export class FundingRefused extends HttpApiError.Problem<FundingRefused>()(
  "FundingRefused",
  { type: "/problems#funding-refused", status: 422, title: "This deposit or withdrawal cannot be requested" },
  { code: FundingRefusalReason, context: RefusalContext, traceId }
) {}
