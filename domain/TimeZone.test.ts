import { describe, expect, it } from "vitest"
import { dateOfWallClock, instantAt, isTimeZone, wallClock, wallClockOfDate, weekdayOf } from "#domain/TimeZone.ts"

const at = (text: string): number => Date.parse(text)
const NEW_YORK = "America/New_York"

describe("wall-clock time", () => {
  it.each([
    ["UTC", "2026-11-23T22:00:00Z", "2026-11-23T22:00:00Z"],
    [NEW_YORK, "2026-11-23T22:00:00Z", "2026-11-23T17:00:00Z"],
    [NEW_YORK, "2026-07-01T21:00:00Z", "2026-07-01T17:00:00Z"],
    ["Europe/Berlin", "2026-07-01T21:00:00Z", "2026-07-01T23:00:00Z"],
    ["Asia/Kolkata", "2026-07-01T21:00:00Z", "2026-07-02T02:30:00Z"]
  ])("in %s at %s is %s", (zone, instant, local) => {
    expect(wallClock(zone, at(instant))).toBe(at(local))
    expect(instantAt(zone, at(local))).toBe(at(instant))
  })

  it("jumps in spring: 02:30 does not exist in New York on 2026-03-08", () => {
    expect(wallClock(NEW_YORK, at("2026-03-08T06:59:00Z"))).toBe(at("2026-03-08T01:59:00Z"))
    expect(wallClock(NEW_YORK, at("2026-03-08T07:00:00Z"))).toBe(at("2026-03-08T03:00:00Z"))
    expect(instantAt(NEW_YORK, at("2026-03-08T02:30:00Z"))).toBe(at("2026-03-08T07:30:00Z"))
  })

  it("falls back in autumn: 01:30 happens twice in New York on 2026-11-01", () => {
    expect(wallClock(NEW_YORK, at("2026-11-01T05:30:00Z"))).toBe(at("2026-11-01T01:30:00Z"))
    expect(wallClock(NEW_YORK, at("2026-11-01T06:30:00Z"))).toBe(at("2026-11-01T01:30:00Z"))
  })

  it("knows dates, weekdays and which zones there are", () => {
    expect(dateOfWallClock(at("2026-02-28T23:59:59Z"))).toBe("2026-02-28")
    expect(wallClockOfDate("2026-02-28")).toBe(at("2026-02-28T00:00:00Z"))
    expect(weekdayOf(at("2026-11-22T00:00:00Z"))).toBe(0)
    expect(weekdayOf(at("1969-12-31T00:00:00Z"))).toBe(3)
    expect(isTimeZone(NEW_YORK)).toBe(true)
    expect(isTimeZone("Mars/Olympus")).toBe(false)
  })
})
