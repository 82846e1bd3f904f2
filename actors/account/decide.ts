/** decide: what a command would make happen to an account, or why it is refused. Pure, synchronous, total. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Rejection } from "#actors/account/Rejection.ts"

/** A refused order is journaled too, so a decision may hold both. Without events and rejection nothing is to be done. */
export interface Decision {
  readonly events: ReadonlyArray<AccountEvent>
  readonly rejection: Rejection | undefined
}

export const decide = (_accountId: string, _state: AccountState, command: AccountCommand, _market: Market): Decision => {
  throw new Error(`not decided yet: ${command._tag}`)
}
