/** Session: when an instrument trades: its weekly sessions less its holidays, in its own time zone. */
import type { Instrument } from "#domain/Instrument.ts"
import type { Millis } from "#domain/Quote.ts"
import { DAY, dateOfWallClock, instantAt, MINUTE, wallClock, weekdayOf } from "#domain/TimeZone.ts"

type Schedule = Pick<Instrument, "timeZone" | "sessions" | "holidays">

const MINUTES_PER_DAY = 1_440

/** How far ahead the next opening is looked for. */
export const OPENING_DAYS_MAX = 30

/** Whether the instrument trades at that instant. Without sessions it trades around the clock, holidays excepted. */
export const isMarketOpen = (schedule: Schedule, at: Millis): boolean => {
  if (schedule.sessions.length === 0 && schedule.holidays.length === 0) return true
  const local = wallClock(schedule.timeZone, at)
  return isOnSchedule(schedule.sessions, local) && !isHoliday(schedule.holidays, local)
}

const isOnSchedule = (sessions: Schedule["sessions"], local: Millis): boolean => {
  if (sessions.length === 0) return true
  const minute = weekdayOf(local) * MINUTES_PER_DAY + minuteOfDay(local)
  return sessions.some(({ openMinute, closeMinute }) => minute >= openMinute && minute < closeMinute)
}

const isHoliday = (holidays: Schedule["holidays"], local: Millis): boolean => {
  if (holidays.length === 0) return false
  const date = dateOfWallClock(local)
  return holidays.some(
    (holiday) => holiday.date === date && (holiday.closeMinute === undefined || minuteOfDay(local) >= holiday.closeMinute)
  )
}

const minuteOfDay = (local: Millis): number => Math.floor((local - Math.floor(local / DAY) * DAY) / MINUTE)

/** A day on which the instrument does not trade at all. */
export const isFullHoliday = (holidays: Schedule["holidays"], date: string): boolean =>
  holidays.some((holiday) => holiday.date === date && holiday.closeMinute === undefined)

/** The next instant, after `at`, at which a closed market opens; undefined when it is open, or stays closed for a month. */
export const nextOpenAt = (schedule: Schedule, at: Millis): Millis | undefined => {
  if (isMarketOpen(schedule, at)) return undefined
  const midnight = Math.floor(wallClock(schedule.timeZone, at) / DAY) * DAY
  for (let day = 0; day <= OPENING_DAYS_MAX; day++) {
    const local = midnight + day * DAY
    const openings = openingsOn(schedule, local).map((opening) => instantAt(schedule.timeZone, opening))
    const next = openings.filter((instant) => instant > at && isMarketOpen(schedule, instant))
    if (next.length > 0) return Math.min(...next)
  }
  return undefined
}

/** Wall-clock times of a day at which the market might open: its sessions' openings, and midnight, when a holiday ends. */
const openingsOn = (schedule: Schedule, midnight: Millis): ReadonlyArray<Millis> => {
  const dayStart = weekdayOf(midnight) * MINUTES_PER_DAY
  const ofDay = schedule.sessions.filter(({ openMinute }) => openMinute >= dayStart && openMinute < dayStart + MINUTES_PER_DAY)
  return [midnight, ...ofDay.map(({ openMinute }) => midnight + (openMinute - dayStart) * MINUTE)]
}
