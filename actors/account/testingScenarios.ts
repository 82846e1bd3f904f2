/**
 * testingScenarios: random accounts in random markets, for property tests.
 *
 * Several symbols and currencies, conversion rates that move, hedged and netted books, mark-up and slippage, exits, resting orders, trailing
 * stops, closed markets, gaps and widening spreads, deposits and losses.
 */
import * as fc from "fast-check"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { Market } from "#actors/account/Market.ts"
import { order } from "#actors/account/testing.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal, type Decimal } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { configured, NOON } from "#domain/testing.ts"

const d = decimal

export const SYMBOLS = ["EURUSD", "GBPUSD", "USDJPY", "EURGBP", "XAUUSD"] as const
type Symbol = (typeof SYMBOLS)[number]
const START: Readonly<Record<Symbol, number>> = { EURUSD: 110_000, GBPUSD: 130_000, USDJPY: 150_000, EURGBP: 85_000, XAUUSD: 195_000 }
const POINT: Readonly<Record<Symbol, Decimal>> = { EURUSD: 1_000n, GBPUSD: 1_000n, USDJPY: 100_000n, EURGBP: 1_000n, XAUUSD: 1_000_000n }

/** Prices in points of their instrument. */
interface Tick {
  readonly symbol: Symbol
  readonly move: number
  readonly spread: number
  readonly seconds: number
}

const tick = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  move: fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: -60, max: 60 }) },
    { weight: 3, arbitrary: fc.integer({ min: -900, max: 900 }) },
    { weight: 1, arbitrary: fc.integer({ min: -9_000, max: 9_000 }) }
  ),
  spread: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 800 }) }),
  seconds: fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 0, max: 5 }) }, { weight: 1, arbitrary: fc.integer({ min: 0, max: 20_000 }) })
})

/** Distances are in points from the market at the time. */
export const placement = fc.record({
  symbol: fc.constantFrom(...SYMBOLS),
  side: fc.constantFrom<"buy" | "sell">("buy", "sell"),
  type: fc.constantFrom<"market" | "limit" | "stop" | "stopLimit">("market", "market", "market", "limit", "stop", "stopLimit"),
  steps: fc.integer({ min: 1, max: 150 }),
  away: fc.integer({ min: 1, max: 400 }),
  beyond: fc.integer({ min: -100, max: 100 }),
  stopLoss: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
  takeProfit: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined }),
  trailing: fc.option(fc.record({ distancePoints: fc.integer({ min: 1, max: 300 }), stepPoints: fc.integer({ min: 0, max: 50 }) }), {
    nil: undefined
  }),
  ocoGroup: fc.option(fc.constantFrom("A", "B"), { nil: undefined }),
  expiresInSeconds: fc.option(fc.integer({ min: 1, max: 600 }), { nil: undefined })
})
export type Placement = typeof placement extends fc.Arbitrary<infer Value> ? Value : never

type Step = { readonly tick: Tick } | { readonly place: Placement } | { readonly close: number } | { readonly deposit: number }

export const scenario = fc.record({
  currency: fc.constantFrom("USD", "EUR", "JPY", "CHF"),
  mode: fc.constantFrom<"hedging" | "netting">("hedging", "netting"),
  leverage: fc.constantFrom(30, 100, 500, 500, 500),
  balance: fc.integer({ min: 200, max: 3_000 }),
  strategy: fc.constantFrom<"largestLoss" | "smart">("largestLoss", "smart"),
  hedgedMargin: fc.constantFrom<"largerLeg" | "basic">("largerLeg", "basic"),
  refuse: fc.boolean(),
  markUp: fc.constantFrom(0, 7, 30),
  slippage: fc.constantFrom(0, 3),
  sessions: fc.boolean(),
  unquoted: fc.constantFrom<Symbol | undefined>(undefined, undefined, "GBPUSD", "EURGBP"),
  first: fc.array(placement, { minLength: 1, maxLength: 6 }),
  steps: fc.array(
    fc.oneof<fc.WeightedArbitrary<Step>[]>(
      { weight: 30, arbitrary: fc.record({ tick }) },
      { weight: 2, arbitrary: fc.record({ place: placement }) },
      { weight: 1, arbitrary: fc.record({ close: fc.nat({ max: 5 }) }) },
      { weight: 1, arbitrary: fc.record({ deposit: fc.integer({ min: -500, max: 2_000 }) }) }
    ),
    { maxLength: 150, size: "max" }
  )
})
export type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never

