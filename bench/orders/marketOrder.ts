/** marketOrder: what the accounts of the bench are told. */
import type { AccountCommand, Origin } from "#actors/account/AccountCommand.ts"
import { decimal } from "#domain/Decimal.ts"

export const ORIGIN: Origin = { kind: "platform", id: "bench" }

export const opening = {
  open: { _tag: "OpenAccount", clientId: "bench", currency: "USD", mode: "netting", group: "professional", leverage: 100 },
  deposit: { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal("1000000"), reference: "bench" }
} satisfies Record<string, AccountCommand>

/** Of an account that was given so many before: buys and sells in turn, so that the books stay small. */
export const marketOrder = (before: number): AccountCommand => ({
  _tag: "PlaceOrder",
  symbol: "EURUSD",
  side: before % 2 === 0 ? "buy" : "sell",
  type: "market",
  lots: decimal("0.01"),
  timeInForce: "IOC"
})

/** The market at a moment. */
export const quoteAt = (now: number) =>
  ({ symbol: "EURUSD", bid: decimal("1.1"), ask: decimal("1.1001"), time: now, receivedAt: now, sequence: now, source: "ws" }) as const
