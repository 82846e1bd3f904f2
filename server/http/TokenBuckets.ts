/** TokenBuckets: how often each key may do something. In memory, bounded: the key that was quiet longest is forgotten first. */

/** `quota` at once, refilled evenly over `windowSeconds`. */
export interface LimitPolicy {
  /** As it stands in the RateLimit headers. */
  readonly name: string
  readonly quota: number
  readonly windowSeconds: number
}

export interface Taken {
  readonly allowed: boolean
  readonly remaining: number
  /** Until one more is allowed; 0 when it is now. */
  readonly retryAfterSeconds: number
  /** Until the quota is full again. */
  readonly resetSeconds: number
}

/** Keys that are remembered per policy. */
export const KEYS_MAX = 50_000

interface Bucket {
  tokens: number
  refilledAt: number
}

export class TokenBuckets {
  readonly policy: LimitPolicy
  readonly #keysMax: number
  readonly #buckets = new Map<string, Bucket>()

  constructor(policy: LimitPolicy, keysMax = KEYS_MAX) {
    this.policy = policy
    this.#keysMax = keysMax
  }

  /** Takes a token when there is one. */
  take(key: string, now: number): Taken {
    const bucket = this.#refilled(key, now)
    const allowed = bucket.tokens >= 1
    if (allowed) bucket.tokens -= 1
    return this.#answer(bucket, allowed)
  }

  /** As `take` would answer, taking nothing. */
  peek(key: string, now: number): Taken {
    const bucket = this.#refilled(key, now)
    return this.#answer(bucket, bucket.tokens >= 1)
  }

  get size(): number {
    return this.#buckets.size
  }

  #refilled(key: string, now: number): Bucket {
    const { quota, windowSeconds } = this.policy
    const bucket = this.#buckets.get(key) ?? { tokens: quota, refilledAt: now }
    const elapsed = Math.max(0, now - bucket.refilledAt)
    bucket.tokens = Math.min(quota, bucket.tokens + (elapsed / 1000) * (quota / windowSeconds))
    bucket.refilledAt = now
    this.#buckets.delete(key)
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size < this.#keysMax) break
      this.#buckets.delete(oldest)
    }
    this.#buckets.set(key, bucket)
    return bucket
  }

  #answer(bucket: Bucket, allowed: boolean): Taken {
    const { quota, windowSeconds } = this.policy
    const secondsFor = (tokens: number): number => Math.ceil((tokens * windowSeconds) / quota)
    return {
      allowed,
      remaining: Math.floor(bucket.tokens),
      retryAfterSeconds: allowed ? 0 : Math.max(1, secondsFor(1 - bucket.tokens)),
      resetSeconds: secondsFor(quota - bucket.tokens)
    }
  }
}
