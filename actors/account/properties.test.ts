/** Properties of the whole core, on random accounts in random markets. A failure prints its seed and shrinks to the smallest case. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { canonicalState } from "#actors/account/canonicalState.ts"
import { evolve } from "#actors/account/evolve.ts"
import { violationsOf } from "#actors/account/invariants.ts"
import type { Market } from "#actors/account/Market.ts"
import { Desk, openAccount } from "#actors/account/testing.ts"
import { commandOf, configurationOf, scenario, World, type Placement, type Scenario } from "#actors/account/testingScenarios.ts"
import { clientPrices } from "#domain/Book.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal } from "#domain/Decimal.ts"
import { figuresOf, floatingProfit, isLevelAtOrBelow } from "#domain/Figures.ts"
import { configured, present } from "#domain/testing.ts"

const RUNS = { numRuns: Number(process.env["KEEL_PROPERTY_RUNS"] ?? 150) }

/** One account and everything that happened to it, step by step. */
class Life {
  readonly desk: Desk
  readonly world: World
  readonly #steps: Iterator<Scenario["steps"][number]>

  constructor(s: Scenario) {
    const { currency, mode, leverage, balance } = s
    this.world = new World(s)
    this.desk = openAccount({ currency, mode, leverage, balance: String(currency === "JPY" ? balance * 100 : balance) })
    for (const each of s.first) this.place(each)
    this.#steps = s.steps[Symbol.iterator]()
  }

  place(placement: Placement): void {
    const command = commandOf(placement, this.world.market)
    if (command !== undefined) this.desk.try(command, this.world.market)
  }

  /** False when the story is over. */
  next(): boolean {
    const { value: step, done } = this.#steps.next()
    if (done === true) return false
    if ("tick" in step) this.desk.do({ _tag: "ApplyQuotes", quotes: [this.world.move(step.tick)] }, this.world.market)
    else if ("place" in step) this.place(step.place)
    else if ("close" in step) {
      const positionId = [...this.desk.state.positions.keys()][step.close]
      if (positionId !== undefined) this.desk.try({ _tag: "ClosePosition", positionId }, this.world.market)
    } else {
      const reference = `correction ${this.desk.state.entryCount}`
      this.desk.try(
        { _tag: "ApplyBalanceOperation", kind: "correction", amount: decimal(String(step.deposit)), reference },
        this.world.market
      )
    }
    return true
  }
}

const lived = (s: Scenario): Life => {
  const life = new Life(s)
  while (life.next()) continue
  return life
}

describe("after every step", () => {
  it("equity = balance + credit + floating + swap, free margin = equity − margin, and level = equity / margin", () => {
    fc.assert(
      fc.property(scenario, (s) => {
        const life = new Life(s)
        do {
          const { state } = life.desk
          const figures = figuresOf(state, life.world.market)
          if (figures === undefined) continue
          expect(figures.balance).toBe(state.balance)
          expect(figures.freeMargin).toBe(figures.equity - figures.usedMargin)
          expect(figures.marginLevelPercent === null).toBe(figures.usedMargin === 0n)
          expect(closedOut(life.desk, life.world)).toBe(figures.equity)
        } while (life.next())
      }),
      RUNS
    )
  })

  it("what is decided is at rest: the same quotes decide nothing more", () => {
    fc.assert(
      fc.property(scenario, (s) => {
        const life = lived(s)
        life.desk.tick(life.world.market)
        expect(life.desk.tick(life.world.market)).toEqual([])
      }),
      RUNS
    )
  })
})

/** Balance and credit after closing every position at once, at the quotes that value them, with nothing that interferes. */
const closedOut = (desk: Desk, world: World): bigint => {
  const base = world.configuration
  const open = Object.fromEntries(
    Object.keys(base.instruments).map((symbol) => [
      symbol,
      { sessions: [], quoteAgeMillisMax: Number.MAX_SAFE_INTEGER, slippage: { kind: "none", tiers: [] } as const }
    ])
  )
  const configuration = configured(open, { professional: { negativeBalanceProtection: false } }, base)
  const copy = new Desk(desk.journal)
  // a rollover that is due would be charged first
  copy.do({ _tag: "ApplyRollover" }, { ...world.market, configuration })
  const before = [...copy.state.positions.values()].reduce((sum, { swap }) => sum + swap, 0n)
  const after = [...desk.state.positions.values()].reduce((sum, { swap }) => sum + swap, 0n)
  copy.do({ _tag: "ClosePositions", result: "all" }, { ...world.market, configuration })
  expect(copy.state.positions.size).toBe(0)
  return copy.state.balance + copy.state.credit - before + after
}

