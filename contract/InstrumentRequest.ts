/** InstrumentRequest, AccountGroupRequest: conditions that staff may set, within the bounds in which the engine's arithmetic is sure. */
import { Schema } from "effect"
import { AccountGroup, CommissionRule } from "#domain/AccountGroup.ts"
import { DecimalFromString, DECIMAL_DIGITS, decimal, type Decimal } from "#domain/Decimal.ts"
import { Holiday, Instrument, InstrumentClass, MarginTier, SlippageRule, SwapRule, TradingSession } from "#domain/Instrument.ts"
import { isDate, plainText } from "#contract/Wire.ts"

/** Sessions of a week, holidays that are kept, steps of margin and slippage. */
const LIST_MAX = 64
const HOLIDAYS_MAX = 400
const SYMBOLS_WITH_OWN_RULE_MAX = 1_000
const POINTS_MAX = 1_000_000
const WEEK_MINUTES = 7 * 24 * 60

const decimalIn = (minimum: Decimal, maximum: Decimal, expected: string) =>
  DecimalFromString.check(Schema.makeFilter((value: Decimal) => value >= minimum && value <= maximum, { expected }))
const positive = decimalIn(1n, decimal("1000000000"), "a decimal above 0 and at most 1000000000")
const notNegative = decimalIn(0n, decimal("1000000000"), "a decimal from 0 to 1000000000")
const percent = decimalIn(0n, decimal("10000"), "a decimal from 0 to 10000")
const signed = decimalIn(decimal("-1000000"), decimal("1000000"), "a decimal from -1000000 to 1000000")
const points = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: POINTS_MAX }))
const listOf = <S extends Schema.Top>(item: S, lengthMax: number) => Schema.Array(item).check(Schema.isMaxLength(lengthMax))

const isTimeZone = Schema.makeFilter(
  (name: string) => {
    try {
      return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== ""
    } catch {
      return false
    }
  },
  { expected: "an IANA time zone such as America/New_York" }
)

const session = TradingSession.check(
  Schema.makeFilter(({ closeMinute, openMinute }) => openMinute >= 0 && openMinute < closeMinute && closeMinute <= WEEK_MINUTES, {
    expected: "openMinute before closeMinute, both within a week of 10080 minutes"
  })
)
const holiday = Schema.Struct({
  ...Holiday.fields,
  date: Schema.String.check(isDate),
  closeMinute: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_440 })))
})
const dayMultipliers = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 10 }))).check(
  Schema.isBetweenLength(7, 7, { expected: "seven multipliers, Monday to Sunday" })
)

export const InstrumentRequest = Schema.Struct({
  ...Instrument.fields,
  description: plainText(1, 128),
  contractSize: positive,
  digits: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: DECIMAL_DIGITS })),
  lotsMin: positive,
  lotsMax: positive,
  lotsStep: positive,
  spreadPoints: points,
  stopsLevelPoints: points,
  spikePercentMax: Schema.optionalKey(percent),
  quoteAgeMillisMax: Schema.Int.check(Schema.isBetween({ minimum: 100, maximum: 86_400_000 })),
  marginTiers: listOf(Schema.Struct({ ...MarginTier.fields, from: notNegative, multiplier: notNegative }), LIST_MAX),
  hedgedContractSize: notNegative,
  swap: Schema.Struct({ ...SwapRule.fields, long: signed, short: signed, dayMultipliers }),
  slippage: Schema.Struct({ ...SlippageRule.fields, tiers: listOf(Schema.Struct({ fromLots: notNegative, points }), LIST_MAX) }),
  timeZone: plainText(1, 64).check(isTimeZone),
  sessions: listOf(session, LIST_MAX),
  holidays: listOf(holiday, HOLIDAYS_MAX)
})
  .check(
    Schema.makeFilter(({ lotsMax, lotsMin, lotsStep }) => lotsMin <= lotsMax && lotsMin % lotsStep === 0n && lotsMax % lotsStep === 0n, {
      expected: "lotsMin at most lotsMax, both multiples of lotsStep"
    })
  )
  .annotate({ identifier: "InstrumentRequest" })

const rulesBySymbol = <S extends Schema.Top>(rule: S) =>
  Schema.Record(Schema.String.check(Schema.isPattern(/^(\*|[A-Z0-9._]{2,20})$/u, { expected: "a symbol or *" })), rule).check(
    Schema.makeFilter((rules) => Object.keys(rules).length <= SYMBOLS_WITH_OWN_RULE_MAX, {
      expected: `at most ${SYMBOLS_WITH_OWN_RULE_MAX} symbols`
    })
  )

export const AccountGroupRequest = Schema.Struct({
  ...AccountGroup.fields,
  marginCallLevelPercent: percent,
  stopOutLevelPercent: percent,
  leverageCaps: Schema.Record(InstrumentClass, Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 })))),
  markUpPoints: rulesBySymbol(points),
  commissions: rulesBySymbol(Schema.Struct({ ...CommissionRule.fields, rate: notNegative, minimum: notNegative }))
})
  .check(
    Schema.makeFilter(({ marginCallLevelPercent, stopOutLevelPercent }) => stopOutLevelPercent <= marginCallLevelPercent, {
      expected: "a stop-out level at or below the margin call level"
    })
  )
  .annotate({ identifier: "AccountGroupRequest" })
