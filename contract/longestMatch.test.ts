import fc from "fast-check"
import { expect, it } from "vitest"
import { longestMatch } from "#contract/longestMatch.ts"

it.each<[string, number]>([
  [String.raw`^\d{1,15}$`, 15],
  [String.raw`^(-?)(\d{1,15})(?:\.(\d{1,8}))?$`, 25],
  [String.raw`^[0-9a-f]{8}-[0-9a-f]{4}$`, 13],
  [String.raw`^(\*|[A-Z0-9._]{2,20})$`, 20],
  [String.raw`^[\x21-\x7e]{1,128}$`, 128],
  [String.raw`^\u0041\p{Lu}$`, 2],
  [String.raw`^[^\]]{3}$`, 3],
  [String.raw`^[^\p{Cc}\p{Cs}\uFFFD]*$`, Infinity],
  [String.raw`^a+$`, Infinity],
  [String.raw`^a{2,}$`, Infinity],
  [String.raw`\d`, Infinity],
  ["^$", 0]
])("%s: %s", (pattern, length) => {
  expect(longestMatch(pattern)).toBe(length)
})

it("no text that fits a pattern is longer", () => {
  const patterns = [
    String.raw`^O\d{1,15}$`,
    String.raw`^(ab|c{2,4}){1,3}x?$`,
    String.raw`^[A-Za-z0-9_-]{43}$`,
    String.raw`^-?\d{1,5}(\.\d{1,8})?$`
  ]
  fc.assert(
    fc.property(
      fc.constantFrom(...patterns).chain((pattern) => fc.tuple(fc.constant(pattern), fc.stringMatching(new RegExp(pattern, "u")))),
      ([pattern, text]) => [...text].length <= longestMatch(pattern)
    )
  )
})
