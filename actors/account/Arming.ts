/**
 * Arming: what an exposed account has armed, so that a node can arm it again without rebuilding it.
 *
 * Why it stays right while the account sleeps: a tripwire is a price, not a distance, and so is the reference of a slope. As long as nothing
 * trips and `wakeAt` has not come, nothing can happen to the account, wherever the market went in between. It depends on the account's state
 * and on the configuration, so it counts for that very sequence and that very configuration only; what quotes have passed meanwhile trips
 * with the first tick.
 */
import type { Wiring } from "#actors/symbol/Tripwire.ts"
import type { Millis } from "#domain/Quote.ts"

export interface Arming extends Wiring {
  /** When time alone will make something happen. */
  readonly wakeAt: Millis | undefined
  readonly configurationVersion: number
}
