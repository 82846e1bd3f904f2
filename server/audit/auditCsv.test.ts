import { expect, it } from "vitest"
import { csvCell } from "#server/audit/auditCsv.ts"

it.each([
  ["plain", "plain"],
  ["a,b", '"a,b"'],
  ['say "no"', '"say ""no"""'],
  ["two\nlines", '"two\nlines"'],
  ["=1+1", "'=1+1"],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\t=1", "'\t=1"],
  ["\r=1", '"\'\r=1"'],
  ["", ""]
])("%j is written as %j", (text, cell) => {
  expect(csvCell(text)).toBe(cell)
})
