/**
 * marginWatch: how an account stands against its margin levels.
 *
 * A stop-out lies within a margin call: it is entered through it and left into it, so that each has one beginning and one end, also when a
 * gap jumps over both levels at once.
 */
import { createMachine } from "xstate"
import { compileTransitions } from "#actors/account/machines/transitionTable.ts"

const EVENTS = ["fallToMarginCall", "fallToStopOut", "riseAboveStopOut", "riseAboveMarginCall"] as const
export type MarginWatchEvent = (typeof EVENTS)[number]

export const marginWatch = createMachine({
  id: "marginWatch",
  initial: "healthy",
  states: {
    healthy: { on: { fallToMarginCall: "marginCall" } },
    marginCall: { on: { fallToStopOut: "stopOut", riseAboveMarginCall: "healthy" } },
    stopOut: { on: { riseAboveStopOut: "marginCall" } }
  }
})

const STATES = ["healthy", "marginCall", "stopOut"] as const
export type MarginWatchState = (typeof STATES)[number]

export const marginWatchTransitions = compileTransitions(marginWatch, STATES, EVENTS)
