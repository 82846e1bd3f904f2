import { expect, it } from "vitest"
import { backoffMillis } from "#actors/feed/backoffMillis.ts"

it.each([
  [1, 0.5, 1_000],
  [2, 0.5, 2_000],
  [3, 0.5, 4_000],
  [5, 0.5, 16_000],
  [6, 0.5, 30_000],
  [1_000, 0.5, 30_000],
  [1, 0, 800],
  [1, 1, 1_200],
  [9, 0, 24_000],
  [9, 1, 36_000]
])("after %i failures, with luck %d, the wait is %i ms", (failedAttempts, random, expected) => {
  expect(backoffMillis(failedAttempts, random)).toBe(expected)
})
