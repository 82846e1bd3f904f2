/** rareLives: situations that chance rarely meets, written as steps. */
import type { Life } from "./lives.ts"
import type { Exits, Setup, Step } from "./Steps.ts"

/** Friday 2026-03-06 12:00 UTC: the market closes at 22:00. */
const FRIDAY = Date.UTC(2026, 2, 6, 12)

const account: Setup = {
  currency: "USD",
  mode: "hedging",
  group: "professional",
  leverage: 100,
  deposit: 10_000,
  startsAt: FRIDAY,
  volatility: 1,
  symbols: [0],
  silentSymbol: -1
}

const exits = (stopLoss: number | undefined, takeProfit: number | undefined): Exits => ({ stopLoss, takeProfit, trailing: undefined })
const moveTo = (change: number): Step => ({ kind: "tick", move: { symbol: 0, change, spreadPoints: 0 }, laterMillis: 0 })
const wait = (how: Extract<Step, { readonly kind: "wait" }>["how"]): Step => ({ kind: "wait", how, woken: true })

/**
 * Take-profit 50 points above; the price goes above it while the market is closed, the client sets a stop-loss between the two; the market opens
 * between them, so that one tick touches both.
 */
export const bothExitsTouched: Life = {
  start: account,
  steps: [
    {
      kind: "place",
      symbol: 0,
      side: "buy",
      type: "market",
      timeInForce: "FOK",
      lots: 10,
      share: undefined,
      requestedPoints: undefined,
      distance: 0,
      limitDistance: 0,
      exits: exits(undefined, 50),
      oco: undefined,
      expiresInMillis: 0,
      maxSlippagePoints: undefined,
      fresh: true,
      flaw: "none"
    },
    wait("day"),
    moveTo(180),
    { kind: "modifyPosition", index: 0, exits: exits(40, undefined), fresh: false },
    wait("day"),
    wait("hours"),
    wait("hours"),
    moveTo(-70)
  ]
}
