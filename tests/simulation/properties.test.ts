/** What must hold whatever happens: sums, identities, symmetry, and the legality of every stop-out; figures are recomputed by the model's formulas. */
import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { type AccountState, initialAccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import { figuresOf as engineFiguresOf, type Figures } from "#domain/Figures.ts"
import { figuresOf, levelAtMost, type ModelAccount, newAccount } from "./model/Account.ts"
import { MarketView, pointOf } from "./model/MarketView.ts"
import { levelWouldClear } from "./model/Watch.ts"
import { life, live } from "./lives.ts"
import { Runner } from "./Runner.ts"
import { configuration, instrumentOf, scaled, World } from "./World.ts"

const SEED = Number(process.env["SIMULATION_SEED"] ?? Date.now() % 2_147_483_647)
const seeded = { seed: SEED }
const engine = { decide, evolve }

/** One account of the engine alone. */
class Desk {
  readonly world = new World()
  readonly events: Array<AccountEvent> = []
  state: AccountState = initialAccountState

  constructor(currency: string, mode: "hedging" | "netting", leverage = 100) {
    this.do({ _tag: "OpenAccount", clientId: "C1", currency, mode, group: "professional", leverage })
    this.do({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: scaled("100000000"), reference: "D1" })
  }

  do(command: AccountCommand): void {
    const { events, rejection } = decide("100001", this.state, command, this.world.market())
    expect(rejection).toBeUndefined()
    for (const event of events) this.state = evolve(this.state, event)
    this.events.push(...events)
  }

  quote(symbol: string, bid: bigint, ask: bigint): void {
    this.world.accept(this.world.quoteOf(symbol, bid, ask))
  }

  /** All that convert, at one price each. */
  quoteAll(prices: Readonly<Record<string, string>>): void {
    for (const [symbol, price] of Object.entries(prices))
      this.quote(symbol, scaled(price), scaled(price) + pointOf(instrumentOf(symbol)) * 7n)
  }

  market(symbol: string, side: "buy" | "sell", lots: bigint): void {
    this.do({ _tag: "PlaceOrder", symbol, side, type: "market", lots, timeInForce: "FOK" })
  }
}

const PRICES = { EURUSD: "1.10", GBPUSD: "1.25", USDJPY: "150", USDCHF: "0.9", XAUUSD: "1950", EURGBP: "0.88" }
const unitOf = (digits: number): bigint => 10n ** BigInt(8 - digits)
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value)
const sum = (values: Iterable<bigint>): bigint => [...values].reduce((total, value) => total + value, 0n)

describe(`properties (SIMULATION_SEED=${SEED})`, () => {
  it("balance is the sum of its entries and the figures' identities hold, after every step", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(life, ({ start, steps }) => {
        const runner = new Runner(engine, start)
        for (const step of steps) {
          runner.run(step)
          expectIdentities(runner)
        }
      }),
      { ...seeded, numRuns: 40 }
    )
  })

  it("k times the volume makes k times the profit, but for one rounding", () => {
    const cases = fc.record({
      currency: fc.constantFrom("USD", "EUR", "JPY"),
      symbol: fc.constantFrom("EURUSD", "USDJPY", "USDCHF", "XAUUSD"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      lots: fc.integer({ min: 1, max: 40 }),
      factor: fc.integer({ min: 2, max: 50 }),
      movePoints: fc.integer({ min: -900, max: 900 })
    })
    const profitOf = (currency: string, symbol: string, side: "buy" | "sell", lots: bigint, movePoints: number): bigint => {
      const desk = new Desk(currency, "hedging")
      desk.quoteAll(PRICES)
      desk.market(symbol, side, lots)
      const quote = desk.world.quotes.get(symbol)
      const move = BigInt(movePoints) * pointOf(instrumentOf(symbol))
      desk.quote(symbol, (quote?.bid ?? 0n) + move, (quote?.ask ?? 0n) + move)
      desk.do({ _tag: "ClosePosition", positionId: "P1" })
      return sum(desk.events.flatMap((event) => ("trade" in event ? [event.trade.realizedProfit] : [])))
    }
    fc.assert(
      fc.property(cases, ({ currency, symbol, side, lots, factor, movePoints }) => {
        const volume = BigInt(lots) * 1_000_000n
        const once = profitOf(currency, symbol, side, volume, movePoints)
        const scaledUp = profitOf(currency, symbol, side, volume * BigInt(factor), movePoints)
        // One result is rounded by at most half a unit, the other by at most half a unit k times over.
        const unit = unitOf(currency === "JPY" ? 0 : 2)
        expect(2n * magnitude(scaledUp - BigInt(factor) * once)).toBeLessThanOrEqual(BigInt(factor + 1) * unit)
      }),
      { ...seeded, numRuns: 300 }
    )
  })

  it("whatever the order in which accounts are served, each has the same journal", { timeout: 60_000 }, () => {
    const lives = fc.array(life, { minLength: 2, maxLength: 4 })
    fc.assert(
      fc.property(lives, fc.infiniteStream(fc.nat(99)), (some, order) => {
        const alone = some.map((each) => live(engine, each).twin.events)
        const runners = some.map((each) => ({ runner: new Runner(engine, each.start), left: [...each.steps] }))
        for (let waiting = runners; waiting.length > 0; waiting = waiting.filter(({ left }) => left.length > 0)) {
          const chosen = waiting[(order.next().value ?? 0) % waiting.length]
          const step = chosen?.left.shift()
          if (step !== undefined) chosen?.runner.run(step)
        }
        expect(runners.map(({ runner }) => runner.twin.events)).toEqual(alone)
      }),
      { ...seeded, numRuns: 15 }
    )
  })

  it("an order split in halves gives the same exposure, price and, but for one rounding each, margin", () => {
    const cases = fc.record({
      currency: fc.constantFrom("USD", "EUR", "JPY"),
      mode: fc.constantFrom("hedging" as const, "netting" as const),
      symbol: fc.constantFrom("EURUSD", "USDJPY", "GBPUSD", "XAUUSD"),
      side: fc.constantFrom("buy" as const, "sell" as const),
      half: fc.integer({ min: 1, max: 1200 })
    })
    fc.assert(
      fc.property(cases, ({ currency, mode, symbol, side, half }) => {
        const exposureOf = (parts: ReadonlyArray<number>) => {
          const desk = new Desk(currency, mode)
          const instruments = {
            ...configuration().instruments,
            [symbol]: { ...instrumentOf(symbol), slippage: { kind: "none" as const, tiers: [] } }
          }
          desk.world.configuration = configuration({ instruments })
          desk.quoteAll(PRICES)
          for (const part of parts) desk.market(symbol, side, BigInt(part) * 1_000_000n)
          const positions = [...desk.state.positions.values()]
          const figures = engineFiguresOf(desk.state, desk.world.market())
          return {
            lots: sum(positions.map((position) => position.lots)),
            openPrices: [...new Set(positions.map((position) => position.openPrice))],
            usedMargin: figures?.usedMargin ?? -1n
          }
        }
        const whole = exposureOf([half * 2])
        const halves = exposureOf([half, half])
        expect(halves).toMatchObject({ lots: whole.lots, openPrices: whole.openPrices })
        expect(magnitude(halves.usedMargin - whole.usedMargin)).toBeLessThanOrEqual(unitOf(currency === "JPY" ? 0 : 2))
      }),
      { ...seeded, numRuns: 200 }
    )
  })

  it("every step of a stop-out was legal at its recorded quotes, and no smaller one would have done", { timeout: 120_000 }, () => {
    let steps = 0
    fc.assert(
      fc.property(life, (candidate) => {
        const { twin } = live(engine, candidate)
        let state = initialAccountState
        for (const event of twin.events) {
          if (event._tag === "LiquidationStepTaken") {
            steps += 1
            expectLegal(event, state, twin.world)
          }
          state = evolve(state, event)
        }
      }),
      { ...seeded, numRuns: 150 }
    )
    expect(steps).toBeGreaterThan(20)
  })
})

