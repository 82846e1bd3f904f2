/**
 * Journal: the accounts' events, the only truth about them. db/ keeps it in PostgreSQL; tests may keep it in memory.
 *
 * An account has one writer: whoever opened it last. Opening raises its epoch, and an append under an older epoch, or after a sequence
 * that is not the last one, writes nothing.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { Origin } from "#actors/account/AccountCommand.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Rejection } from "#actors/account/Rejection.ts"
import { Context, Schema, type Effect } from "effect"

/** The database did not answer in time. Whether an append happened is unknown until the journal is read again. */
export class JournalUnavailable extends Schema.TaggedError<JournalUnavailable>()("JournalUnavailable", { cause: Schema.String }) {}
/** The journal holds something that must not be guessed at: a gap, an altered row, an event of a newer program. */
export class JournalCorrupt extends Schema.TaggedError<JournalCorrupt>()("JournalCorrupt", {
  accountId: Schema.String,
  sequence: Schema.Int,
  cause: Schema.String
}) {}

/** An owner's claim: appends carry the epoch. */
export interface Ownership {
  readonly epoch: number
  readonly lastSequence: number
}

export interface JournaledEvent {
  readonly sequence: number
  readonly event: AccountEvent
  /** Hash of this event and all before it. */
  readonly hash: string
}

/** Note of a done command: the same command again gets the same answer. */
export interface Receipt {
  readonly commandId: string
  /** Hash of the command's body: the same id with another body is a client's error. */
  readonly bodyHash: string
  readonly firstSequence: number
  readonly lastSequence: number
  readonly rejection: Rejection | undefined
}

export interface Append {
  readonly accountId: string
  readonly epoch: number
  /** The last sequence that the writer knows. */
  readonly expectedSequence: number
  /** Hash of the journal up to `expectedSequence`; "" for a new account. */
  readonly previousHash: string
  readonly events: ReadonlyArray<AccountEvent>
  /** Absent for the platform's own commands, which are safe to repeat. */
  readonly receipt: { readonly commandId: string; readonly bodyHash: string; readonly rejection: Rejection | undefined } | undefined
  readonly origin: Origin
  /** The state before the events, and after each of them: what the read tables are projected from. */
  readonly before: AccountState
  readonly states: ReadonlyArray<AccountState>
}

/** `refused`: the epoch is stale, the sequence is taken, or the command already has a receipt. Nothing was written. */
export type AppendResult = { readonly _tag: "Committed"; readonly hash: string } | { readonly _tag: "Refused" }

/** Most events of one account that are read at once. */
export const READ_EVENTS_MAX = 5_000

export class Journal extends Context.Service<
  Journal,
  {
    /** Takes the account over; undefined when there is no such account. */
    readonly open: (accountId: string) => Effect.Effect<Ownership | undefined, JournalUnavailable>
    /** Takes over an account that may not exist yet. */
    readonly create: (accountId: string) => Effect.Effect<Ownership, JournalUnavailable>
    /** Events after `sequence`, at most READ_EVENTS_MAX, checked against the hash chain. */
    readonly read: (
      accountId: string,
      after: { readonly sequence: number; readonly hash: string }
    ) => Effect.Effect<ReadonlyArray<JournaledEvent>, JournalUnavailable | JournalCorrupt>
    /** One transaction: events, receipt, projections, outbox. Resolves after the commit. */
    readonly append: (append: Append) => Effect.Effect<AppendResult, JournalUnavailable>
    readonly receipt: (accountId: string, commandId: string) => Effect.Effect<Receipt | undefined, JournalUnavailable>
    /** Whether a balance operation was ever booked under that reference. */
    readonly isBooked: (accountId: string, reference: string) => Effect.Effect<boolean, JournalUnavailable>
    /** The events that a receipt points to. */
    readonly events: (
      accountId: string,
      firstSequence: number,
      lastSequence: number
    ) => Effect.Effect<ReadonlyArray<AccountEvent>, JournalUnavailable | JournalCorrupt>
  }
>()("actors/Journal") {}
