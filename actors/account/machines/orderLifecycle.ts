/**
 * orderLifecycle: from its placement to exactly one terminal state.
 *
 * A market order, and a limit that must fill at once, goes straight from pending to filled. Any other order is triggered when its price is
 * touched; a stop-limit then rests as a limit. An order refused at placement never gets here: it exists only as the record of its refusal.
 */
import { createMachine } from "xstate"
import { compileTransitions } from "#actors/account/machines/transitionTable.ts"
import type { OrderStatus } from "#domain/Order.ts"

const EVENTS = ["trigger", "fill", "reject", "cancel", "expire"] as const
export type OrderLifecycleEvent = (typeof EVENTS)[number]

export const orderLifecycle = createMachine({
  id: "orderLifecycle",
  initial: "pending",
  states: {
    pending: { on: { trigger: "triggered", fill: "filled", cancel: "canceled", expire: "expired" } },
    triggered: { on: { fill: "filled", reject: "rejected", cancel: "canceled", expire: "expired" } },
    filled: { type: "final" },
    canceled: { type: "final" },
    rejected: { type: "final" },
    expired: { type: "final" }
  }
})

const STATES = ["pending", "triggered", "filled", "canceled", "rejected", "expired"] as const satisfies ReadonlyArray<OrderStatus>

export const orderTransitions = compileTransitions(orderLifecycle, STATES, EVENTS)
