/** note: whoever stands on a request's way adds what they know about it, for the audit trail. */
import { Exchange, type Note } from "#server/http/Exchange.ts"
import { Effect } from "effect"

export const note = (more: Note): Effect.Effect<void> => Effect.map(Exchange, (exchange) => void Object.assign(exchange.note, more))
