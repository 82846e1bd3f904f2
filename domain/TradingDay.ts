/** TradingDay: the day by which swaps are charged and DAY orders end: from 17:00 to 17:00 in New York, named after the date on which it ends. */
import type { Millis } from "#domain/Quote.ts"
import { DAY, dateOfWallClock, HOUR, instantAt, wallClock, wallClockOfDate, weekdayOf } from "#domain/TimeZone.ts"

const NEW_YORK = "America/New_York"
/** Added to New York's clock it turns 17:00 into midnight. */
const TO_MIDNIGHT = 7 * HOUR

export interface TradingDay {
  /** `2026-11-23`. */
  readonly day: string
  /** The one that ended last. */
  readonly dayBefore: string
  /** The previous rollover. */
  readonly startsAt: Millis
  /** This day's rollover: exclusive. */
  readonly endsAt: Millis
}

/** Decisions ask for the same few days over and over: today, and those on which positions were opened. */
const RECENT_DAYS_MAX = 16
let recent: ReadonlyArray<TradingDay> = []

/** The trading day in which an instant lies. */
export const tradingDayAt = (at: Millis): TradingDay => {
  for (const known of recent) if (at >= known.startsAt && at < known.endsAt) return known
  const found = tradingDayNamed(dateOfWallClock(wallClock(NEW_YORK, at) + TO_MIDNIGHT))
  recent = [found, ...recent].slice(0, RECENT_DAYS_MAX)
  return found
}

export const tradingDayNamed = (day: string): TradingDay => {
  const midnight = wallClockOfDate(day)
  return { day, dayBefore: dayBefore(day), startsAt: rolloverOf(midnight - DAY), endsAt: rolloverOf(midnight) }
}

const rolloverOf = (midnight: Millis): Millis => instantAt(NEW_YORK, midnight + DAY - TO_MIDNIGHT)

export const dayAfter = (day: string): string => dateOfWallClock(wallClockOfDate(day) + DAY)
export const dayBefore = (day: string): string => dateOfWallClock(wallClockOfDate(day) - DAY)

/** 0 Monday … 6 Sunday. */
export const weekdayFromMonday = (day: string): number => (weekdayOf(wallClockOfDate(day)) + 6) % 7
