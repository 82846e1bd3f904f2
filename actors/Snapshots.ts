/** Snapshots: an account's state at a sequence, so that a restart does not replay its whole life. Never the truth: any doubt, and the journal is replayed. */
import type { AccountState } from "#actors/account/AccountState.ts"
import type { Arming } from "#actors/account/Arming.ts"
import { Context, type Effect } from "effect"

export interface Snapshot {
  readonly accountId: string
  readonly sequence: number
  /** Hash of the journal up to `sequence`: ties the snapshot to the very events it stands for. */
  readonly hash: string
  readonly state: AccountState
}

export class Snapshots extends Context.Service<
  Snapshots,
  {
    /** The newest usable one; a damaged one, or one of another version, counts as none and raises an alarm. */
    readonly newest: (accountId: string) => Effect.Effect<Snapshot | undefined>
    /**
     * Best effort: a failure is logged and costs only time at the next start. `arming` is what the account has armed in this state; without
     * it a node that looks after the account later computes it.
     */
    readonly save: (snapshot: Snapshot, arming?: Arming) => Effect.Effect<void>
  }
>()("actors/Snapshots") {}
