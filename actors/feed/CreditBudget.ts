/**
 * CreditBudget: how many REST credits the plan still gives, per minute and per day (UTC), and who may spend them.
 *
 * Upstream is the authority: its headers, `/api_usage` and refusals are taken as they come; between them our own spending is counted. Others
 * may use the same key, so what upstream says is used is believed even when it is more than we spent.
 */
import type { Millis } from "#domain/Quote.ts"

const MINUTE_MILLIS = 60_000
const DAY_MILLIS = 86_400_000
/** The smallest plan's limit, until upstream tells ours. */
const PER_MINUTE_UNTOLD = 8
/** A day's budget is spent at up to so many times the even pace: an outage is rarely long. */
const DAY_PACE = 12

/**
 * Who spends, in order of precedence, and the share of the minute's limit up to which each may: prices of symbols with exposure leave
 * nothing over; then candles that someone waits for, prices that someone watches, and bars that are merely checked.
 */
export const CREDIT_SHARES = { exposure: 1, candles: 0.9, watched: 0.75, reconciliation: 0.5 } as const
export type CreditPurpose = keyof typeof CREDIT_SHARES

/** What `/api_usage` tells. */
export interface UsageReport {
  readonly usedInMinute: number
  readonly perMinute: number
  readonly usedInDay: number | undefined
  readonly perDay: number | undefined
}

export class CreditBudget {
  #perMinute = PER_MINUTE_UNTOLD
  #perDay: number | undefined
  #minute = 0
  #usedInMinute = 0
  #day = 0
  #usedInDay = 0
  #refusedUntil: Millis = 0

  /** Takes the headers `Api-credits-used` and `Api-credits-left` of an answer. */
  observeHeaders(used: number, left: number, now: Millis): void {
    this.#turn(now)
    this.#usedInMinute = Math.max(this.#usedInMinute, used)
    if (used + left > 0) this.#perMinute = used + left
  }

  observeUsage(report: UsageReport, now: Millis): void {
    this.#turn(now)
    this.#perMinute = report.perMinute
    this.#perDay = report.perDay
    this.#usedInMinute = Math.max(this.#usedInMinute, report.usedInMinute)
    this.#usedInDay = Math.max(this.#usedInDay, report.usedInDay ?? 0)
  }

  /** Takes a 429: nothing more until the next minute, or the next day when the day's credits ran out. */
  observeRefusal(message: string, now: Millis): void {
    const period = message.includes("for the day") ? DAY_MILLIS : MINUTE_MILLIS
    this.#refusedUntil = Math.max(this.#refusedUntil, (Math.floor(now / period) + 1) * period)
  }

  /** Spends the credits if the purpose may have them now. */
  take(credits: number, purpose: CreditPurpose, now: Millis): boolean {
    if (this.available(purpose, now) < credits) return false
    this.#usedInMinute += credits
    this.#usedInDay += credits
    return true
  }

  /** Credits that the purpose may spend now. */
  available(purpose: CreditPurpose, now: Millis): number {
    this.#turn(now)
    if (now < this.#refusedUntil) return 0
    const inMinute = Math.floor(this.#perMinute * CREDIT_SHARES[purpose]) - this.#usedInMinute
    const inDay = this.#perDay === undefined ? Infinity : this.#perDay - this.#usedInDay
    return Math.max(0, Math.min(inMinute, inDay))
  }

  /** Credits a minute at which prices can be polled without running dry before the day is over. */
  pollsPerMinute(now: Millis): number {
    this.#turn(now)
    const perMinute = this.#perMinute * CREDIT_SHARES.watched
    if (this.#perDay === undefined) return perMinute
    const minutesLeft = (DAY_MILLIS - (now % DAY_MILLIS)) / MINUTE_MILLIS
    return Math.min(perMinute, (Math.max(0, this.#perDay - this.#usedInDay) / minutesLeft) * DAY_PACE)
  }

  report(now: Millis): UsageReport & { readonly usedInDay: number; readonly refusedUntil: Millis | undefined } {
    this.#turn(now)
    return {
      usedInMinute: this.#usedInMinute,
      perMinute: this.#perMinute,
      usedInDay: this.#usedInDay,
      perDay: this.#perDay,
      refusedUntil: now < this.#refusedUntil ? this.#refusedUntil : undefined
    }
  }

  #turn(now: Millis): void {
    const [minute, day] = [Math.floor(now / MINUTE_MILLIS), Math.floor(now / DAY_MILLIS)]
    if (minute !== this.#minute) this.#usedInMinute = 0
    if (day !== this.#day) this.#usedInDay = 0
    this.#minute = minute
    this.#day = day
  }
}
