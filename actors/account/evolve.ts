/** evolve: the account after an event. Never refuses. */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"

export const evolve = (state: AccountState, _event: AccountEvent): AccountState => state
