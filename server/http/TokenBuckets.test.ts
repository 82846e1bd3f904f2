import { describe, expect, it } from "vitest"
import { TokenBuckets } from "#server/http/TokenBuckets.ts"

const policy = { name: "test", quota: 3, windowSeconds: 30 }

describe("a bucket of three in thirty seconds", () => {
  it("allows three at once, then one every ten seconds", () => {
    const buckets = new TokenBuckets(policy)
    expect([0, 0, 0, 0].map((now) => buckets.take("a", now).allowed)).toEqual([true, true, true, false])
    expect(buckets.take("a", 9_999).allowed).toBe(false)
    expect(buckets.take("a", 10_000).allowed).toBe(true)
    expect(buckets.take("a", 10_000).allowed).toBe(false)
  })

  it("says when to come back, and never sooner than it would be true", () => {
    const buckets = new TokenBuckets(policy)
    for (let count = 0; count < 3; count++) buckets.take("a", 0)
    const refused = buckets.take("a", 0)
    expect(refused).toMatchObject({ allowed: false, remaining: 0, retryAfterSeconds: 10, resetSeconds: 30 })
    expect(buckets.take("a", refused.retryAfterSeconds * 1_000).allowed).toBe(true)
  })

  it("never holds more than its quota", () => {
    const buckets = new TokenBuckets(policy)
    expect(buckets.peek("a", 1_000_000).remaining).toBe(3)
    expect([1, 2, 3, 4].map(() => buckets.take("a", 2_000_000).allowed)).toEqual([true, true, true, false])
  })

  it("takes nothing when it only looks", () => {
    const buckets = new TokenBuckets(policy)
    for (let count = 0; count < 10; count++) expect(buckets.peek("a", 0).allowed).toBe(true)
    expect(buckets.take("a", 0).remaining).toBe(2)
  })

  it("keeps keys apart", () => {
    const buckets = new TokenBuckets(policy)
    for (let count = 0; count < 3; count++) buckets.take("a", 0)
    expect(buckets.take("a", 0).allowed).toBe(false)
    expect(buckets.take("b", 0).allowed).toBe(true)
  })

  it("gives nothing for a clock that goes back", () => {
    const buckets = new TokenBuckets(policy)
    for (let count = 0; count < 3; count++) buckets.take("a", 60_000)
    expect(buckets.take("a", 0).allowed).toBe(false)
  })
})

it("remembers a bounded number of keys and forgets the quietest", () => {
  const buckets = new TokenBuckets(policy, 3)
  for (const key of ["a", "b", "c"]) for (let count = 0; count < 3; count++) buckets.take(key, 0)
  buckets.take("a", 0)
  buckets.take("d", 0)
  expect(buckets.size).toBe(3)
  expect(buckets.take("a", 0).allowed).toBe(false)
  expect(buckets.peek("b", 0).remaining).toBe(3)
})
