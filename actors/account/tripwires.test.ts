/**
 * Tripwires are conservative: an account that is shown only the quotes that trip one of its wires decides, event for event, what an account
 * does that is shown every quote. Random books and tapes: several symbols and currencies, conversion rates that move, hedged books, mark-up,
 * exits, resting orders, trailing stops, closed markets, gaps and widening spreads.
 */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import type { Market } from "#actors/account/Market.ts"
import { marketOf, openAccount, order, type Desk } from "#actors/account/testing.ts"
import { commandOf, configurationOf, scenario, World, type Placement, type Scenario } from "#actors/account/testingScenarios.ts"
import { nextWakeAt, tripwires } from "#actors/account/tripwires.ts"
import { ArmedAccounts } from "#actors/symbol/ArmedAccounts.ts"
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import { decimal } from "#domain/Decimal.ts"
import { figuresOf } from "#domain/Figures.ts"
import type { Quote } from "#domain/Quote.ts"
import { configured } from "#domain/testing.ts"

const d = decimal

describe("exact wires, in raw prices", () => {
  const quotes = marketOf({ EURUSD: ["1.10000", "1.10010"] })
  const wires = (desk: Desk, market: Market = quotes) => tripwires(desk.state, market).tripwires
  const at = (side: "bid" | "ask", direction: Tripwire["direction"], price: string): Tripwire => ({
    symbol: "EURUSD",
    side,
    direction,
    price: d(price)
  })

  it("none for an account without exposure", () => {
    expect(wires(openAccount())).toEqual([])
  })
  it("a long's exits at the bid", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", stopLoss: d("1.09"), takeProfit: d("1.12") }), quotes)
    expect(wires(desk)).toContainEqual(at("bid", "atOrBelow", "1.09"))
    expect(wires(desk)).toContainEqual(at("bid", "atOrAbove", "1.12"))
  })
  it("a short's at the ask", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "sell", stopLoss: d("1.12"), takeProfit: d("1.09") }), quotes)
    expect(wires(desk)).toContainEqual(at("ask", "atOrAbove", "1.12"))
    expect(wires(desk)).toContainEqual(at("ask", "atOrBelow", "1.09"))
  })
  it("resting orders on the side they watch", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09") }), quotes)
    desk.do(order({ side: "buy", type: "stop", stopPrice: d("1.12") }), quotes)
    desk.do(order({ side: "sell", type: "limit", limitPrice: d("1.13") }), quotes)
    desk.do(order({ side: "sell", type: "stopLimit", stopPrice: d("1.08"), limitPrice: d("1.081") }), quotes)
    expect(wires(desk)).toEqual([
      at("bid", "atOrBelow", "1.08"),
      at("bid", "atOrAbove", "1.13"),
      at("ask", "atOrBelow", "1.09"),
      at("ask", "atOrAbove", "1.12")
    ])
  })
  it("only the nearest of each kind: four at most per symbol", () => {
    const desk = openAccount({ balance: "100000000" })
    for (const limitPrice of ["1.05", "1.09", "1.07"]) desk.do(order({ side: "buy", type: "limit", limitPrice: d(limitPrice) }), quotes)
    expect(wires(desk)).toEqual([at("ask", "atOrBelow", "1.09")])
  })
  it("a triggered stop-limit waits for its limit", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", type: "stopLimit", stopPrice: d("1.12"), limitPrice: d("1.119") }), quotes)
    const risen = marketOf({ EURUSD: ["1.12000", "1.12010"] })
    desk.tick(risen)
    expect(wires(desk, risen)).toEqual([at("ask", "atOrBelow", "1.119")])
  })
  it("a trailing stop at its next move", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", trailingStop: { distancePoints: 100, stepPoints: 20 } }), quotes)
    expect(wires(desk)).toContainEqual(at("bid", "atOrBelow", "1.099"))
    expect(wires(desk)).toContainEqual(at("bid", "atOrAbove", "1.1002"))
  })
  it("a group's mark-up is taken off", () => {
    const market = marketOf(
      { EURUSD: ["1.10000", "1.10010"] },
      { configuration: configured({}, { professional: { markUpPoints: { "*": 10 } } }) }
    )
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09") }), market)
    desk.do(order({ side: "sell", type: "limit", limitPrice: d("1.12") }), market)
    expect(wires(desk, market)).toEqual([at("bid", "atOrAbove", "1.12005"), at("ask", "atOrBelow", "1.08995")])
  })
  it("none for a closed market, whose opening wakes the account", () => {
    const desk = openAccount({ balance: "100000000" })
    desk.do(order({ side: "buy", type: "limit", limitPrice: d("1.09") }), quotes)
    const closed = marketOf(
      { EURUSD: ["1.1", "1.1001"] },
      { configuration: configured({ EURUSD: { holidays: [{ date: "2026-11-23" }] } }) }
    )
    expect(wires(desk, closed)).toEqual([])
    expect(nextWakeAt(desk.state, closed)).toBe(Date.parse("2026-11-24T05:00:00Z"))
  })
})

