import { Schema } from "effect"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { decimal, DecimalFromString, decimalFromNumber, divideRounded, formatDecimal, parseDecimal, roundDecimal } from "#domain/Decimal.ts"

describe("a decimal string", () => {
  it.each([
    ["0", 0n],
    ["1.1", 110_000_000n],
    ["-0.01", -1_000_000n],
    ["1.10000", 110_000_000n],
    ["0.00000001", 1n],
    ["999999999999999.99999999", 99_999_999_999_999_999_999_999n]
  ])("%s is read exactly", (text, value) => {
    expect(parseDecimal(text)).toBe(value)
  })

  it.each([
    "NaN",
    "Infinity",
    "1e309",
    "0x10",
    "",
    " 1",
    "1.",
    ".5",
    "+1",
    "--1",
    "1,5",
    "1.123456789",
    "1234567890123456",
    "1e3000000",
    "١"
  ])("%j is refused", (text) => {
    expect(parseDecimal(text)).toBeUndefined()
    expect(() => decimal(text)).toThrow(RangeError)
  })

  it("is written back as it was read, without trailing zeros", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n }), (value) => {
        expect(parseDecimal(formatDecimal(value))).toBe(value)
        expect(formatDecimal(value)).not.toMatch(/\.\d*0$/)
      })
    )
  })

  it.each([
    ["0", 2, "0.00"],
    ["9990", 2, "9990.00"],
    ["-0.05", 2, "-0.05"],
    ["1.10512", 2, "1.10512"],
    ["90071992.54740991", 0, "90071992.54740991"],
    ["90071992.54740992", 8, "90071992.54740992"],
    ["123456789012345.00000001", 0, "123456789012345.00000001"]
  ])("%s is written with at least %i digits as %s", (text, digitsMin, written) => {
    expect(formatDecimal(decimal(text), digitsMin)).toBe(written)
  })

  it("is what the wire carries", () => {
    expect(Schema.decodeUnknownSync(DecimalFromString)("1.10512")).toBe(decimal("1.10512"))
    expect(Schema.encodeSync(DecimalFromString)(decimal("1.10512"))).toBe("1.10512")
    expect(() => Schema.decodeUnknownSync(DecimalFromString)(1.1)).toThrow("string")
  })

  it("comes from a feed's number to 8 digits, unless that is not finite", () => {
    expect(decimalFromNumber(1.1)).toBe(decimal("1.1"))
    expect(decimalFromNumber(Number.NaN)).toBeUndefined()
    expect(decimalFromNumber(Number.POSITIVE_INFINITY)).toBeUndefined()
    expect(decimalFromNumber(1e16)).toBeUndefined()
  })
})

describe("rounding is half away from zero", () => {
  it.each([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [0n, 7n, 0n]
  ])("%s / %s is %s", (dividend, divisor, quotient) => {
    expect(divideRounded(dividend, divisor)).toBe(quotient)
  })

  it.each([
    ["2.345", "2.35"],
    ["-2.345", "-2.35"],
    ["2.344999", "2.34"],
    ["0.005", "0.01"]
  ])("%s to cents is %s", (value, rounded) => {
    expect(roundDecimal(decimal(value), 2)).toBe(decimal(rounded))
  })
})
