/**
 * Wire: the plain values that cross the wire.
 *
 * What a client sends is decoded to the core's own types; what it receives is text that is ready to show: money with the currency's digits
 * (`"9990.00"`), prices with at least the instrument's (`"1.10010"`), volumes and rates as short as they are exact. A time is epoch milliseconds
 * in memory and an ISO 8601 string in UTC on the wire.
 */
import { Schema, SchemaTransformation } from "effect"
import { SymbolName } from "#domain/Quote.ts"

/** A decimal as the server writes it; `parseDecimal` of the domain reads it. */
export const DecimalText = Schema.String.check(
  Schema.isPattern(/^-?\d{1,15}(\.\d{1,8})?$/u, { expected: "a decimal such as 1.10512" })
).annotate({
  description: "A decimal number as text, so that no digit is lost",
  examples: ["1.10010"]
})

/**
 * Dates that exist, of the years that begin with `century`; `leapCentury` is the part of those that 400 divides. A pattern, and not a check of
 * ours, so that the OpenAPI document says so too: 30 February would be read as 2 March.
 */
const dateIn = (century: string, leapCentury: string): string => {
  const ofEveryYear = "(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|1\\d|2[0-8])"
  const leapYear = `${century}(?:0[48]|[2468][048]|[13579][26])|${leapCentury}00`
  return `(?:${century}\\d\\d-(?:${ofEveryYear})|(?:${leapYear})-02-29)`
}
const DATE = dateIn("\\d\\d", "(?:[02468][048]|[13579][26])")

/** `2026-11-23`, of whatever year. */
export const isDate = Schema.isPattern(new RegExp(`^${DATE}$`, "u"), { expected: "a date that exists, such as 2026-11-23" })

/** A day of somebody's papers. */
export const CalendarDate = Schema.String.check(
  Schema.isPattern(new RegExp(`^${dateIn("(?:19|20|21)", "20")}$`, "u"), { expected: "a date that exists, such as 2031-05-17" })
).annotate({ description: "A calendar date", examples: ["2031-05-17"] })

export const INSTANT = new RegExp(`^${DATE}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,3})?Z$`, "u")

/** `2026-11-23T13:01:22.123Z`; offsets other than Z are refused, so that a time has one spelling. */
export const Instant = Schema.String.check(Schema.isPattern(INSTANT, { expected: "a time that exists, such as 2026-11-23T13:01:22.123Z" }))
  .annotate({ description: "ISO 8601 in UTC", examples: ["2026-11-23T13:01:22.123Z"] })
  .pipe(
    Schema.decodeTo(
      Schema.Int,
      SchemaTransformation.transform({ decode: (text) => Date.parse(text), encode: (millis) => new Date(millis).toISOString() })
    )
  )

/** A count in a query string: digits only, so that `0x10`, `1e3` and ` 1` are refused. */
const countIn = (minimum: number, maximum: number, description: string, pattern = /^\d{1,15}$/u) =>
  Schema.String.check(Schema.isPattern(pattern, { expected: `digits, ${minimum} to ${maximum}` }))
    .annotate({ description })
    .pipe(
      Schema.decodeTo(
        Schema.Int.check(Schema.isBetween({ minimum, maximum })),
        SchemaTransformation.transform({ decode: Number, encode: String })
      )
    )

/** Rows of a page: 50 unless told, at most 500. */
export const PAGE_LIMIT = 50
export const PAGE_LIMIT_MAX = 500
/** Query fields of every list: newest first, `cursor` from the page before. */
export const pageQuery = {
  limit: Schema.optionalKey(
    countIn(1, PAGE_LIMIT_MAX, `Rows of a page, 1 to ${PAGE_LIMIT_MAX}; ${PAGE_LIMIT} when absent`, /^([1-9]\d?|[1-4]\d\d|500)$/u)
  ),
  cursor: Schema.optionalKey(countIn(0, Number.MAX_SAFE_INTEGER, "`nextCursor` of the page before"))
}
export const Version = Schema.Int.annotate({
  description: "The account's version: the sequence of the last event in its journal. It only grows, and every event adds one."
})
export const VersionFromQuery = countIn(0, Number.MAX_SAFE_INTEGER, "A version that the client has seen; 0 for the beginning")
export const LimitFromQuery = pageQuery.limit
/** `cursor` of the next page, null on the last one. */
export const NextCursor = Schema.NullOr(Schema.String)

export const AccountId = Schema.String.check(Schema.isPattern(/^\d{1,15}$/u, { expected: "an account id" })).annotate({
  description: "A trading account",
  examples: ["100001"]
})
export const OrderId = Schema.String.check(Schema.isPattern(/^O\d{1,15}$/u, { expected: "an order id such as O1" })).annotate({
  description: "An order of the account",
  examples: ["O1"]
})
export const PositionId = Schema.String.check(Schema.isPattern(/^P\d{1,15}$/u, { expected: "a position id such as P1" })).annotate({
  description: "A position of the account",
  examples: ["P1"]
})

/** Most symbols in one query or subscription. */
export const SYMBOLS_MAX = 200
/** Of 20 characters each, and a comma. */
export const SYMBOLS_TEXT_LENGTH_MAX = SYMBOLS_MAX * 21
/** `EURUSD,BTCUSD` in a query string. */
export const SymbolList = Schema.String.check(Schema.isMaxLength(SYMBOLS_TEXT_LENGTH_MAX))
  .check(Schema.isPattern(/^[A-Z0-9._]{2,20}(,[A-Z0-9._]{2,20}){0,199}$/u, { expected: "symbols separated by commas" }))
  .annotate({ description: `Symbols separated by commas, at most ${SYMBOLS_MAX}`, examples: ["EURUSD,BTCUSD"] })
  .pipe(
    Schema.decodeTo(
      Schema.Array(SymbolName).check(Schema.isBetweenLength(1, SYMBOLS_MAX)),
      SchemaTransformation.transform({
        decode: (text: string): ReadonlyArray<string> => text.split(","),
        encode: (symbols: ReadonlyArray<string>) => symbols.join(",")
      })
    )
  )

/** Text that people write: no control characters (PostgreSQL keeps no NUL), no lone surrogates (UTF-8 has none), and nothing that was not UTF-8. */
export const plainText = (lengthMin: number, lengthMax: number, text = Schema.String) =>
  text.check(
    Schema.isBetweenLength(lengthMin, lengthMax),
    Schema.isPattern(/^[^\p{Cc}\p{Cs}\uFFFD]*$/u, { expected: "text without control characters" })
  )
