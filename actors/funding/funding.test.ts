/** The lifecycle of deposits and withdrawals: its whole graph, and what each decision means in each state. */
import { describe, expect, it } from "vitest"
import { createActor, transition } from "xstate"
import { getShortestPaths, getSimplePaths } from "xstate/graph"
import { diagram } from "#actors/account/machines/diagram.ts"
import { fundingCommand } from "#actors/funding/fundingCommand.ts"
import { fundingLifecycle, fundingTransitions } from "#actors/funding/fundingLifecycle.ts"
import { EVENT_OF, isSameDecision, judgeDecision, type FundingDecision } from "#actors/funding/judgeDecision.ts"
import { decimal } from "#domain/Decimal.ts"
import type { FundingKind, FundingStatus } from "#domain/FundingRequest.ts"

const { events, next, states } = fundingTransitions
const machineEvents = events.map((type) => ({ type }))
const FINAL: ReadonlyArray<FundingStatus> = ["approved", "declined", "canceled", "failed"]

describe("the machine", () => {
  it.each(states.flatMap((state) => events.map((event) => ({ state, event }))))(
    "$state on $event: the table agrees with XState",
    ({ event, state }) => {
      const snapshot = fundingLifecycle.resolveState({ value: state, context: {} })
      const [after] = transition(fundingLifecycle, snapshot, { type: event })
      expect(next(state, event)).toBe(snapshot.can({ type: event }) ? after.value : undefined)
    }
  )

  it("reaches every state, and ends in exactly one of approved, declined, canceled, failed", () => {
    const reached = getShortestPaths(fundingLifecycle, { events: machineEvents }).map(({ state }) => state.value)
    expect(new Set(reached)).toEqual(new Set(states))
    for (const { state } of getSimplePaths(fundingLifecycle, { events: machineEvents })) {
      expect(FINAL.some((end) => state.value === end)).toBe(state.status === "done")
    }
  })

  it("leaves no way out of an end", () => {
    for (const state of FINAL) {
      const actor = createActor(fundingLifecycle, { snapshot: fundingLifecycle.resolveState({ value: state, context: {} }) })
      expect(events.filter((event) => actor.getSnapshot().can({ type: event }))).toEqual([])
    }
  })

  it("is drawn with every transition", () => {
    const drawn = diagram(fundingTransitions)
    expect(drawn.match(/: \w+$/gmu)?.length).toBe(8)
    expect(drawn).toContain("  approved --> [*]")
  })
})

describe("a decision", () => {
  const amount = decimal("100")
  const inState = (status: FundingStatus) => ({ status, amount, approvedAmount: status === "approved" ? amount : undefined })

  it.each<[FundingStatus, ReadonlyArray<FundingDecision["status"]>]>([
    ["requested", ["processing", "approved", "declined", "canceled", "failed"]],
    ["processing", ["approved", "declined", "failed"]],
    ["approved", []],
    ["declined", []],
    ["canceled", []],
    ["failed", []]
  ])("on a request that is %s begins only %j; the same again repeats, all else contradicts", (status, beginning) => {
    for (const decided of ["processing", "approved", "declined", "canceled", "failed"] as const) {
      const expected = decided === status ? "repeats" : beginning.includes(decided) ? "begins" : "contradicts"
      expect([decided, judgeDecision(inState(status), { status: decided })]).toEqual([decided, expected])
      expect(next(status, EVENT_OF[decided])).toBe(expected === "begins" ? decided : undefined)
    }
  })

  it("to approve again with the same amount repeats, with another it contradicts", () => {
    const approved = { status: "approved", amount, approvedAmount: decimal("90") } as const
    expect(judgeDecision(approved, { status: "approved", amount: decimal("90"), reason: "again" })).toBe("repeats")
    expect(judgeDecision(approved, { status: "approved" })).toBe("contradicts")
    expect(judgeDecision(approved, { status: "approved", amount })).toBe("contradicts")
  })

  it("is the same as another when state and amount are, whatever the reason", () => {
    const request = inState("requested")
    expect(isSameDecision(request, { status: "approved" }, { status: "approved", amount })).toBe(true)
    expect(isSameDecision(request, { status: "approved" }, { status: "approved", amount: 1n })).toBe(false)
    expect(isSameDecision(request, { status: "declined", reason: "a" }, { status: "declined", reason: "b" })).toBe(true)
    expect(isSameDecision(request, { status: "declined" }, { status: "failed" })).toBe(false)
  })
})

it.each<[FundingKind, FundingStatus, string | undefined]>([
  ["deposit", "requested", undefined],
  ["deposit", "processing", undefined],
  ["deposit", "approved", "ApplyBalanceOperation"],
  ["deposit", "declined", undefined],
  ["deposit", "canceled", undefined],
  ["deposit", "failed", undefined],
  ["withdrawal", "requested", "ReserveWithdrawal"],
  ["withdrawal", "processing", undefined],
  ["withdrawal", "approved", "SettleWithdrawal"],
  ["withdrawal", "declined", "ReleaseWithdrawal"],
  ["withdrawal", "canceled", "ReleaseWithdrawal"],
  ["withdrawal", "failed", "ReleaseWithdrawal"]
])("a %s that is %s asks the account for %s", (kind, status, command) => {
  expect(fundingCommand(kind, "D1", status, 1n)?._tag).toBe(command)
})
