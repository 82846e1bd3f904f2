/** canonicalState: an account's state as text that is the same for the same state, to be compared and hashed. */
import type { AccountState } from "#actors/account/AccountState.ts"

/** Fields by name, amounts as integers, sets and reservations sorted; positions and orders keep their order, since decisions follow it. */
export const canonicalState = (state: AccountState): string =>
  JSON.stringify({
    ...sorted(state),
    positions: [...state.positions.values()].map(sorted),
    orders: [...state.orders.values()].map(sorted),
    reservations: [...state.reservations].toSorted(([a], [b]) => compare(a, b)).map(([id, amount]) => [id, String(amount)]),
    bookedReferences: [...state.bookedReferences].toSorted(compare)
  })

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Absent and undefined fields are the same; nested records are sorted too. */
const sorted = (record: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(record)
      .filter(([, value]) => value !== undefined)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([name, value]: [string, unknown]) => [name, plain(value)])
  )

const plain = (value: unknown): unknown => {
  if (typeof value === "bigint") return String(value)
  return typeof value === "object" && value !== null && !(value instanceof Map) && !(value instanceof Set) ? sorted(value) : value
}
