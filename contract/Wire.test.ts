import { Result, Schema } from "effect"
import { describe, expect, it } from "vitest"
import { AccountId, CalendarDate, Instant, OrderId, pageQuery, plainText, PAGE_LIMIT_MAX, SymbolList, SYMBOLS_MAX } from "#contract/Wire.ts"

const isAccepted = (schema: Schema.Codec<unknown, unknown>, text: unknown): boolean =>
  Result.isSuccess(Schema.decodeUnknownResult(schema)(text))

describe("an instant", () => {
  it.each([
    ["2026-11-23T13:01:22.123Z", 1_795_438_882_123],
    ["2026-11-23T13:01:22Z", 1_795_438_882_000],
    ["2028-02-29T00:00:00Z", 1_835_395_200_000],
    ["1970-01-01T00:00:00.000Z", 0]
  ])("%s is %i", (text, millis) => {
    expect(Schema.decodeUnknownSync(Instant)(text)).toBe(millis)
    expect(Date.parse(Schema.encodeSync(Instant)(millis))).toBe(millis)
  })

  it.each([
    "2026-13-23T13:01:22Z",
    "2026-02-30T13:00:00Z",
    "2026-02-29T13:00:00Z",
    "2026-11-23T25:00:00Z",
    "2026-11-23",
    "2026-11-23T13:01:22+01:00",
    "1795438882123",
    "",
    " ",
    1,
    null
  ])("%s is none", (text) => {
    expect(isAccepted(Instant, text)).toBe(false)
  })
})

describe("a date", () => {
  /** From a leap century to one that is none, by the calendar itself. */
  const exists = (year: number, month: number, day: number): boolean => new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day
  const twoDigits = (value: number): string => String(value).padStart(2, "0")

  it.each([
    ["of papers", CalendarDate, (date: string) => date],
    ["of a time", Instant, (date: string) => `${date}T12:00:00Z`]
  ])("%s is accepted if the calendar has it, in every month of 1999 to 2100", (_, schema, written) => {
    for (let year = 1999; year <= 2100; year++) {
      for (let month = 1; month <= 12; month++) {
        for (const day of [0, 1, 9, 10, 19, 20, 28, 29, 30, 31, 32]) {
          const text = `${year}-${twoDigits(month)}-${twoDigits(day)}`
          expect([text, isAccepted(schema, written(text))]).toEqual([text, day > 0 && exists(year, month, day)])
        }
      }
    }
  })
})

describe("a count in a query", () => {
  it.each([
    ["1", true],
    ["500", true],
    ["007", false],
    [String(PAGE_LIMIT_MAX + 1), false],
    ["0", false],
    ["-1", false],
    ["0x10", false],
    ["1e2", false],
    [" 1", false],
    ["", false],
    ["NaN", false],
    ["99999999999999999999", false]
  ])("limit=%s is accepted: %s", (text, accepted) => {
    expect(isAccepted(Schema.Struct(pageQuery), { limit: text })).toBe(accepted)
  })
})

describe("a list of symbols", () => {
  it("is split at commas", () => {
    expect(Schema.decodeUnknownSync(SymbolList)("EURUSD,BTCUSD")).toEqual(["EURUSD", "BTCUSD"])
  })
  it.each(["", ",", "EURUSD,", "eurusd", "EUR/USD", "EURUSD BTCUSD", Array.from({ length: SYMBOLS_MAX + 1 }, () => "EURUSD").join(",")])(
    "%s is none",
    (text) => {
      expect(isAccepted(SymbolList, text)).toBe(false)
    }
  )
})

describe("text that people write", () => {
  const text = plainText(1, 8)
  it.each([
    ["ordinary", "a b-c", true],
    ["other scripts", "Ünïcødé", true],
    ["emoji", "👍", true],
    ["empty", "", false],
    ["too long", "123456789", false],
    ["NUL", "a\u0000", false],
    ["a line break", "a\n", false],
    ["a lone surrogate", "a\ud800", false],
    ["what was not UTF-8", "a\ufffd", false]
  ])("%s", (_, value, accepted) => {
    expect(isAccepted(text, value)).toBe(accepted)
  })
})

describe("ids", () => {
  it.each([
    ["an account", AccountId, "100001", true],
    ["a negative account", AccountId, "-1", false],
    ["an account in a path", AccountId, "1/../2", false],
    ["an order", OrderId, "O1", true],
    ["a position for an order", OrderId, "P1", false]
  ])("%s", (_, schema, text, accepted) => {
    expect(isAccepted(schema, text)).toBe(accepted)
  })
})
