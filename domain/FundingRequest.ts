/** FundingRequest: a client's wish to pay money in, or to be paid out. Only the decision of whoever runs the broker's CRM moves money. */
import { Schema } from "effect"
import { DecimalFromString } from "#domain/Decimal.ts"
import { Currency } from "#domain/Instrument.ts"

export const FundingKind = Schema.Literals(["deposit", "withdrawal"])
export type FundingKind = typeof FundingKind.Type

/** The names of the lifecycle machine's states. */
export const FundingStatus = Schema.Literals(["requested", "processing", "approved", "declined", "canceled", "failed"])
export type FundingStatus = typeof FundingStatus.Type

/** Fields of a method's form, and how long what is written into one may be. */
export const FUNDING_FIELDS_MAX = 20
export const FUNDING_FIELD_LENGTH_MAX = 256

/** What the client says beside the amount, such as an IBAN; the names are the fields of the method. */
export const FundingDetails = Schema.Record(
  Schema.String.check(Schema.isPattern(/^[a-z][a-zA-Z0-9]{0,39}$/u, { expected: "a field name such as iban" })),
  Schema.String.check(
    Schema.isBetweenLength(1, FUNDING_FIELD_LENGTH_MAX),
    Schema.isPattern(/^[^\p{Cc}\p{Cs}\uFFFD]*$/u, { expected: "text without control characters" })
  )
).check(Schema.isMaxProperties(FUNDING_FIELDS_MAX))
export type FundingDetails = typeof FundingDetails.Type

export const FundingRequest = Schema.Struct({
  method: Schema.String.check(Schema.isPattern(/^[a-z][a-zA-Z0-9]{0,39}$/u, { expected: "a method name such as bankTransfer" })),
  /** Positive, in the account's currency and its digits. */
  amount: DecimalFromString,
  /** Said too, so that nobody means another one. */
  currency: Currency,
  details: FundingDetails
})
export interface FundingRequest extends Schema.Schema.Type<typeof FundingRequest> {}
