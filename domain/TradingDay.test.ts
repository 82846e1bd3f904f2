import { describe, expect, it } from "vitest"
import { dayAfter, dayBefore, tradingDayAt, tradingDayNamed, weekdayFromMonday } from "#domain/TradingDay.ts"

const at = (text: string): number => Date.parse(text)

describe("rollover is at 17:00 America/New_York", () => {
  it.each([
    ["22:00 UTC in winter", "2026-11-23", "2026-11-23T22:00:00Z"],
    ["21:00 UTC in US summer time", "2026-07-01", "2026-07-01T21:00:00Z"],
    ["21:00 UTC on the Sunday of the spring change", "2026-03-08", "2026-03-08T21:00:00Z"],
    ["22:00 UTC on the Sunday of the autumn change", "2026-11-01", "2026-11-01T22:00:00Z"]
  ])("%s", (_title, day, endsAt) => {
    expect(tradingDayNamed(day).endsAt).toBe(at(endsAt))
  })

  it("a trading day begins where the one before ended and is named after the date on which it ends", () => {
    expect(tradingDayAt(at("2026-11-23T21:59:59.999Z")).day).toBe("2026-11-23")
    expect(tradingDayAt(at("2026-11-23T22:00:00Z")).day).toBe("2026-11-24")
    expect(tradingDayAt(at("2026-11-22T22:30:00Z")).day).toBe("2026-11-23")
    expect(tradingDayNamed("2026-11-24").startsAt).toBe(tradingDayNamed("2026-11-23").endsAt)
  })

  it("every instant lies in exactly one trading day, over both changes of the clock", () => {
    for (let instant = at("2026-03-06T00:00:00Z"); instant < at("2026-03-11T00:00:00Z"); instant += 900_000) {
      const day = tradingDayAt(instant)
      expect(instant >= day.startsAt && instant < day.endsAt).toBe(true)
    }
    const lengths = ["2026-03-08", "2026-11-01", "2026-11-23"].map(
      (day) => (tradingDayNamed(day).endsAt - tradingDayNamed(day).startsAt) / 3_600_000
    )
    expect(lengths).toEqual([23, 25, 24])
  })

  it("days follow each other over months and leap days", () => {
    expect(dayAfter("2028-02-28")).toBe("2028-02-29")
    expect(dayBefore("2027-01-01")).toBe("2026-12-31")
    expect(weekdayFromMonday("2026-11-23")).toBe(0)
    expect(weekdayFromMonday("2026-11-22")).toBe(6)
  })
})
