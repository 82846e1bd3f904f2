import { describe, expect, it } from "vitest"
import { periodStart } from "./period.ts"

const at = (text: string): number => Date.parse(text)

describe("periodStart", () => {
  it.each([
    { period: "today", zone: "UTC", now: "2026-11-23T13:00:00Z", start: "2026-11-23T00:00:00Z" },
    { period: "today", zone: "America/New_York", now: "2026-11-23T03:00:00Z", start: "2026-11-22T05:00:00Z" },
    { period: "week", zone: "UTC", now: "2026-11-23T13:00:00Z", start: "2026-11-17T00:00:00Z" },
    { period: "month", zone: "Europe/London", now: "2026-11-23T13:00:00Z", start: "2026-10-24T23:00:00Z" }
  ] as const)("$period in $zone at $now begins at $start", ({ period, zone, now, start }) => {
    expect(periodStart(period, zone, at(now))).toBe(at(start))
  })

  it("has no beginning for everything", () => {
    expect(periodStart("all", "UTC", at("2026-11-23T13:00:00Z"))).toBeUndefined()
  })
})
