/**
 * testing: given(events).when(command).then(events), and short ways to write markets, for tests of the account's core.
 *
 * Markets stand at noon in New York on Monday 2026-11-23 unless a test says otherwise.
 */
import { expect } from "vitest"
import type { AccountCommand } from "#actors/account/AccountCommand.ts"
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import { initialAccountState, type AccountState } from "#actors/account/AccountState.ts"
import { decide, type Decision } from "#actors/account/decide.ts"
import { evolve } from "#actors/account/evolve.ts"
import type { Market } from "#actors/account/Market.ts"
import type { Configuration } from "#domain/Configuration.ts"
import { decimal, formatDecimal, roundDecimal, type Decimal } from "#domain/Decimal.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { figuresOf } from "#domain/Figures.ts"
import type { OrderRequest } from "#domain/Order.ts"
import type { Quote } from "#domain/Quote.ts"
import { money, NOON, present, type QuoteTable } from "#domain/testing.ts"

export const ACCOUNT_ID = "100001"
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

export const d = decimal

export const quote = (symbol: string, bid: string, ask: string, receivedAt = NOON, sequence = 1): Quote => ({
  symbol,
  bid: d(bid),
  ask: d(ask),
  time: receivedAt,
  receivedAt,
  sequence,
  source: "ws"
})

export interface Scene {
  readonly now?: number
  readonly configuration?: Configuration
}

export const marketOf = (quotes: QuoteTable, { now = NOON, configuration = defaultConfiguration }: Scene = {}): Market => {
  const bySymbol = new Map(Object.entries(quotes).map(([symbol, [bid, ask]]) => [symbol, quote(symbol, bid, ask, now)]))
  return { now, configuration, quote: (symbol) => bySymbol.get(symbol) }
}

export interface Opening {
  readonly currency?: string
  readonly mode?: "hedging" | "netting"
  readonly group?: string
  readonly leverage?: number
  readonly balance?: string
}

/** An account with its first deposit. */
export const openAccount = ({
  currency = "USD",
  mode = "hedging",
  group = "professional",
  leverage = 100,
  balance = "10000"
}: Opening = {}): Desk => {
  const desk = new Desk()
  desk.do({ _tag: "OpenAccount", clientId: "C1", currency, mode, group, leverage }, marketOf({}))
  if (balance !== "0")
    desk.do({ _tag: "ApplyBalanceOperation", kind: "deposit", amount: d(balance), reference: "first deposit" }, marketOf({}))
  return desk
}

export const order = (
  request: Partial<OrderRequest> & Pick<OrderRequest, "side"> & { readonly volume?: string }
): Extract<AccountCommand, { readonly _tag: "PlaceOrder" }> => {
  const { volume = "1", ...fields } = request
  return { _tag: "PlaceOrder", symbol: "EURUSD", type: "market", timeInForce: "GTC", lots: d(volume), ...fields }
}

/** An account under test: remembers its events, so that every step is a fold of its journal. */
export class Desk {
  readonly journal: Array<AccountEvent> = []
  state: AccountState = initialAccountState
  last: Decision = { events: [], rejection: undefined, states: [] }

  /** given(events) */
  constructor(journal: ReadonlyArray<AccountEvent> = []) {
    for (const event of journal) this.apply(event)
  }

  apply(event: AccountEvent): void {
    this.journal.push(event)
    this.state = evolve(this.state, event)
  }

  /** Decides, applies, and fails the test when the command is refused. */
  do(command: AccountCommand, market: Market): ReadonlyArray<AccountEvent> {
    this.try(command, market)
    expect(this.last.rejection).toBeUndefined()
    return this.last.events
  }

  /** Decides and applies; returns the reason of the refusal, or "accepted". */
  try(command: AccountCommand, market: Market): string {
    this.last = decide(ACCOUNT_ID, this.state, command, market)
    for (const event of this.last.events) this.apply(event)
    return this.last.rejection?.reason ?? "accepted"
  }

  /** The market moves, and the account judges it. */
  tick(market: Market): ReadonlyArray<string> {
    return tags(this.do({ _tag: "ApplyQuotes", quotes: [] }, market))
  }

  get tags(): ReadonlyArray<string> {
    return tags(this.last.events)
  }

  get position() {
    return present([...this.state.positions.values()].at(-1))
  }

  get order() {
    return present([...this.state.orders.values()].at(-1))
  }

  /** Figures as text: amounts with two digits at least, the level rounded to four. */
  figures(market: Market): Record<string, string | null> {
    const figures = figuresOf(this.state, market)
    if (figures === undefined) return {}
    const { marginLevelPercent, ...amounts } = figures
    return {
      ...Object.fromEntries(Object.entries(amounts).map(([name, value]: [string, Decimal]) => [name, money(value)])),
      marginLevelPercent: marginLevelPercent === null ? null : formatDecimal(roundDecimal(marginLevelPercent, 4))
    }
  }

  /** Events of one kind in the last decision. */
  events<Tag extends AccountEvent["_tag"]>(tag: Tag): ReadonlyArray<Extract<AccountEvent, { readonly _tag: Tag }>> {
    return this.last.events.filter((event): event is Extract<AccountEvent, { readonly _tag: Tag }> => event._tag === tag)
  }
}

export const tags = (events: ReadonlyArray<AccountEvent>): ReadonlyArray<string> => events.map((event) => event._tag)