describe("the margin band", () => {
  it("of one long trips exactly where the margin call comes", () => {
    const quotes = marketOf({ EURUSD: ["1.10000", "1.10000"] })
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), quotes)
    const [wire] = tripwires(desk.state, quotes).tripwires
    expect(wire).toMatchObject({ side: "bid", direction: "atOrBelow" })
    expect(wire!.price).toBeGreaterThanOrEqual(d("1.09100"))
    expect(wire!.price).toBeLessThan(d("1.09101"))
  })
  it("gives way to slopes close to the margin call: what one price takes, another may give", () => {
    const near = marketOf({ EURUSD: ["1.09105", "1.09110"], GBPUSD: ["1.30000", "1.30010"] })
    const desk = openAccount({ balance: "2120" })
    desk.do(order({ side: "buy" }), marketOf({ EURUSD: ["1.10000", "1.10000"] }))
    desk.do(order({ symbol: "GBPUSD", side: "sell", lots: d("0.01") }), near)
    const { marginSlopes, tripwires: wires } = tripwires(desk.state, near)
    expect(wires).toEqual([])
    // 100,000 and 1,000 units, and a step of 10^-8 of a price is worth 10^5 times as much in steps of 10^-5 dollars
    expect(marginSlopes?.slopes).toMatchObject([
      { symbol: "EURUSD", side: "bid", reference: 109_105_000, least: expect.closeTo(100, 5), most: expect.closeTo(100, 5) },
      { symbol: "GBPUSD", side: "ask", reference: 130_010_000, least: expect.closeTo(1, 5), most: expect.closeTo(1, 5) }
    ])
    expect(marginSlopes?.roomAbove).toBe(Infinity)
    const figures = figuresOf(desk.state, near)!
    const room = Number(figures.equity - figures.usedMargin) / 1_000
    expect(marginSlopes?.roomBelow).toBeLessThan(room)
    expect(marginSlopes?.roomBelow).toBeGreaterThan(room - 3_100)
  })
  it("in a margin call watches both the stop-out and the recovery", () => {
    const low = marketOf({ EURUSD: ["1.09000", "1.09000"] })
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), marketOf({ EURUSD: ["1.10000", "1.10000"] }))
    desk.tick(low)
    expect(desk.state.marginWatch).toBe("marginCall")
    expect(tripwires(desk.state, low).tripwires.map(({ direction }) => direction)).toEqual(["atOrBelow", "atOrAbove"])
  })
  it("lets any quote wake an account whose liquidation waits", () => {
    const closed = marketOf({ EURUSD: ["1.08", "1.08"] }, { configuration: configured({ EURUSD: { holidays: [{ date: "2026-11-23" }] } }) })
    const desk = openAccount({ balance: "2000" })
    desk.do(order({ side: "buy" }), marketOf({ EURUSD: ["1.10000", "1.10000"] }))
    desk.tick(closed)
    expect(desk.state.liquidation).toBe("suspended")
    expect(tripwires(desk.state, closed).tripwires).toEqual([{ symbol: "EURUSD", side: "bid", direction: "atOrAbove", price: 0n }])
  })
  it("waits for the first quote of a pair that would convert better", () => {
    const desk = openAccount({ currency: "EUR", balance: "100000" })
    const twoSteps = marketOf({ USDJPY: ["150.000", "150.010"], EURUSD: ["1.10000", "1.10010"] })
    desk.do(order({ symbol: "USDJPY", side: "buy" }), twoSteps)
    expect(tripwires(desk.state, twoSteps).tripwires).toContainEqual({ symbol: "EURJPY", side: "bid", direction: "atOrAbove", price: 0n })
  })
})

