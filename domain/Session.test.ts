import { describe, expect, it } from "vitest"
import type { Instrument } from "#domain/Instrument.ts"
import { isMarketOpen, nextOpenAt } from "#domain/Session.ts"

const at = (text: string): number => Date.parse(text)
const day = 1_440
/** Forex: Sunday 17:00 to Friday 17:00 New York. */
const forex: Pick<Instrument, "timeZone" | "sessions" | "holidays"> = {
  timeZone: "America/New_York",
  sessions: [{ openMinute: 17 * 60, closeMinute: 5 * day + 17 * 60 }],
  holidays: []
}
/** A share: Monday to Friday 09:30 to 16:00 New York. */
const share: typeof forex = {
  timeZone: "America/New_York",
  sessions: [1, 2, 3, 4, 5].map((weekday) => ({ openMinute: weekday * day + 570, closeMinute: weekday * day + 960 })),
  holidays: [{ date: "2026-11-26" }, { date: "2026-11-27", closeMinute: 780 }]
}

describe("a weekly session in the instrument's time zone", () => {
  it.each([
    ["forex opens Sunday 17:00 New York, 22:00 UTC in winter", forex, "2026-11-22T21:59:59Z", false],
    ["forex opens Sunday 17:00 New York, 22:00 UTC in winter", forex, "2026-11-22T22:00:00Z", true],
    ["forex opens Sunday 17:00 New York, 21:00 UTC in summer", forex, "2026-07-05T21:00:00Z", true],
    ["forex closes Friday 17:00, exclusive", forex, "2026-11-27T21:59:59Z", true],
    ["forex closes Friday 17:00, exclusive", forex, "2026-11-27T22:00:00Z", false],
    ["a share trades by day", share, "2026-11-23T14:30:00Z", true],
    ["a share rests by night", share, "2026-11-23T21:00:00Z", false]
  ])("%s", (_title, schedule, instant, isOpen) => {
    expect(isMarketOpen(schedule, at(instant))).toBe(isOpen)
  })

  it("empty sessions trade around the clock", () => {
    expect(isMarketOpen({ timeZone: "UTC", sessions: [], holidays: [] }, at("2026-11-22T03:00:00Z"))).toBe(true)
  })
})

describe("holidays", () => {
  it.each([
    ["Thanksgiving is closed", "2026-11-26T15:00:00Z", false],
    ["the day after closes at 13:00", "2026-11-27T17:59:00Z", true],
    ["the day after closes at 13:00", "2026-11-27T18:00:00Z", false]
  ])("%s", (_title, instant, isOpen) => {
    expect(isMarketOpen(share, at(instant))).toBe(isOpen)
  })
  it("close what trades around the clock too", () => {
    const schedule = { timeZone: "UTC", sessions: [], holidays: [{ date: "2026-12-25" }] }
    expect(isMarketOpen(schedule, at("2026-12-25T12:00:00Z"))).toBe(false)
    expect(nextOpenAt(schedule, at("2026-12-25T12:00:00Z"))).toBe(at("2026-12-26T00:00:00Z"))
  })
})

describe("the next opening", () => {
  it.each([
    ["on Saturday it is Sunday 17:00", forex, "2026-11-28T12:00:00Z", "2026-11-29T22:00:00Z"],
    ["over the spring change it is an hour earlier in UTC", forex, "2026-03-07T12:00:00Z", "2026-03-08T21:00:00Z"],
    ["after a holiday it is the next session", share, "2026-11-26T15:00:00Z", "2026-11-27T14:30:00Z"],
    ["after an early close on Friday it is Monday", share, "2026-11-27T18:00:00Z", "2026-11-30T14:30:00Z"]
  ])("%s", (_title, schedule, instant, expected) => {
    expect(nextOpenAt(schedule, at(instant))).toBe(at(expected))
  })
  it("of an open market is none", () => {
    expect(nextOpenAt(forex, at("2026-11-23T12:00:00Z"))).toBeUndefined()
  })
  it("of a market that never opens is none", () => {
    expect(
      nextOpenAt({ timeZone: "UTC", sessions: [{ openMinute: 60, closeMinute: 60 }], holidays: [] }, at("2026-11-23T12:00:00Z"))
    ).toBeUndefined()
  })
})
