/** The tables that decisions look at are the machines: proved on every machine's whole graph. */
import { describe, expect, it } from "vitest"
import { createMachine, transition, type AnyStateMachine } from "xstate"
import { getShortestPaths } from "xstate/graph"
import { diagram } from "#actors/account/machines/diagram.ts"
import { liquidation, liquidationTransitions } from "#actors/account/machines/liquidation.ts"
import { marginWatch, marginWatchTransitions } from "#actors/account/machines/marginWatch.ts"
import { orderLifecycle, orderTransitions } from "#actors/account/machines/orderLifecycle.ts"
import { compileTransitions, type TransitionTable } from "#actors/account/machines/transitionTable.ts"

const proveEqual = <State extends string, Event extends string>(
  name: string,
  machine: AnyStateMachine,
  table: TransitionTable<State, Event>
): void => {
  describe(`the machine ${name}`, () => {
    const pairs = table.states.flatMap((state) => table.events.map((event) => ({ state, event })))

    it.each(pairs)("$state on $event: the table agrees with XState", ({ state, event }) => {
      const snapshot = machine.resolveState({ value: state, context: {} })
      const [after] = transition(machine, snapshot, { type: event })
      const expected = snapshot.can({ type: event }) ? after.value : undefined
      expect(table.next(state, event)).toBe(expected)
    })

    it("every state can be reached", () => {
      const reached = getShortestPaths(machine, { events: table.events.map((type) => ({ type })) }).map(({ state }) => state.value)
      expect(new Set(reached)).toEqual(new Set(table.states))
    })
  })
}

proveEqual("orderLifecycle", orderLifecycle, orderTransitions)
proveEqual("marginWatch", marginWatch, marginWatchTransitions)
proveEqual("liquidation", liquidation, liquidationTransitions)

describe("an order", () => {
  it("every order ends in exactly one of filled, canceled, rejected, expired", () => {
    const terminal = orderTransitions.states.filter((state) =>
      orderTransitions.events.every((event) => orderTransitions.next(state, event) === undefined)
    )
    expect(terminal.toSorted()).toEqual(["canceled", "expired", "filled", "rejected"])
  })
})

describe("compileTransitions", () => {
  it("refuses a machine that has other states or events than expected", () => {
    const machine = createMachine({ id: "m", initial: "a", states: { a: { on: { go: "b" } }, b: {} } })
    expect(compileTransitions(machine, ["a", "b"], ["go"]).next("a", "go")).toBe("b")
    expect(() => compileTransitions(machine, ["a"], ["go"])).toThrow("the machine has a b")
    expect(() => compileTransitions(machine, ["a", "b"], ["go", "stop"])).toThrow("the machine has go")
  })
})

describe("a diagram", () => {
  it("shows every transition of the machine", () => {
    expect(diagram(marginWatchTransitions)).toBe(`stateDiagram-v2
  [*] --> healthy
  healthy --> marginCall: fallToMarginCall
  marginCall --> stopOut: fallToStopOut
  marginCall --> healthy: riseAboveMarginCall
  stopOut --> marginCall: riseAboveStopOut
`)
  })
  it("ends where an order ends", () => {
    expect(diagram(orderTransitions)).toContain("  filled --> [*]")
  })
})
