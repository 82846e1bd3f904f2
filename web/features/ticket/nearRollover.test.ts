import { expect, it } from "vitest"
import { nearRollover } from "./nearRollover.ts"

const WINTER = Date.parse("2026-11-24T22:00:00Z")
const SUMMER = Date.parse("2026-07-14T21:00:00Z")
const MINUTE = 60_000

it.each([
  ["31 minutes before", -31, false],
  ["30 minutes before", -30, true],
  ["at", 0, true],
  ["15 minutes after", 15, true],
  ["16 minutes after", 16, false]
])("%s 17:00 New York, in winter and in summer", (_, minutes, isNear) => {
  for (const rollover of [WINTER, SUMMER]) expect(nearRollover(rollover + minutes * MINUTE)).toBe(isNear ? rollover : undefined)
})
