/** ExposedAccounts: the accounts with an open position or a pending order. Every one of them must be armed on the node that owns it. */
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Arming } from "#actors/account/Arming.ts"
import { Context, type Effect, Schema } from "effect"

export class ExposedAccountsUnavailable extends Schema.TaggedError<ExposedAccountsUnavailable>()("ExposedAccountsUnavailable", {
  cause: Schema.String
}) {}

/** Accounts that are rebuilt in one go: a few queries for all of them instead of a few for each. */
export const REBUILT_ACCOUNTS_MAX = 2_000

/** An account as it stands now. */
export interface RebuiltAccount {
  readonly accountId: string
  readonly state: AccountState
}

export class ExposedAccounts extends Context.Service<
  ExposedAccounts,
  {
    readonly list: Effect.Effect<ReadonlyArray<string>, ExposedAccountsUnavailable>
    /**
     * Hands over what the wanted accounts had armed when they fell asleep, where that still counts: nothing happened to them since, and it was
     * under this configuration.
     */
    readonly eachArming: (options: {
      readonly configurationVersion: number
      /** Asked right before `take`. */
      readonly isWanted: (accountId: string) => boolean
      readonly take: (accountId: string, arming: Arming) => void
    }) => Effect.Effect<void, ExposedAccountsUnavailable>
    /**
     * At most `REBUILT_ACCOUNTS_MAX` accounts, from snapshots and journal tails, without taking them over. One that cannot be rebuilt beyond
     * doubt is left out: its own actor must look at it.
     */
    readonly rebuild: (accountIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<RebuiltAccount>, ExposedAccountsUnavailable>
  }
>()("actors/ExposedAccounts") {}
