import { describe, expect, it } from "vitest"
import { wallTime, zonedMillis } from "./zonedTime.ts"

describe("zonedMillis", () => {
  it.each([
    { text: "2026-11-23T13:01", zone: "UTC", utc: "2026-11-23T13:01:00Z" },
    { text: "2026-11-23T13:01", zone: "America/New_York", utc: "2026-11-23T18:01:00Z" },
    { text: "2026-07-01T09:30", zone: "America/New_York", utc: "2026-07-01T13:30:00Z" },
    { text: "2026-01-01T00:00", zone: "Asia/Kolkata", utc: "2025-12-31T18:30:00Z" },
    { text: "2026-03-08T03:30", zone: "America/New_York", utc: "2026-03-08T07:30:00Z" },
    { text: "2026-11-01T01:30", zone: "America/New_York", utc: "2026-11-01T05:30:00Z" }
  ])("$text in $zone is $utc", ({ text, zone, utc }) => {
    expect(zonedMillis(text, zone)).toBe(Date.parse(utc))
    expect(wallTime(Date.parse(utc), zone)).toBe(text)
  })

  it("takes a time that the clocks skip as one after the jump", () => {
    expect(zonedMillis("2026-03-08T02:30", "America/New_York")).toBe(Date.parse("2026-03-08T07:30:00Z"))
  })

  it.each(["", "tomorrow", "2026-13-01T00:00", "2026-11-23"])("%j is no date", (text) => {
    expect(zonedMillis(text, "UTC")).toBeUndefined()
  })
})
