/**
 * liquidation: what a stop-out does, step by step.
 *
 * Each step closes one thing and is judged anew. When all that is left has a closed market or a stale quote it is suspended, and goes on with
 * the first position that can be closed again.
 */
import { createMachine } from "xstate"
import { compileTransitions } from "#actors/account/machines/transitionTable.ts"

const EVENTS = ["start", "step", "suspend", "end"] as const
export type LiquidationEvent = (typeof EVENTS)[number]

export const liquidation = createMachine({
  id: "liquidation",
  initial: "idle",
  states: {
    idle: { on: { start: "running" } },
    running: { on: { step: "running", suspend: "suspended", end: "idle" } },
    suspended: { on: { step: "running", end: "idle" } }
  }
})

const STATES = ["idle", "running", "suspended"] as const
export type LiquidationState = (typeof STATES)[number]

export const liquidationTransitions = compileTransitions(liquidation, STATES, EVENTS)
