/**
 * transitionTable: an XState machine's transitions as a plain table.
 *
 * The machines are the one definition of which transitions exist; the table is derived from them when the module is loaded and is what
 * decisions look at, since a look-up is several hundred times cheaper than XState's own pure transition. A test walks every machine's whole
 * graph and proves that both agree.
 */
import type { AnyStateMachine } from "xstate"

export interface TransitionTable<State extends string, Event extends string> {
  readonly states: ReadonlyArray<State>
  readonly events: ReadonlyArray<Event>
  /** The state after the event, or undefined when the machine has no such transition. */
  readonly next: (state: State, event: Event) => State | undefined
}

/** Compiles a flat machine without guards. Throws at load when the machine names other states or events than those given. */
export const compileTransitions = <const State extends string, const Event extends string>(
  machine: AnyStateMachine,
  states: ReadonlyArray<State>,
  events: ReadonlyArray<Event>
): TransitionTable<State, Event> => {
  assertSameNames(Object.keys(machine.states), states)
  assertSameNames(machine.events, events)
  const rows = new Map<State, ReadonlyMap<Event, State>>()
  for (const state of states) {
    const row = new Map<Event, State>()
    for (const event of events) {
      const key = machine.states[state]?.transitions.get(event)?.[0]?.target?.[0]?.key
      const target = states.find((name) => name === key)
      if (target !== undefined) row.set(event, target)
    }
    rows.set(state, row)
  }
  return { states, events, next: (state, event) => rows.get(state)?.get(event) }
}

const assertSameNames = (found: ReadonlyArray<string>, expected: ReadonlyArray<string>): void => {
  const names = found.toSorted().join(" ")
  if (names !== expected.toSorted().join(" ")) throw new Error(`the machine has ${names}, expected ${expected.join(" ")}`)
}