/** One way to run an account: shown every quote, or only those that trip. */
class Runner {
  readonly desk: Desk
  readonly #isAlwaysShown: boolean
  readonly #armed = new ArmedAccounts()
  #wakeAt: number | undefined
  shown = 0
  /** Times that it was armed with slopes. */
  hot = 0

  constructor(scenario: Scenario, isAlwaysShown: boolean) {
    const { currency, mode, leverage } = scenario
    this.desk = openAccount({
      currency,
      mode,
      leverage,
      balance: currency === "JPY" ? String(scenario.balance * 100) : String(scenario.balance)
    })
    this.#isAlwaysShown = isAlwaysShown
  }

  arm(market: Market): void {
    const wiring = tripwires(this.desk.state, market)
    if (wiring.marginSlopes !== undefined) this.hot += 1
    this.#armed.arm(this.desk.state.accountId, wiring)
    this.#wakeAt = nextWakeAt(this.desk.state, market)
  }

  command(command: AccountCommand, market: Market): void {
    this.desk.try(command, market)
    this.arm(market)
  }

  /** Time passes up to the market's, waking the account whenever it asked for it. */
  wake(marketAt: (now: number) => Market, until: number): void {
    while (this.#wakeAt !== undefined && this.#wakeAt <= until) {
      const market = marketAt(this.#wakeAt)
      const asked = this.#wakeAt
      this.command({ _tag: "ApplyQuotes", quotes: [] }, market)
      if (this.#wakeAt === asked) return
    }
  }

  show(quote: Quote, market: Market): void {
    let isTripped = false
    this.#armed.indexOf(quote.symbol).trip(Number(quote.bid), Number(quote.ask), () => (isTripped = true))
    if (!this.#isAlwaysShown && !isTripped) return
    this.shown += 1
    this.command({ _tag: "ApplyQuotes", quotes: [quote] }, market)
  }
}

const run = (scenario: Scenario, isAlwaysShown: boolean): Runner => {
  const world = new World(scenario)
  const runner = new Runner(scenario, isAlwaysShown)
  const place = (p: Placement): void => {
    const command = commandOf(p, world.market)
    if (command !== undefined) runner.command(command, world.market)
  }
  for (const p of scenario.first) place(p)
  for (const [index, step] of scenario.steps.entries()) {
    if ("tick" in step) {
      const before = world.market
      const quote = world.move(step.tick)
      runner.wake((now) => ({ ...before, now }), world.now)
      runner.show(quote, world.market)
    } else if ("place" in step) place(step.place)
    else if ("close" in step) {
      const positionId = [...runner.desk.state.positions.keys()][step.close]
      if (positionId !== undefined) runner.command({ _tag: "ClosePosition", positionId }, world.market)
    } else {
      const amount = d(String(step.deposit))
      runner.command({ _tag: "ApplyBalanceOperation", kind: "correction", amount, reference: `step ${index}` }, world.market)
    }
  }
  return runner
}

const asText = (event: AccountEvent | undefined): string =>
  JSON.stringify(event ?? null, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value))

/** The first event in which two journals differ. */
const firstDifference = (a: ReadonlyArray<AccountEvent>, b: ReadonlyArray<AccountEvent>) => {
  const length = Math.max(a.length, b.length)
  for (let index = 0; index < length; index++) {
    if (asText(a[index]) !== asText(b[index])) return { index, tripped: asText(a[index]), everything: asText(b[index]) }
  }
  return undefined
}

describe("shown only what trips, an account decides what it would if shown everything", () => {
  it("on random books and tapes", () => {
    let shownAlways = 0
    let shownTripped = 0
    let hot = 0
    fc.assert(
      fc.property(scenario, (s) => {
        const everything = run(s, true)
        const tripped = run(s, false)
        shownAlways += everything.shown
        shownTripped += tripped.shown
        hot += tripped.hot
        expect(firstDifference(tripped.desk.journal, everything.desk.journal)).toBeUndefined()
        expect(canonicalState(tripped.desk.state)).toBe(canonicalState(everything.desk.state))
        expect(violationsOf(everything.desk.journal, everything.desk.state, () => configurationOf(s))).toEqual([])
      }),
      { numRuns: Number(process.env["KEEL_PROPERTY_RUNS"] ?? 200) }
    )
    // the wires would be worthless if everything tripped them
    expect(shownTripped).toBeLessThan(shownAlways * 0.2)
    expect(hot).toBeGreaterThan(0)
  })
})
