/** What is written is read again, whatever an account lived through; what older programs wrote is read too. */
import * as fc from "fast-check"
import { serialize } from "node:v8"
import { describe, expect, it } from "vitest"
import { decodeAccountState, encodeAccountState, stateLayout, STATE_LAYOUT_VERSION } from "#actors/account/AccountStateCodec.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { openAccount } from "#actors/account/testing.ts"
import { commandOf, scenario, World, type Scenario } from "#actors/account/testingScenarios.ts"

const lived = (story: Scenario): AccountState => {
  const world = new World(story)
  const desk = openAccount({ currency: story.currency, mode: story.mode, leverage: story.leverage, balance: "100000" })
  for (const placement of story.first) {
    const command = commandOf(placement, world.market)
    if (command !== undefined) desk.try(command, world.market)
  }
  return desk.state
}

describe("an account as bytes", () => {
  it("is read as it was written, orders and positions in their order", () => {
    fc.assert(
      fc.property(scenario, (story) => {
        const state = lived(story)
        const read = decodeAccountState(encodeAccountState(state))
        expect(canonicalState(read)).toBe(canonicalState(state))
        expect(read.positions).toEqual(state.positions)
        expect(read.orders).toEqual(state.orders)
      }),
      { numRuns: 100 }
    )
  })

  it("keeps amounts beyond 64 bits, reservations and references", () => {
    const state: AccountState = {
      ...initialAccountState,
      accountId: "1",
      balance: -(10n ** 24n),
      credit: 10n ** 20n,
      reservations: new Map([
        ["W1", 5n],
        ["W2", 2n ** 63n]
      ]),
      bookedReferences: new Set(["a", "b"])
    }
    expect(decodeAccountState(encodeAccountState(state))).toEqual(state)
  })

  it("of the first layout is read", () => {
    const state = { ...initialAccountState, accountId: "1", balance: 7n }
    const written = { ...state, orders: new Map(state.orders), positions: new Map(state.positions) }
    expect(decodeAccountState(serialize(written), 1)).toEqual(state)
  })

  it("has a layout that belongs to its version: raise STATE_LAYOUT_VERSION when this changes", () => {
    expect({ version: STATE_LAYOUT_VERSION, ...stateLayout }).toMatchSnapshot()
  })
})
