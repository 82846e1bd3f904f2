/**
 * ResidentAccounts: the account actors that are awake on this node, so that a caller on the same node asks them directly.
 *
 * The way through the cluster costs several times what the command itself does: an envelope, a fiber, a span and a reply for each. What is
 * asked directly goes into the same mailbox as what comes that way, so order, receipts, supervision and fence are the same. Nothing here
 * decides who owns an account: an actor that is found here but was overtaken by another owner is refused by the journal's epoch, as it
 * would be had the command come through the cluster.
 */
import type { AccountFailure, AccountRequest, AccountUnavailable, AccountView, Outcome } from "#actors/account/AccountProtocol.ts"
import type { MailboxFailure } from "#actors/account/Mailbox.ts"
import type { Millis, Quote } from "#domain/Quote.ts"
import { Context, type Effect, Layer } from "effect"

/**
 * The cluster puts an actor to sleep that it was not asked for a while. What is asked directly it does not see, so from time to time a
 * request takes the way through it. Well below the actors' idle time.
 */
export const DIRECT_MILLIS_MAX = 45_000

export interface ResidentAccount {
  readonly execute: (request: AccountRequest) => Effect.Effect<Outcome, AccountFailure | MailboxFailure>
  readonly wake: (quotes: ReadonlyArray<Quote>) => Effect.Effect<void, AccountUnavailable | MailboxFailure>
  readonly view: () => Effect.Effect<AccountView, AccountUnavailable | MailboxFailure>
  /** False when the cluster should be asked instead: the account's shard has left this node, or the cluster should see some life again. */
  readonly isDirect: (now: Millis) => boolean
}

export class ResidentAccounts extends Context.Service<
  ResidentAccounts,
  {
    readonly find: (accountId: string) => ResidentAccount | undefined
    /** Takes the place of one that is still on its way out. */
    readonly enter: (accountId: string, account: ResidentAccount) => void
    /** Does nothing when another has taken its place. */
    readonly leave: (accountId: string, account: ResidentAccount) => void
  }
>()("actors/account/ResidentAccounts") {
  static readonly layer = Layer.sync(ResidentAccounts, () => {
    const accounts = new Map<string, ResidentAccount>()
    return ResidentAccounts.of({
      find: (accountId) => accounts.get(accountId),
      enter: (accountId, account) => void accounts.set(accountId, account),
      leave: (accountId, account) => {
        if (accounts.get(accountId) === account) accounts.delete(accountId)
      }
    })
  })
}