const expectIdentities = ({ twin }: Runner): void => {
  const { state, world, events, model } = twin
  const entries = events.flatMap((event) => (event._tag === "LedgerEntryBooked" ? [event.entry] : []))
  const isCredit = (kind: string): boolean => kind === "creditIn" || kind === "creditOut"
  const figures = engineFiguresOf(state, world.market())
  const { equity } = model.figures(world.market())
  const reserved = sum(state.reservations.values())
  const level = figures === undefined || figures.usedMargin === 0n ? null : (figures.equity * 10_000_000_000n * 2n) / figures.usedMargin
  expect(state.balance).toBe(sum(entries.filter((entry) => !isCredit(entry.kind)).map((entry) => entry.amount)))
  expect(state.credit).toBe(sum(entries.filter((entry) => isCredit(entry.kind)).map((entry) => entry.amount)))
  expect(figures).toMatchObject({ balance: state.balance, credit: state.credit, equity })
  expect(figures?.freeMargin).toBe(equity - (figures?.usedMargin ?? 0n) - reserved)
  if (level === null) expect(figures?.marginLevelPercent).toBeNull()
  else expect(magnitude((figures?.marginLevelPercent ?? 0n) * 2n - level)).toBeLessThanOrEqual(2n)
}

type Step = Extract<AccountEvent, { readonly _tag: "LiquidationStepTaken" }>

/** The account as the model writes it. */
const modelOf = (state: AccountState): ModelAccount => ({
  ...newAccount(),
  currency: state.currency,
  currencyDigits: state.currencyDigits,
  mode: state.mode,
  group: state.group,
  leverage: state.leverage,
  balance: state.balance,
  credit: state.credit,
  reservations: [...state.reservations].map(([requestId, amount]) => ({ requestId, amount })),
  orders: [...state.orders.values()].map((order) => ({ ...order, status: order.status === "triggered" ? "triggered" : "pending" })),
  positions: [...state.positions.values()].map((position) => ({
    ...position,
    stopLoss: position.stopLoss,
    takeProfit: position.takeProfit,
    trailingStop: position.trailingStop
  }))
})

const shown = (figures: Figures): Omit<Figures, "marginLevelPercent"> => {
  const { marginLevelPercent: _, ...rest } = figures
  return rest
}

/** Recomputed from nothing but the state before, the configuration and the quotes that the event keeps. */
const expectLegal = (step: Step, state: AccountState, world: World): void => {
  const group = world.configuration.groups[state.group]
  if (group === undefined) throw new Error(`no group ${state.group}`)
  const recorded = (symbol: string) => step.quotes.find((quote) => quote.symbol === symbol)
  const view = new MarketView(step.at, world.configuration, group, state.currency, recorded)
  const account = modelOf(state)
  const { reserved: _, ...before } = figuresOf(account, view)
  expect(shown(step.before)).toEqual(before)
  expect(levelAtMost(figuresOf(account, view), group.stopOutLevelPercent)).toBe(true)
  const position = account.positions.find((candidate) => candidate.positionId === step.positionId)
  if (position === undefined || step.rule !== "mostMargin") return
  const { lotsMin, lotsStep } = instrumentOf(position.symbol)
  for (let lots = lotsStep; lots < (step.lots ?? 0n) && position.lots - lots >= lotsMin; lots += lotsStep) {
    expect(levelWouldClear(account, view, position, lots)).toBe(false)
  }
}
