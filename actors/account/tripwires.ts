/**
 * tripwires: the prices at which something could happen to an account.
 *
 * Conservative by construction: as long as no quote passes one of them, ApplyQuotes would decide nothing.
 */
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import type { Millis } from "#domain/Quote.ts"

export const tripwires = (_state: AccountState, _market: Market): ReadonlyArray<Tripwire> => []

/** When time alone will make something happen (expiry, rollover, a market that opens); undefined when nothing will. */
export const nextWakeAt = (_state: AccountState, _market: Market): Millis | undefined => undefined
