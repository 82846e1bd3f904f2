/**
 * Exchange: one request on its way to its answer. The envelope makes it; whoever stands on the way adds what they know.
 *
 * One record for all of them, because each service that is provided for a request, and each handler that waits for its answer, is a context or
 * a copy of all headers for every request that comes.
 */
import { Context, Effect } from "effect"

/** What only the handler of a request knows about it, for the audit trail. */
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

export interface Exchange {
  /** Names the request in its answer, in problems, in the audit trail and in every log line it causes. */
  readonly requestId: string
  readonly note: Note
  /** The answer's, whatever it will be, by names in lower case; the later one of a name counts. */
  readonly headers: Record<string, string>
}

/** Outside of a request it is nobody's. */
export const Exchange = Context.Reference<Exchange>("server/http/Exchange", {
  defaultValue: () => ({ requestId: "", note: {}, headers: {} })
})

export const setAnswerHeaders = (headers: Readonly<Record<string, string>>): Effect.Effect<void> =>
  Effect.map(Exchange, (exchange) => void Object.assign(exchange.headers, headers))