describe("the journal", () => {
  it("violates no invariant: balance = Σ ledger, positions ⇔ fills, one end per order, legal stop-outs, money in = money out", () => {
    fc.assert(
      fc.property(scenario, (s) => {
        const { desk } = lived(s)
        expect(violationsOf(desk.journal, desk.state, () => configurationOf(s))).toEqual([])
      }),
      RUNS
    )
  })

  it("replayed gives the very same account", () => {
    fc.assert(
      fc.property(scenario, (s) => {
        const { desk } = lived(s)
        expect(canonicalState(desk.journal.reduce(evolve, initialAccountState))).toBe(canonicalState(desk.state))
      }),
      RUNS
    )
  })

  it("of one account does not depend on what happens to others: permuting accounts changes nothing", () => {
    fc.assert(
      fc.property(scenario, scenario, (a, b) => {
        const alone = [lived(a), lived(b)].map(({ desk }) => canonicalState(desk.state))
        const together = [new Life(b), new Life(a)]
        let isGoing = true
        while (isGoing) isGoing = together.map((life) => life.next()).some((going) => going)
        expect(together.toReversed().map(({ desk }) => canonicalState(desk.state))).toEqual(alone)
      }),
      RUNS
    )
  })
})

/** The state before each event, and the event. */
const history = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<{ readonly state: AccountState; readonly event: AccountEvent }> => {
  let state = initialAccountState
  return events.map((event) => {
    const before = state
    state = evolve(state, event)
    return { state: before, event }
  })
}

describe("a stop-out", () => {
  it("by strategy smart is minimal: one volume step less would not have brought the level above", () => {
    let checked = 0
    fc.assert(
      fc.property(scenario, (s) => {
        const { desk } = lived({ ...s, strategy: "smart" })
        const configuration = configurationOf({ ...s, strategy: "smart" })
        for (const { state, event } of history(desk.journal)) {
          if (event._tag !== "LiquidationStepTaken" || event.positionId === undefined) continue
          const position = present(state.positions.get(event.positionId))
          const less = present(event.lots) - present(configuration.instruments[position.symbol]).lotsStep
          if (less <= 0n) continue
          const market = marketOfStep(event, configuration)
          const copy = { ...state, marginWatch: "healthy" as const }
          const trial = new Desk()
          trial.state = copy
          trial.do({ _tag: "ClosePosition", positionId: event.positionId, lots: less }, market)
          const figures = present(figuresOf(trial.state, market))
          expect(isLevelAtOrBelow(figures, configuration.groups["professional"]?.stopOutLevelPercent ?? 0n)).toBe(true)
          checked += 1
        }
      }),
      RUNS
    )
    expect(checked).toBeGreaterThan(0)
  })

  it("by largest loss takes orders first, then the largest loss, or the smallest profit, of what can go", () => {
    let checked = 0
    fc.assert(
      fc.property(scenario, (s) => {
        const { desk } = lived({ ...s, strategy: "largestLoss", sessions: false })
        const configuration = configurationOf({ ...s, strategy: "largestLoss", sessions: false })
        for (const { state, event } of history(desk.journal)) {
          if (event._tag !== "LiquidationStepTaken") continue
          expect(event.positionId === undefined).toBe(state.orders.size > 0)
          if (event.positionId === undefined) continue
          const profits = profitsOfFresh(state, event, configuration)
          const chosen = present(profits.get(event.positionId))
          for (const profit of profits.values()) expect(chosen <= profit).toBe(true)
          expect(event.rule).toBe(chosen < 0n ? "largestLoss" : "smallestProfit")
          checked += 1
        }
      }),
      RUNS
    )
    expect(checked).toBeGreaterThan(0)
  })

  it("leaves the account above its stop-out level, flat, or suspended", () => {
    fc.assert(
      fc.property(scenario, (s) => {
        const life = new Life(s)
        do {
          const { state } = life.desk
          const figures = figuresOf(state, life.world.market)
          if (figures === undefined || state.marginWatch === "stopOut") continue
          if (life.desk.last.events.some(({ _tag }) => _tag === "StopOutEnded")) {
            expect(isLevelAtOrBelow(figures, present(life.world.configuration.groups["professional"]).stopOutLevelPercent)).toBe(false)
          }
        } while (life.next())
      }),
      RUNS
    )
  })
})

/** Floating profit of each position whose quote is fresh enough to close it. */
const profitsOfFresh = (
  state: AccountState,
  event: Extract<AccountEvent, { readonly _tag: "LiquidationStepTaken" }>,
  configuration: Configuration
): ReadonlyMap<string, bigint> => {
  const quotes = new Map(event.quotes.map((quote) => [quote.symbol, quote]))
  const prices = present(clientPrices({ configuration, quote: (symbol) => quotes.get(symbol) }, state.group))
  const fresh = [...state.positions.values()].filter(({ symbol }) => event.at - present(quotes.get(symbol)).receivedAt <= 60_000)
  return new Map(fresh.map((position) => [position.positionId, present(floatingProfit(prices, state, position))]))
}

/** The market as a step's evidence shows it, where nothing but the close itself happens. */
const marketOfStep = (event: Extract<AccountEvent, { readonly _tag: "LiquidationStepTaken" }>, base: Configuration): Market => {
  const quotes = new Map(event.quotes.map((quote) => [quote.symbol, quote]))
  const never = decimal("-1000000000")
  const quiet = { marginCallLevelPercent: never, stopOutLevelPercent: never, negativeBalanceProtection: false }
  const instruments = Object.fromEntries(
    Object.keys(base.instruments).map((symbol) => [symbol, { sessions: [], quoteAgeMillisMax: Number.MAX_SAFE_INTEGER }])
  )
  return { now: event.at, configuration: configured(instruments, { professional: quiet }, base), quote: (symbol) => quotes.get(symbol) }
}
