/** period: how far back the history goes. */
import { wallTime, zonedMillis } from "../../locales/zonedTime.ts"
import type { Period } from "../../state/selection.ts"

const DAYS: Readonly<Record<Period, number | undefined>> = { today: 0, week: 6, month: 29, all: undefined }
const DAY_MILLIS = 86_400_000

/** Midnight of the period's first day in that zone; undefined for everything. */
export const periodStart = (period: Period, timeZone: string, now: number): number | undefined => {
  const days = DAYS[period]
  if (days === undefined) return undefined
  const today = zonedMillis(`${wallTime(now, timeZone).slice(0, 10)}T12:00`, timeZone) ?? now
  return zonedMillis(`${wallTime(today - days * DAY_MILLIS, timeZone).slice(0, 10)}T00:00`, timeZone)
}
