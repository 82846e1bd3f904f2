/** AccountProtocol: what can be asked of an account actor, from any node, and what it answers. */
import { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { AccountEvent } from "#actors/account/AccountEvent.ts"
import { AccountStateFromBytes } from "#actors/account/AccountStateCodec.ts"
import { Rejection } from "#actors/account/Rejection.ts"
import { Quote } from "#domain/Quote.ts"
import { Context, Schema, type Effect, type Stream } from "effect"
import { ClusterSchema, Entity } from "effect/cluster"
import { Rpc } from "effect/rpc"

/** Neither done nor refused for sure: send the same command id again. */
export class OutcomeUnknown extends Schema.TaggedError<OutcomeUnknown>()("OutcomeUnknown", { accountId: Schema.String }) {}
/** The command id was used before, for another command. */
export class CommandIdReused extends Schema.TaggedError<CommandIdReused>()("CommandIdReused", { commandId: Schema.String }) {}
/** The account's journal or its own rules failed repeatedly; staff must look at it. Other accounts are not affected. */
export class AccountQuarantined extends Schema.TaggedError<AccountQuarantined>()("AccountQuarantined", { accountId: Schema.String }) {}

/** A command's effect. A refused order is journaled, so `events` and `rejection` may both be there. */
export const Outcome = Schema.Struct({
  /** The account's version after the command: the sequence of its last event. */
  version: Schema.Int,
  firstSequence: Schema.Int,
  events: Schema.Array(AccountEvent),
  rejection: Schema.UndefinedOr(Rejection)
})
export interface Outcome extends Schema.Schema.Type<typeof Outcome> {}

export const AccountView = Schema.Struct({ version: Schema.Int, state: AccountStateFromBytes })
export interface AccountView extends Schema.Schema.Type<typeof AccountView> {}

export const AccountRequest = Schema.Struct({
  /** The client's Idempotency-Key: the same id is one effect and one answer, also after a crash. */
  commandId: Schema.String,
  command: AccountCommand,
  origin: Origin
})
export interface AccountRequest extends Schema.Schema.Type<typeof AccountRequest> {}

export const AccountFailure = Schema.Union([OutcomeUnknown, CommandIdReused, AccountQuarantined])
export type AccountFailure = typeof AccountFailure.Type
/** Reading has no command id that could be reused. */
export const AccountUnavailable = Schema.Union([OutcomeUnknown, AccountQuarantined])
export type AccountUnavailable = typeof AccountUnavailable.Type

export const Account = Entity.make("Account", [
  Rpc.make("Execute", { payload: AccountRequest, success: Outcome, error: AccountFailure }),
  /** A tripwire was crossed, time has come, or this node starts to look after the account: judge it, and arm it anew. */
  Rpc.make("Wake", { payload: { quotes: Schema.Array(Quote) }, error: AccountUnavailable }),
  Rpc.make("View", { success: AccountView, error: AccountUnavailable }),
  /** The current view, then one after each commit. */
  Rpc.make("Watch", { success: AccountView, error: AccountUnavailable, stream: true })
    // never ends by itself: must not hold up an account that moves to another node
    .annotate(ClusterSchema.InterruptOnTermination, true)
])

/** The accounts, wherever they live. */
export class Accounts extends Context.Service<
  Accounts,
  {
    readonly execute: (accountId: string, request: AccountRequest) => Effect.Effect<Outcome, AccountFailure>
    readonly wake: (accountId: string, quotes: ReadonlyArray<Quote>) => Effect.Effect<void, AccountUnavailable>
    readonly view: (accountId: string) => Effect.Effect<AccountView, AccountUnavailable>
    readonly watch: (accountId: string) => Stream.Stream<AccountView, AccountUnavailable>
  }
>()("actors/account/Accounts") {}
