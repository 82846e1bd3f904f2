/**
 * fundingLifecycle: a deposit or a withdrawal, from its request to exactly one terminal state.
 *
 * The client may take it back until somebody works on it: from then on money may be on its way. A decision may also be made at once.
 */
import { createMachine } from "xstate"
import { compileTransitions } from "#actors/account/machines/transitionTable.ts"
import { FundingStatus } from "#domain/FundingRequest.ts"

const EVENTS = ["process", "approve", "decline", "cancel", "fail"] as const
export type FundingLifecycleEvent = (typeof EVENTS)[number]

export const fundingLifecycle = createMachine({
  id: "fundingLifecycle",
  initial: "requested",
  states: {
    requested: { on: { process: "processing", approve: "approved", decline: "declined", cancel: "canceled", fail: "failed" } },
    processing: { on: { approve: "approved", decline: "declined", fail: "failed" } },
    approved: { type: "final" },
    declined: { type: "final" },
    canceled: { type: "final" },
    failed: { type: "final" }
  }
})

export const fundingTransitions = compileTransitions(fundingLifecycle, FundingStatus.literals, EVENTS)
