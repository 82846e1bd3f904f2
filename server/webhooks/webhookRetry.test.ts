import { describe, expect, it } from "vitest"
import {
  ATTEMPTS_MAX,
  BREAKER_FAILURES,
  breakerAfterFailure,
  breakerState,
  CLOSED_BREAKER,
  FAILING_MILLIS_MAX,
  isGivenUp,
  retryAfterMillis,
  retryDelayMillis,
  verdictOf,
  type Breaker
} from "#server/webhooks/webhookRetry.ts"

const NOW = Date.parse("2026-11-23T12:00:00Z")
const HOUR_MILLIS = 3_600_000

describe("what an answer means", () => {
  it.each<[number, string | undefined, unknown]>([
    [200, undefined, { _tag: "Delivered" }],
    [204, undefined, { _tag: "Delivered" }],
    [301, undefined, { _tag: "Failed", pauseMillis: undefined }],
    [302, "5", { _tag: "Failed", pauseMillis: undefined }],
    [400, undefined, { _tag: "Failed", pauseMillis: undefined }],
    [410, undefined, { _tag: "Gone" }],
    [429, "120", { _tag: "Failed", pauseMillis: 120_000 }],
    [503, "Mon, 23 Nov 2026 12:01:00 GMT", { _tag: "Failed", pauseMillis: 60_000 }],
    [503, undefined, { _tag: "Failed", pauseMillis: undefined }],
    [500, "120", { _tag: "Failed", pauseMillis: undefined }]
  ])("%d with Retry-After %s: %j", (status, retryAfter, verdict) => {
    expect(verdictOf({ status, retryAfter, answer: "" }, NOW)).toEqual(verdict)
  })
  it("no answer is a failure", () => {
    expect(verdictOf({ failure: "timeout", answer: "" }, NOW)).toEqual({ _tag: "Failed", pauseMillis: undefined })
  })
  it.each([
    ["0", undefined],
    ["-5", undefined],
    ["soon", undefined],
    ["Mon, 23 Nov 2020 12:01:00 GMT", undefined],
    ["999999999", 24 * HOUR_MILLIS]
  ])("Retry-After %s waits %s", (header, millis) => {
    expect(retryAfterMillis(header, NOW)).toBe(millis)
  })
})

describe("retries", () => {
  it("are spread over days, the first within seconds", () => {
    expect(retryDelayMillis(1, 1)).toBe(5_000)
    expect(retryDelayMillis(1, 0)).toBe(0)
    const latest = Array.from({ length: ATTEMPTS_MAX - 1 }, (_, index) => retryDelayMillis(index + 1, 1)).reduce((a, b) => a + b)
    expect(latest / HOUR_MILLIS).toBeGreaterThan(72)
    expect(latest / HOUR_MILLIS).toBeLessThan(120)
    expect(retryDelayMillis(1_000, 1)).toBe(12 * HOUR_MILLIS)
  })
})

const failed = (times: number, from: Breaker = CLOSED_BREAKER): Breaker => {
  let breaker = from
  for (let time = 0; time < times; time += 1) breaker = breakerAfterFailure(breaker, undefined, NOW, 1)
  return breaker
}

describe("the breaker", () => {
  it(`opens at the ${BREAKER_FAILURES}th failure in a row, and not before`, () => {
    expect(breakerState(failed(BREAKER_FAILURES - 1), NOW)).toBe("closed")
    expect(breakerState(failed(BREAKER_FAILURES), NOW)).toBe("open")
  })
  it("lets one try after its pause, and waits longer each time that fails", () => {
    let breaker = failed(BREAKER_FAILURES)
    let now = NOW
    const pauses: Array<number> = []
    for (let probe = 0; probe < 8; probe += 1) {
      pauses.push((breaker.pausedUntil ?? 0) - now)
      now = breaker.pausedUntil ?? 0
      expect(breakerState(breaker, now)).toBe("probing")
      breaker = breakerAfterFailure(breaker, undefined, now, 1)
    }
    expect(pauses).toEqual([10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000])
  })
  it("does not count what was under way when it opened", () => {
    const breaker = failed(BREAKER_FAILURES)
    expect(failed(30, breaker)).toEqual(breaker)
  })
  it("pauses as long as the endpoint asks, at the first failure too", () => {
    const breaker = breakerAfterFailure(CLOSED_BREAKER, 120_000, NOW, 0)
    expect(breakerState(breaker, NOW + 119_999)).toBe("open")
    expect(breakerState(breaker, NOW + 120_000)).toBe("probing")
  })
  it("gives an endpoint up that has not taken anything for days", () => {
    const breaker = failed(1)
    expect(isGivenUp(breaker, NOW + FAILING_MILLIS_MAX)).toBe(false)
    expect(isGivenUp(breaker, NOW + FAILING_MILLIS_MAX + 1)).toBe(true)
    expect(isGivenUp(CLOSED_BREAKER, NOW)).toBe(false)
  })
})
