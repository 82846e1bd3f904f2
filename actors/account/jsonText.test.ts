/** Byte for byte what JSON.stringify writes: the journal's hashes depend on it. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import { jsonText, JsonTexts, objectText } from "#actors/account/jsonText.ts"
import { decimalsAsText } from "#domain/Decimal.ts"

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, "\ud800", '"', "\\", "\u0000", "\u2028"),
    fc.array(tie("any"), { maxLength: 5 }),
    fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,8}$/u), tie("any"), { maxKeys: 5 })
  )
})).any

describe("jsonText", () => {
  it("writes what JSON.stringify writes", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-zA-Z]{1,8}$/u), value), (object) => {
        const expected = JSON.stringify(object, decimalsAsText)
        expect(jsonText(object)).toBe(expected)
        expect(objectText(object, new JsonTexts().of)).toBe(expected)
      }),
      { numRuns: 2_000 }
    )
  })
})
