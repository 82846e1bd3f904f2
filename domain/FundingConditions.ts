/** FundingConditions: by which methods money comes and goes, and within which limits. All of it is data that staff may change at run time. */
import { Schema } from "effect"
import { DecimalFromString, decimal, type Decimal } from "#domain/Decimal.ts"
import { FUNDING_FIELD_LENGTH_MAX, FUNDING_FIELDS_MAX, FundingDetails, FundingRequest } from "#domain/FundingRequest.ts"
import { Currency } from "#domain/Instrument.ts"

export const FUNDING_METHODS_MAX = 50
const CURRENCIES_MAX = 100
/** As for a single booking of an account: a million million. */
const AMOUNT_MAX = decimal("1000000000000")
/** Below the number of reservations that an account holds at most. */
const OPEN_REQUESTS_MAX = 50

const text = (lengthMax: number) =>
  Schema.String.check(
    Schema.isBetweenLength(1, lengthMax),
    Schema.isPattern(/^[^\p{Cc}\p{Cs}\uFFFD]*$/u, { expected: "text without control characters" })
  )
const amount = DecimalFromString.check(
  Schema.makeFilter((value: Decimal) => value > 0n && value <= AMOUNT_MAX, { expected: "a decimal above 0 and at most 1000000000000" })
)

/** Per request, and in sum over the requests of any 24 hours that were not declined, canceled or failed. */
export const FundingLimits = Schema.Struct({ amountMin: amount, amountMax: amount, dayMax: amount }).check(
  Schema.makeFilter(({ amountMax, amountMin, dayMax }) => amountMin <= amountMax && amountMax <= dayMax, {
    expected: "amountMin at most amountMax, and that at most dayMax"
  })
)
export interface FundingLimits extends Schema.Schema.Type<typeof FundingLimits> {}

/** What is asked beside the amount. Card numbers are not to be asked here: a payment page of the provider's own takes those. */
export const FundingField = Schema.Struct({
  name: FundingDetails.key,
  title: text(64),
  required: Schema.Boolean,
  lengthMax: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: FUNDING_FIELD_LENGTH_MAX }))
})
export interface FundingField extends Schema.Schema.Type<typeof FundingField> {}

/** One direction of a method. An account whose currency has no limits cannot use it. */
export const FundingWay = Schema.Struct({
  /** Shown to the client: what happens next, and how long it takes. */
  note: text(300),
  fields: Schema.Array(FundingField).check(Schema.isMaxLength(FUNDING_FIELDS_MAX)),
  limits: Schema.Record(Currency, FundingLimits).check(Schema.isMaxProperties(CURRENCIES_MAX))
})
export interface FundingWay extends Schema.Schema.Type<typeof FundingWay> {}

export const FundingMethod = Schema.Struct({
  name: FundingRequest.fields.method,
  title: text(64),
  /** Null: not in this direction. */
  deposit: Schema.NullOr(FundingWay),
  withdrawal: Schema.NullOr(FundingWay)
})
export interface FundingMethod extends Schema.Schema.Type<typeof FundingMethod> {}

const openRequestsMax = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: OPEN_REQUESTS_MAX }))
const hasUniqueNames = Schema.makeFilter(
  (methods: ReadonlyArray<FundingMethod>) => new Set(methods.map(({ name }) => name)).size === methods.length,
  { expected: "methods with names of their own" }
)

export const FundingConditions = Schema.Struct({
  /** Requests of one account that are neither decided nor canceled. */
  openDepositsMax: openRequestsMax,
  openWithdrawalsMax: openRequestsMax,
  methods: Schema.Array(FundingMethod).check(Schema.isMaxLength(FUNDING_METHODS_MAX), hasUniqueNames)
})
export interface FundingConditions extends Schema.Schema.Type<typeof FundingConditions> {}
