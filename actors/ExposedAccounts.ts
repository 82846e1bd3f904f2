/** ExposedAccounts: the accounts with an open position or a pending order. Every one of them must be armed on the node that owns it. */
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Arming } from "#actors/account/Arming.ts"
import { Context, type Effect, Schema } from "effect"

export class ExposedAccountsUnavailable extends Schema.TaggedError<ExposedAccountsUnavailable>()("ExposedAccountsUnavailable", {
  cause: Schema.String
}) {}

/** Accounts that are rebuilt in one go: a few queries for all of them instead of a few for each. */
export const REBUILT_ACCOUNTS_MAX = 2_000

/** An account as it stands now: what it had armed, when that still counts, else its state. */
export type RebuiltAccount =
  | { readonly accountId: string; readonly arming: Arming }
  | { readonly accountId: string; readonly state: AccountState }

export class ExposedAccounts extends Context.Service<
  ExposedAccounts,
  {
    readonly list: Effect.Effect<ReadonlyArray<string>, ExposedAccountsUnavailable>
    /**
     * At most `REBUILT_ACCOUNTS_MAX` accounts, from snapshots and journal tails, without taking them over; an arming under another
     * configuration than the current one does not count. One that cannot be rebuilt beyond doubt is left out: its own actor must look at it.
     */
    readonly rebuild: (
      accountIds: ReadonlyArray<string>,
      configurationVersion: number
    ) => Effect.Effect<ReadonlyArray<RebuiltAccount>, ExposedAccountsUnavailable>
  }
>()("actors/ExposedAccounts") {}
