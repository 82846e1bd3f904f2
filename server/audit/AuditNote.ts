/**
 * AuditNote: what only the handler of a request knows about it, for the audit trail. Each request has its own; whoever stands on the way adds
 * what they know.
 */
import { Context, Effect } from "effect"

export interface Note {
  actorId?: string
  actorRole?: string
  /** Who looks on as the actor. */
  impersonatedBy?: string
  /** Such as `user:…` or `account:100001`. */
  subject?: string
  reason?: string
  before?: unknown
  after?: unknown
  /** In place of the problem's code or "done". */
  outcome?: string
  /** A read that is written down too. */
  always?: boolean
}

/** Notes made outside of a request are nobody's. */
export const AuditNote = Context.Reference<Note>("server/audit/AuditNote", { defaultValue: () => ({}) })

export const note = (more: Note): Effect.Effect<void> => Effect.map(AuditNote, (current) => void Object.assign(current, more))