export const configurationOf = (s: Scenario): Configuration => {
  const swap = { kind: "points", long: d("-3"), short: d("1"), dayMultipliers: [1, 1, 3, 1, 1, 0, 0] } as const
  const slippage = { kind: "fixed", tiers: [{ fromLots: 0n, points: s.slippage }] } as const
  // a session that ends within the tape, so that markets close and open
  const sessions = s.sessions
    ? [
        { openMinute: 0, closeMinute: 1_440 + 735 },
        { openMinute: 1_440 + 750, closeMinute: 10_080 }
      ]
    : []
  const change = { swap, slippage }
  return configured(
    { EURUSD: { ...change, sessions }, GBPUSD: change, USDJPY: change, EURGBP: { ...change, sessions }, XAUUSD: change },
    {
      professional: {
        stopOutStrategy: s.strategy,
        hedgedMargin: s.hedgedMargin,
        refuseExposureInMarginCall: s.refuse,
        markUpPoints: { "*": s.markUp }
      }
    }
  )
}

/** The world: quotes that move, and time. */
export class World {
  now = NOON
  readonly configuration: Configuration
  readonly #mid = { ...START }
  readonly #quotes = new Map<string, Quote>()
  #sequence = 0

  constructor(scenario: Scenario) {
    this.configuration = configurationOf(scenario)
    for (const symbol of SYMBOLS) if (symbol !== scenario.unquoted) this.move({ symbol, move: 0, spread: 10, seconds: 0 })
    for (const symbol of ["USDCHF"]) this.#quotes.set(symbol, this.#quoteOf(symbol, d("0.90000"), d("0.90010")))
  }

  #quoteOf(symbol: string, bid: Decimal, ask: Decimal): Quote {
    return { symbol, bid, ask, time: this.now, receivedAt: this.now, sequence: ++this.#sequence, source: "ws" }
  }

  move({ symbol, move, spread, seconds }: Tick): Quote {
    this.now += seconds * 1_000
    this.#mid[symbol] = Math.max(500, this.#mid[symbol] + move)
    const bid = BigInt(this.#mid[symbol]) * POINT[symbol]
    const quote = this.#quoteOf(symbol, bid, bid + BigInt(spread) * POINT[symbol])
    this.#quotes.set(symbol, quote)
    return quote
  }

  /** As it stands: quotes that come later do not change it. */
  get market(): Market {
    const quotes = new Map(this.#quotes)
    return { now: this.now, configuration: this.configuration, quote: (symbol) => quotes.get(symbol) }
  }
}

export const commandOf = (p: Placement, market: Market): AccountCommand | undefined => {
  const quote = market.quote(p.symbol)
  if (quote === undefined) return undefined
  const point = POINT[p.symbol]
  const up = p.side === "buy" ? 1n : -1n
  const opening = p.side === "buy" ? quote.ask : quote.bid
  const away = BigInt(p.away) * point
  const stopPrice = p.type === "stop" || p.type === "stopLimit" ? opening + up * away : undefined
  const limitPrice =
    p.type === "limit" ? opening - up * away : p.type === "stopLimit" ? (stopPrice ?? 0n) + BigInt(p.beyond) * point : undefined
  const entry = limitPrice ?? stopPrice ?? (p.side === "buy" ? quote.bid : quote.ask)
  const timed = p.type !== "market" && p.expiresInSeconds !== undefined
  return order({
    symbol: p.symbol,
    side: p.side,
    type: p.type,
    lots: BigInt(p.steps) * 1_000_000n,
    timeInForce: timed ? "GTD" : "GTC",
    ...(timed ? { expiresAt: market.now + (p.expiresInSeconds ?? 0) * 1_000 } : {}),
    ...(limitPrice === undefined ? {} : { limitPrice }),
    ...(stopPrice === undefined ? {} : { stopPrice }),
    ...(p.stopLoss === undefined ? {} : { stopLoss: entry - up * BigInt(p.stopLoss + 40) * point }),
    ...(p.takeProfit === undefined ? {} : { takeProfit: entry + up * BigInt(p.takeProfit + 40) * point }),
    ...(p.trailing === undefined ? {} : { trailingStop: p.trailing }),
    ...(p.ocoGroup === undefined ? {} : { ocoGroup: p.ocoGroup })
  })
}
