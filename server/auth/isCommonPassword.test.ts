import { expect, it } from "vitest"
import { isCommonPassword } from "#server/auth/isCommonPassword.ts"

it.each([
  ["PasswordPassword", true],
  ["password 12345678", true],
  ["aaaaaaaaaaaaaaaa", true],
  ["abababababababab", true],
  ["abc12abc12abc12ab", true],
  ["trader@example.com", true],
  ["Trader@Example.com", true],
  ["Ada Lovelace Trader", true],
  ["correct horse battery staple", true],
  [" ".repeat(15), true],
  [`a${"\u00a0".repeat(14)}`, true],
  ["a b c d e f g  h", false],
  ["four random words here", false],
  ["trader@example.com!7", false],
  ["Xk7#qPz!m2Vw9$Lt", false]
])("%s: %s", (password, isCommon) => {
  expect(isCommonPassword(password, "trader@example.com", "Ada Lovelace Trader")).toBe(isCommon)
})
