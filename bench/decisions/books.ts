/** books: accounts with ten positions each, in three currencies, some with exits, from far above their margin call to close by. */
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import type { Market } from "#actors/account/Market.ts"
import { randomFrom, type Tape } from "#bench/decisions/tape.ts"
import { decimal, toNumber } from "#domain/Decimal.ts"
import { figuresOf } from "#domain/Figures.ts"

export const POSITIONS = 10
/** And how many units of the currency make a dollar, roughly. */
const CURRENCIES = { USD: 1, EUR: 0.9, JPY: 150 } as const
/** Share of positions with a stop-loss, and with a take-profit. */
const EXITS = 0.1

export const accountIdOf = (index: number): string => String(100_001 + index)

export const makeBook = (index: number, tape: Tape, market: Market, seed: number): AccountState => {
  const random = randomFrom(seed * 7_919 + index)
  const accountId = accountIdOf(index)
  const symbols = [...tape.prices.keys()]
  const [currency, perDollar] = Object.entries(CURRENCIES)[Math.floor(random() * 3)] ?? ["USD", 1]
  let state = initialAccountState
  const does = (command: AccountCommand): void => {
    const { events, rejection, states } = decide(accountId, state, command, market)
    if (rejection !== undefined) throw new Error(`${command._tag} refused: ${rejection.reason}`)
    if (events.length > 0) state = states.at(-1) ?? state
  }
  const books = (amount: number, reference: string): void =>
    does({ _tag: "ApplyBalanceOperation", kind: "correction", amount: decimal(amount.toFixed(currency === "JPY" ? 0 : 2)), reference })
  does({ _tag: "OpenAccount", clientId: "C", currency, mode: "hedging", group: "professional", leverage: 100 })
  books(1e8 * perDollar, "first")
  for (let number = 0; number < POSITIONS; number++) {
    const symbol = symbols[Math.floor(random() * symbols.length)] ?? ""
    const price = tape.prices.get(symbol) ?? 1
    const digits = tape.configuration.instruments[symbol]?.digits ?? 5
    const side = random() < 0.5 ? "buy" : "sell"
    const towards = (share: number): string => (price * (1 + (side === "buy" ? share : -share))).toFixed(digits)
    does({
      _tag: "PlaceOrder",
      symbol,
      side,
      type: "market",
      lots: decimal((0.01 + Math.floor(random() * 100) / 100).toFixed(2)),
      timeInForce: "IOC",
      ...(random() < EXITS ? { stopLoss: decimal(towards(-0.003 - random() * 0.03)) } : {}),
      ...(random() < EXITS ? { takeProfit: decimal(towards(0.003 + random() * 0.03)) } : {})
    })
  }
  const figures = figuresOf(state, market)
  if (figures === undefined) throw new Error("an account cannot be valued")
  // most are far away, a few close to their margin call
  const level = 1.02 * Math.exp(random() * Math.log(30))
  books(toNumber(figures.usedMargin) * level - toNumber(figures.equity), "leaves")
  return state
}
