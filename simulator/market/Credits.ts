/** Credits: the plan's budget of REST requests, per minute and per day (UTC), for each key. */
import { DAY, MINUTE } from "#simulator/market/PricePath.ts"
import { outOfDayCredits, outOfMinuteCredits, type UpstreamError } from "#simulator/market/UpstreamError.ts"

interface Usage {
  minute: number
  usedInMinute: number
  day: number
  usedInDay: number
}

export class Credits {
  #usage = new Map<string, Usage>()
  /** 0: no limit. */
  perMinute = 610
  /** 0: no limit. */
  perDay = 0

  setLimits(perMinute: number, perDay: number): void {
    this.perMinute = perMinute
    this.perDay = perDay
    this.#usage.clear()
  }

  /** Spends `credits` of the key's budget, or tells what upstream answers when it is used up. */
  spend(key: string, credits: number, now: number): UpstreamError | undefined {
    const usage = this.usage(key, now)
    usage.usedInMinute += credits
    usage.usedInDay += credits
    if (this.perDay > 0 && usage.usedInDay > this.perDay) return outOfDayCredits(usage.usedInDay, this.perDay)
    if (this.perMinute > 0 && usage.usedInMinute > this.perMinute) return outOfMinuteCredits(usage.usedInMinute, this.perMinute)
    return undefined
  }

  usage(key: string, now: number): Usage {
    const [minute, day] = [Math.floor(now / MINUTE), Math.floor(now / DAY)]
    const known = this.#usage.get(key)
    const usage = {
      minute,
      usedInMinute: known?.minute === minute ? known.usedInMinute : 0,
      day,
      usedInDay: known?.day === day ? known.usedInDay : 0
    }
    this.#usage.set(key, usage)
    return usage
  }
}
