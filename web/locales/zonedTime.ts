/** zonedTime: wall-clock times of a time zone, as a date and time field writes them, to epoch milliseconds and back. */

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" })
  formats.set(timeZone, made)
  return made
}

/** `2026-11-23T13:01`, in that zone. */
export const wallTime = (millis: number, timeZone: string): string => formatOf(timeZone).format(millis).replace(" ", "T").slice(0, 16)

/** Zone's clock minus UTC, milliseconds. */
const offsetAt = (millis: number, timeZone: string): number => {
  const whole = Math.floor(millis / 1_000) * 1_000
  return Date.parse(`${formatOf(timeZone).format(whole).replace(" ", "T")}Z`) - whole
}

/**
 * The moment when that zone's clock shows `text` (`2026-11-23T13:01`); undefined when it is no date. A time that daylight saving skips is the
 * one as long after the jump, one that comes twice is the first.
 */
export const zonedMillis = (text: string, timeZone: string): number | undefined => {
  const asUtc = Date.parse(`${text}Z`)
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) || Number.isNaN(asUtc)) return undefined
  const before = asUtc - offsetAt(asUtc - DAY_MILLIS, timeZone)
  if (wallTime(before, timeZone) === text) return before
  const after = asUtc - offsetAt(asUtc + DAY_MILLIS, timeZone)
  return wallTime(after, timeZone) === text ? after : before
}

const DAY_MILLIS = 86_400_000
