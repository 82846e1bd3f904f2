/** decide: the pure core alone, a mix of commands over accounts with ten positions; and one lifecycle transition by table and by XState. */
import { type Finding, nanosPerOperation, rounded } from "#bench/Finding.ts"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import { orderLifecycle, orderTransitions } from "#actors/account/machines/orderLifecycle.ts"
import type { Market } from "#actors/account/Market.ts"
import { decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import type { Quote } from "#domain/Quote.ts"
import { transition } from "xstate"

const AIM = { of: "figure", is: "atLeast", value: 500_000 } as const
const ROUNDS = 7
const COMMANDS = 20_000
const NOW = Date.UTC(2026, 0, 7, 12)

const quote = (symbol: string, bid: string, ask: string): readonly [string, Quote] => [
  symbol,
  { symbol, bid: decimal(bid), ask: decimal(ask), time: NOW, receivedAt: NOW, sequence: 1, source: "ws" }
]
const quotes = new Map([quote("EURUSD", "1.1", "1.1001"), quote("GBPUSD", "1.3", "1.3002"), quote("USDJPY", "150", "150.02")])
const market: Market = { now: NOW, configuration: defaultConfiguration, quote: (symbol) => quotes.get(symbol) }

const applied = (state: AccountState, command: AccountCommand): { readonly state: AccountState; readonly events: number } => {
  const { events, rejection, states } = decide("1", state, command, market)
  if (rejection !== undefined) throw new Error(`${command._tag} refused: ${rejection.reason}`)
  return { state: states.at(-1) ?? state, events: events.length }
}

const EXITS = { stopLoss: decimal("1.05"), takeProfit: decimal("1.2") }
const LOTS = decimal("0.1")
const LIMIT = decimal("1.05")

const buy = (symbol: string): AccountCommand => ({
  _tag: "PlaceOrder",
  symbol,
  side: "buy",
  type: "market",
  lots: LOTS,
  timeInForce: "IOC"
})

const accountWith = (positions: number): AccountState => {
  let state = applied(initialAccountState, {
    _tag: "OpenAccount",
    clientId: "C",
    currency: "USD",
    mode: "hedging",
    group: "professional",
    leverage: 100
  }).state
  state = applied(state, { _tag: "ApplyBalanceOperation", kind: "deposit", amount: decimal("10000000"), reference: "R" }).state
  for (let index = 0; index < positions; index++) state = applied(state, buy([...quotes.keys()][index % quotes.size] ?? "")).state
  return state
}

/** One round trip of an active client: buys, protects, places and cancels a limit order, closes. Five commands. */
const roundTrip = (state: AccountState): { readonly state: AccountState; readonly events: number } => {
  let current = state
  let events = 0
  const apply = (command: AccountCommand): void => {
    const result = applied(current, command)
    current = result.state
    events += result.events
  }
  apply(buy("EURUSD"))
  const positionId = `P${current.positionCount}`
  apply({ _tag: "ModifyPosition", positionId, ...EXITS })
  apply({
    _tag: "PlaceOrder",
    symbol: "EURUSD",
    side: "buy",
    type: "limit",
    lots: LOTS,
    limitPrice: LIMIT,
    timeInForce: "GTC"
  })
  apply({ _tag: "CancelOrder", orderId: `O${current.orderCount}` })
  apply({ _tag: "ClosePosition", positionId })
  return { state: current, events }
}

/** Transitions of an order's life, by the compiled table and by XState's own pure function. */
const transitions = (): ReadonlyArray<Finding> => {
  const count = 100_000
  let sum = 0
  const table = nanosPerOperation(ROUNDS, count * 10, () => {
    for (let index = 0; index < count * 10; index++)
      if (orderTransitions.next("pending", index % 2 === 0 ? "trigger" : "fill") === "filled") sum++
  })
  const pending = orderLifecycle.resolveState({ value: "pending", context: {} })
  const pure = nanosPerOperation(ROUNDS, count, () => {
    for (let index = 0; index < count; index++) {
      const [next] = transition(orderLifecycle, pending, { type: index % 2 === 0 ? "trigger" : "fill" })
      if (next.value === "filled") sum++
    }
  })
  if (sum === 0) throw new Error("no transition led to filled")
  return [
    {
      of: "one transition by the compiled table, beside XState's",
      work: "order lifecycle",
      figure: rounded(table),
      unit: "ns",
      limit: rounded(pure),
      ratio: rounded(table / pure)
    }
  ]
}

export const run = async (): Promise<ReadonlyArray<Finding>> => {
  const findings: Array<Finding> = []
  for (const positions of [1, 10, 100]) {
    const work = `${positions} positions`
    let state = accountWith(positions)
    let events = 0
    const nanos = nanosPerOperation(ROUNDS, COMMANDS, () => {
      events = 0
      for (let command = 0; command < COMMANDS; command += 5) {
        const result = roundTrip(state)
        ;({ state } = result)
        events += result.events
      }
    })
    findings.push(
      { of: "mixed commands, each with the states that it leads to", work, figure: rounded(1e9 / nanos), unit: "commands/s", aim: AIM },
      { of: "their events", work, figure: rounded((1e9 / nanos) * (events / COMMANDS)), unit: "events/s" }
    )
  }
  return [...findings, ...transitions()]
}
