import { describe, expect, it } from "vitest"
import { transition } from "xstate"
import { getShortestPaths } from "xstate/graph"
import { documentLifecycle, documentTransitions } from "#actors/kyc/documentLifecycle.ts"
import { OPEN_STATES } from "#domain/KycDocumentState.ts"

const { events, next, states } = documentTransitions

describe("the machine of a document", () => {
  it.each(states.flatMap((state) => events.map((event) => ({ state, event }))))(
    "$state on $event: the table agrees with XState",
    ({ event, state }) => {
      const snapshot = documentLifecycle.resolveState({ value: state, context: {} })
      const [after] = transition(documentLifecycle, snapshot, { type: event })
      expect(next(state, event)).toBe(snapshot.can({ type: event }) ? after.value : undefined)
    }
  )

  it("every state can be reached", () => {
    const reached = getShortestPaths(documentLifecycle, { events: events.map((type) => ({ type })) }).map(({ state }) => state.value)
    expect(new Set(reached)).toEqual(new Set(states))
  })

  it("what is open leads on, and from what is over nothing leads back to it", () => {
    for (const state of states) {
      const targets = events.flatMap((event) => next(state, event) ?? [])
      if (OPEN_STATES.has(state)) expect(targets.length).toBeGreaterThan(0)
      else expect(targets.filter((target) => OPEN_STATES.has(target))).toEqual([])
    }
  })
})
