/** Calendar: clocks of the places that matter, trading days and sessions, by the published rules of summer time and nothing else. */
import type { Instrument } from "#domain/Instrument.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
/** A trading day ends at 17:00 in New York. */
const ROLLOVER_HOUR = 17

const sundayOnOrAfter = (year: number, month: number, day: number): number => {
  const at = Date.UTC(year, month, day)
  return at + ((7 - new Date(at).getUTCDay()) % 7) * DAY
}

/** Hours that the zone's clocks are ahead of UTC at that instant. United States: second Sunday of March 2:00 to first Sunday of November 2:00. */
const offsetHours = (timeZone: string, at: number): number => {
  const year = new Date(at).getUTCFullYear()
  if (timeZone === "UTC") return 0
  if (timeZone === "America/New_York") {
    const summerStarts = sundayOnOrAfter(year, 2, 8) + 7 * HOUR
    const winterStarts = sundayOnOrAfter(year, 10, 1) + 6 * HOUR
    return at >= summerStarts && at < winterStarts ? -4 : -5
  }
  if (timeZone === "Europe/London") {
    const summerStarts = sundayOnOrAfter(year, 2, 25) + HOUR
    const winterStarts = sundayOnOrAfter(year, 9, 25) + HOUR
    return at >= summerStarts && at < winterStarts ? 1 : 0
  }
  throw new RangeError(`the model does not know the time zone ${timeZone}`)
}

/** What the zone's wall clocks show, as if it were UTC. */
const wallClock = (timeZone: string, at: number): number => at + offsetHours(timeZone, at) * HOUR

const isoDate = (at: number): string => new Date(at).toISOString().slice(0, 10)
const dateAt = (day: string): number => Date.parse(`${day}T00:00:00Z`)

export const dayAfter = (day: string): string => isoDate(dateAt(day) + DAY)
export const dayBefore = (day: string): string => isoDate(dateAt(day) - DAY)
/** Monday 0 .. Sunday 6. */
export const weekdayOf = (day: string): number => (new Date(dateAt(day)).getUTCDay() + 6) % 7

/** The instant at which that trading day ends: 17:00 in New York, which no change of clocks touches. */
export const endOfTradingDay = (day: string): number => {
  const wall = dateAt(day) + ROLLOVER_HOUR * HOUR
  return wall - offsetHours("America/New_York", wall + 5 * HOUR) * HOUR
}

/** The trading day under way at that instant; 17:00 sharp belongs to the next. */
export const tradingDayAt = (at: number): string => {
  const today = isoDate(wallClock("America/New_York", at))
  return at < endOfTradingDay(today) ? today : dayAfter(today)
}

/** Minutes since Sunday 00:00 on the instrument's wall clock. */
const minuteOfWeek = (wall: number): number => {
  const date = new Date(wall)
  return date.getUTCDay() * 1440 + date.getUTCHours() * 60 + date.getUTCMinutes()
}

/** Whether the instrument trades at that instant: inside a session, not on a holiday, not after a short day's end. */
export const isOpenAt = (instrument: Instrument, at: number): boolean => {
  const wall = wallClock(instrument.timeZone, at)
  const minute = minuteOfWeek(wall)
  const inSession =
    instrument.sessions.length === 0 || instrument.sessions.some((session) => minute >= session.openMinute && minute < session.closeMinute)
  const holiday = instrument.holidays.find((candidate) => candidate.date === isoDate(wall))
  if (holiday === undefined) return inSession
  return inSession && holiday.closeMinute !== undefined && minute % 1440 < holiday.closeMinute
}

/** Whether the instrument does not trade on that date at all. */
const isDayOff = (instrument: Instrument, day: string): boolean => {
  if (instrument.holidays.some((holiday) => holiday.date === day && holiday.closeMinute === undefined)) return true
  return (instrument.swap.dayMultipliers[weekdayOf(day)] ?? 0) === 0
}

const isHoliday = (instrument: Instrument, day: string): boolean =>
  instrument.holidays.some((holiday) => holiday.date === day && holiday.closeMinute === undefined)

/** Nights charged at the end of that trading day: its own multiplier and those of the holidays right after it; none on a holiday itself. */
export const nightsOf = (instrument: Instrument, day: string): number => {
  if (isHoliday(instrument, day)) return 0
  const own = instrument.swap.dayMultipliers[weekdayOf(day)] ?? 0
  if (own === 0) return 0
  let nights = own
  for (let next = dayAfter(day); isDayOff(instrument, next) && nights < 1000; next = dayAfter(next)) {
    nights += instrument.swap.dayMultipliers[weekdayOf(next)] ?? 0
  }
  return nights
}
