/** nearRollover: the rollover around which spreads widen, if one is near. */
import type { Millis } from "#domain/Quote.ts"
import { tradingDayAt } from "#domain/TradingDay.ts"

/** So long before the rollover, and after it. */
const BEFORE_MILLIS = 30 * 60_000
const AFTER_MILLIS = 15 * 60_000

export const nearRollover = (now: Millis): Millis | undefined => {
  const { endsAt, startsAt } = tradingDayAt(now)
  if (endsAt - now <= BEFORE_MILLIS) return endsAt
  return now - startsAt <= AFTER_MILLIS ? startsAt : undefined
}
