import { describe, expect, it } from "vitest"
import { CreditBudget, type CreditPurpose } from "#actors/feed/CreditBudget.ts"

const NOON = Date.UTC(2026, 2, 4, 12)
const PURPOSES: ReadonlyArray<CreditPurpose> = ["exposure", "candles", "watched", "reconciliation"]
const available = (budget: CreditBudget, now = NOON) => PURPOSES.map((purpose) => budget.available(purpose, now))
const plan = (perMinute: number, perDay?: number) => {
  const budget = new CreditBudget()
  budget.observeUsage({ usedInMinute: 0, perMinute, usedInDay: perDay === undefined ? undefined : 0, perDay }, NOON)
  return budget
}

describe("the credit budget", () => {
  it("assumes the smallest plan until it is told", () => {
    expect(available(new CreditBudget())).toEqual([8, 7, 6, 4])
  })

  it("leaves the last of the minute to exposure", () => {
    const budget = plan(100)
    expect(available(budget)).toEqual([100, 90, 75, 50])
    expect(budget.take(60, "watched", NOON)).toBe(true)
    expect(available(budget)).toEqual([40, 30, 15, 0])
    expect([budget.take(16, "watched", NOON), budget.take(16, "exposure", NOON)]).toEqual([false, true])
  })

  it("is whole again with the next minute", () => {
    const budget = plan(100)
    budget.take(100, "exposure", NOON)
    expect(available(budget, NOON + 59_999)).toEqual([0, 0, 0, 0])
    expect(available(budget, NOON + 60_000)).toEqual([100, 90, 75, 50])
  })

  it("believes the headers, more used than it knew of included", () => {
    const budget = plan(8)
    budget.observeHeaders(20, 35, NOON)
    expect(available(budget)).toEqual([35, 29, 21, 7])
    budget.observeHeaders(0, 0, NOON)
    expect(available(budget)).toEqual([35, 29, 21, 7])
  })

  it("counts the day too", () => {
    const budget = plan(100, 120)
    budget.take(100, "exposure", NOON)
    expect(available(budget, NOON + 60_000)).toEqual([20, 20, 20, 20])
    expect(available(budget, NOON + 86_400_000)).toEqual([100, 90, 75, 50])
  })

  it.each([
    ["You have run out of API credits for the current minute.", NOON + 59_999, NOON + 60_000],
    ["You have run out of API credits for the day.", NOON + 12 * 3_600_000 - 1, NOON + 12 * 3_600_000]
  ])("after «%s» it waits", (message, still, again) => {
    const budget = plan(100)
    budget.observeRefusal(message, NOON)
    expect(available(budget, still)).toEqual([0, 0, 0, 0])
    expect(available(budget, again)).toEqual([100, 90, 75, 50])
  })

  it("paces polls by the minute, and by what is left of the day", () => {
    expect(plan(600).pollsPerMinute(NOON)).toBe(450)
    expect(plan(8, 720).pollsPerMinute(NOON)).toBe(6)
    expect(plan(8, 72).pollsPerMinute(NOON)).toBeCloseTo(1.2)
    expect(plan(8, 0).pollsPerMinute(NOON)).toBe(0)
  })
})
