/** The checkers are checked: each kind of damage to a journal is found, and an honest journal is not accused. */
import { describe, expect, it } from "vitest"
import type { AccountEvent, AccountEventTag } from "#actors/account/AccountEvent.ts"
import { initialAccountState } from "#actors/account/AccountState.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import { marketOf, openAccount, order } from "#actors/account/testing.ts"
import { decimal } from "#domain/Decimal.ts"
import { configured, NOON, present } from "#domain/testing.ts"

const d = decimal
const at = (price: string) => marketOf({ EURUSD: [price, price] })
type EventOf<Tag extends AccountEventTag> = Extract<AccountEvent, { readonly _tag: Tag }>
const isA = <Tag extends AccountEventTag>(event: AccountEvent, tag: Tag): event is EventOf<Tag> => event._tag === tag

/** A life with everything in it: orders, a partial close, a commission, a stop-out over a gap and its compensation. */
const life = () => {
  const commissions = { "*": { kind: "lot", rate: d("2"), minimum: 0n } } as const
  const configuration = configured({}, { professional: { commissions } })
  const market = (price: string) => marketOf({ EURUSD: [price, price] }, { configuration })
  const desk = openAccount({ balance: "10000" })
  desk.do(order({ side: "buy", volume: "3" }), market("1.10000"))
  desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.00") }), market("1.10000"))
  desk.try(order({ side: "buy", volume: "90" }), market("1.10000"))
  desk.do({ _tag: "ClosePosition", positionId: "P1", lots: d("1") }, market("1.10100"))
  desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.08") }), market("1.10000"))
  desk.do({ _tag: "CancelOrder", orderId: "O4" }, market("1.10000"))
  desk.tick(market("1.04000"))
  return { desk, configurationAt: () => configuration }
}

const replay = (events: ReadonlyArray<AccountEvent>) => events.reduce(evolve, initialAccountState)
const tamper = <Tag extends AccountEventTag>(tag: Tag, change: (event: EventOf<Tag>) => AccountEvent | undefined, nth = 0) => {
  const { desk, configurationAt } = life()
  let seen = 0
  const events = desk.journal.flatMap((event) => {
    if (!isA(event, tag) || seen++ !== nth) return [event]
    const changed = change(event)
    return changed === undefined ? [] : [changed]
  })
  return violationsOf(events, replay(events), configurationAt)
}

describe("an honest journal", () => {
  it("violates nothing", () => {
    const { desk, configurationAt } = life()
    expect(desk.journal.map(({ _tag }) => _tag)).toEqual(expect.arrayContaining(["LiquidationStepTaken", "OrderCanceled", "StopOutEnded"]))
    expect(violationsOf(desk.journal, desk.state, configurationAt)).toEqual([])
  })
})

