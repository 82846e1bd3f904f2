/** diagram: a machine's transition table as a Mermaid state diagram, for the documents. */
import type { TransitionTable } from "#actors/account/machines/transitionTable.ts"

/** The first state is the initial one; states without a way out are final. */
export const diagram = <State extends string, Event extends string>(table: TransitionTable<State, Event>): string => {
  const lines: Array<string> = []
  for (const state of table.states) {
    const exits = table.events.flatMap((event) => {
      const target = table.next(state, event)
      return target === undefined ? [] : [`  ${state} --> ${target}: ${event}`]
    })
    lines.push(...(exits.length === 0 ? [`  ${state} --> [*]`] : exits))
  }
  return ["stateDiagram-v2", `  [*] --> ${table.states[0]}`, ...lines, ""].join("\n")
}
