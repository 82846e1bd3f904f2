/**
 * TimeZone: wall-clock time in an IANA time zone, from the platform's own time-zone data (Intl), in Node and in the browser.
 *
 * A wall-clock time is written as the epoch milliseconds it would have if it were UTC, so that plain arithmetic gives days and minutes.
 */
import type { Millis } from "#domain/Quote.ts"

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** Offsets change on quarter hours at the finest, so one look-up serves a quarter of an hour. */
const OFFSET_STEP = 15 * MINUTE
/** Quarter hours whose offsets are remembered: decisions go back and forth between now, a day's ends and a position's opening. */
const STEPS_KEPT = 256

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** Which quarter hour stands in each place, and its offset. */
  readonly steps: Float64Array
  readonly offsets: Float64Array
}

/** Formatters are costly to make; there are as many as time zones in use. */
const zones = new Map<string, Zone>()

const zoneOf = (timeZone: string): Zone => {
  let zone = zones.get(timeZone)
  if (zone === undefined) {
    const format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    })
    zone = { format, steps: new Float64Array(STEPS_KEPT).fill(Number.NaN), offsets: new Float64Array(STEPS_KEPT) }
    zones.set(timeZone, zone)
  }
  return zone
}

/** Whether the platform knows the time zone. */
export const isTimeZone = (timeZone: string): boolean => {
  try {
    zoneOf(timeZone)
    return true
  } catch {
    return false
  }
}

/** Milliseconds that the zone's wall clock is ahead of UTC at that instant. Throws RangeError on an unknown zone. */
const offsetAt = (timeZone: string, at: Millis): number => {
  const { format, offsets, steps } = zoneOf(timeZone)
  const step = Math.floor(at / OFFSET_STEP)
  const place = Math.abs(step % STEPS_KEPT)
  if (steps[place] !== step) {
    offsets[place] = measureOffset(format, step * OFFSET_STEP)
    steps[place] = step
  }
  return offsets[place] ?? 0
}

const measureOffset = (format: Intl.DateTimeFormat, at: Millis): number => {
  const field: Record<string, number> = {}
  for (const part of format.formatToParts(at)) field[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = field
  return Date.UTC(year, month - 1, day, hour, minute, second) - at
}

/** The zone's wall clock at an instant. */
export const wallClock = (timeZone: string, at: Millis): Millis => at + offsetAt(timeZone, at)

/** The instant at which the zone's wall clock shows `local`; within a spring gap, the instant just after it. */
export const instantAt = (timeZone: string, local: Millis): Millis => {
  const guess = local - offsetAt(timeZone, local)
  const instant = local - offsetAt(timeZone, guess)
  return wallClock(timeZone, instant) === local ? instant : Math.max(instant, guess)
}

/** `2026-11-23` of a wall-clock time. */
export const dateOfWallClock = (local: Millis): string => new Date(local).toISOString().slice(0, 10)

/** Midnight of the date, as a wall-clock time. */
export const wallClockOfDate = (date: string): Millis => Date.parse(`${date}T00:00:00Z`)

/** 0 Sunday … 6 Saturday. */
export const weekdayOf = (local: Millis): number => (((Math.floor(local / DAY) + 4) % 7) + 7) % 7