describe("damage is found and named", () => {
  it("I1: an entry that does not continue the sum", () => {
    expect(
      tamper("LedgerEntryBooked", (event) => ({ ...event, entry: { ...event.entry, amount: event.entry.amount + 1n } }), 2)
    ).toContainEqual(expect.stringMatching(/^I1 entry L3/))
  })
  it("I1: a balance that is not the sum", () => {
    const { desk } = life()
    expect(violationsOf(desk.journal, { ...desk.state, balance: 1n })).toContainEqual(expect.stringMatching(/^I1 balance 0.00000001/))
    expect(violationsOf(desk.journal, { ...desk.state, credit: 1n })).toContainEqual(expect.stringMatching(/^I1 credit/))
  })
  it("I3: a position that has more than its fills", () => {
    expect(tamper("PositionReduced", (event) => ({ ...event, position: { ...event.position, lots: d("2.5") } })).length).toBeGreaterThan(0)
    const { desk } = life()
    const opened = present(desk.journal.find((event) => event._tag === "PositionOpened"))
    const positions = new Map([["P1", opened.position]])
    expect(violationsOf(desk.journal, { ...desk.state, positions })).toContainEqual(expect.stringMatching(/^I3 position P1 has 3 lots/))
    expect(violationsOf([], { ...initialAccountState, positions })).toContainEqual("I3 position P1 came from no fill")
  })
  it("I3: a position closed for more than it had", () => {
    expect(tamper("PositionClosed", (event) => ({ ...event, trade: { ...event.trade, lots: d("99") } }))).toContainEqual(
      expect.stringMatching(/^I3 position P1 was closed for more/)
    )
  })
  it("I4: an order that vanished, or ended twice, or names no trade", () => {
    expect(tamper("OrderFilled", () => undefined)).toContainEqual("I4 order O1 traded in T1 without being filled by it")
    const { desk } = life()
    const canceled = present(desk.journal.find((event) => event._tag === "OrderCanceled"))
    expect(violationsOf([...desk.journal, canceled], desk.state)).toContainEqual(
      expect.stringMatching(/^I4 order O4 ended without being open/)
    )
    expect(tamper("OrderFilled", (event) => ({ ...event, tradeIds: ["T77"] }))).toContainEqual("I4 order O1 names a trade that never was")
    expect(violationsOf(desk.journal, { ...desk.state, orders: new Map([["O9", present(placed(desk.journal))]]) })).toContainEqual(
      "I4 order O9 rests without having been accepted"
    )
  })
  const placed = (events: ReadonlyArray<AccountEvent>) => events.flatMap((event) => (event._tag === "OrderPlaced" ? [event.order] : []))[0]
  it("I5: a stop-out above its level, or one whose figures do not follow from its quotes", () => {
    expect(tamper("StopOutStarted", (event) => ({ ...event, stopOutLevelPercent: d("-100000") }))).toContainEqual(
      expect.stringMatching(/^I5 .* StopOutStarted: the level is/)
    )
    expect(
      tamper("StopOutStarted", (event) => ({ ...event, figures: { ...event.figures, equity: event.figures.equity + d("1") } }))
    ).toContainEqual(expect.stringMatching(/^I5 .* the figures contradict each other/))
    const moved = tamper("MarginCallEntered", (event) => ({
      ...event,
      quotes: event.quotes.map((quote) => ({ ...quote, bid: quote.bid + d("0.0001"), ask: quote.ask + d("0.0001") }))
    }))
    expect(moved).toContainEqual(expect.stringMatching(/^I5 .* the figures do not follow from the quotes/))
  })
  it("I5: a step that is not carried out, out of turn, or before the orders", () => {
    expect(tamper("LiquidationStepTaken", (event) => ({ ...event, step: 5 }))).toContainEqual(
      expect.stringMatching(/step 5 follows step 0/)
    )
    expect(tamper("OrderCanceled", () => undefined, 1)).toContainEqual(expect.stringMatching(/the next event does not carry it out/))
    expect(tamper("LiquidationStepTaken", (event) => ({ ...event, rule: "largestLoss" }))).toContainEqual(
      expect.stringMatching(/a position was closed while orders rested/)
    )
  })
  it("I5: something taken for a stop-out that was not under way", () => {
    expect(tamper("StopOutStarted", () => undefined)).toContainEqual(expect.stringMatching(/^I5 .* no stop-out is under way/))
    const desk = openAccount()
    desk.do(order({ side: "buy" }), at("1.10000"))
    desk.do({ _tag: "ClosePosition", positionId: "P1" }, at("1.10000"))
    const events = desk.journal.map((event) =>
      event._tag === "PositionClosed" ? { ...event, trade: { ...event.trade, cause: "stopOut" as const } } : event
    )
    expect(violationsOf(events, desk.state)).toContainEqual(expect.stringMatching(/^I5 .* no liquidation is running/))
  })
  it("I8: profit that trades realized and the ledger did not book, or a protection booked twice", () => {
    expect(tamper("PositionReduced", (event) => ({ ...event, trade: { ...event.trade, realizedProfit: d("1") } }))).toContainEqual(
      expect.stringMatching(/^I8 trades realized a profit/)
    )
    expect(tamper("PositionOpened", (event) => ({ ...event, trade: { ...event.trade, commission: 0n } }))).toContainEqual(
      expect.stringMatching(/^I8 trades realized a commission/)
    )
    const { desk } = life()
    const protection = present(
      desk.journal.find((event) => event._tag === "LedgerEntryBooked" && event.entry.kind === "negativeBalanceProtection")
    )
    expect(violationsOf([...desk.journal, protection], replay([...desk.journal, protection]))).toContainEqual(expect.stringMatching(/^I1/))
  })
  it("I11: a trade on a crossed quote, or on another symbol's", () => {
    expect(
      tamper("PositionOpened", (event) => ({ ...event, trade: { ...event.trade, quote: { ...event.trade.quote, bid: d("9") } } }))
    ).toContain("I11 trade T1 stands on an invalid quote")
    expect(tamper("PositionOpened", (event) => ({ ...event, trade: { ...event.trade, symbol: "GBPUSD" } }))).toContain(
      "I11 trade T1 stands on an invalid quote"
    )
  })
})

describe("the canonical state", () => {
  it("is the same for the same state, however it came about", () => {
    const { desk } = life()
    expect(canonicalState(replay(desk.journal))).toBe(canonicalState(desk.state))
    const shuffled = { ...desk.state, bookedReferences: new Set([...desk.state.bookedReferences].toReversed()) }
    expect(canonicalState(shuffled)).toBe(canonicalState(desk.state))
  })
  it("differs when anything differs, and when positions stand in another order", () => {
    const desk = openAccount()
    desk.do(order({ side: "buy" }), at("1.10000"))
    desk.do(order({ side: "sell" }), at("1.10000"))
    const text = canonicalState(desk.state)
    expect(canonicalState({ ...desk.state, balance: desk.state.balance + 1n })).not.toBe(text)
    expect(canonicalState({ ...desk.state, positions: new Map([...desk.state.positions].toReversed()) })).not.toBe(text)
    expect(canonicalState({ ...desk.state, reservations: new Map([["W1", 1n]]) })).not.toBe(text)
  })
  it("writes absent and undefined fields alike, and amounts as integers", () => {
    expect(canonicalState({ ...initialAccountState, lotsMax: undefined, openedAt: NOON })).toContain(`"openedAt":${NOON}`)
    expect(JSON.parse(canonicalState({ ...initialAccountState, balance: d("1.5") }))).toMatchObject({ balance: "150000000" })
  })
})
