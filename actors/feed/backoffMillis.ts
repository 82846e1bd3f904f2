/** Milliseconds to wait before the next attempt to connect. */

export interface BackoffLimits {
  readonly min: number
  readonly max: number
}

export const BACKOFF_LIMITS: BackoffLimits = { min: 1_000, max: 30_000 }
/** Share by which the wait is spread, either way, so that many do not come back at once. */
const JITTER = 0.2

/** min, doubling with each failed attempt (from 1) to max, ±20 %; `random` is in [0, 1). */
export const backoffMillis = (failedAttempts: number, random: number, { min, max }: BackoffLimits = BACKOFF_LIMITS): number =>
  Math.round(Math.min(max, min * 2 ** Math.min(failedAttempts - 1, 30)) * (1 - JITTER + 2 * JITTER * random))
