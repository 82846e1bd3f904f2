/**
 * compare: one market, two ways to find the accounts that a tick does something to: tripwires with margin bands, and full revaluation.
 *
 * Whichever account one of them names is judged by the exact rules. Both decide alike when every account that something happened to was
 * named by both: what is decided then follows from the same state and the same quotes.
 */
import type { AccountEvent } from "#actors/account/AccountEvent.ts"
import type { AccountState } from "#actors/account/AccountState.ts"
import { decide } from "#actors/account/decide.ts"
import type { Market } from "#actors/account/Market.ts"
import { nextWakeAt, tripwires } from "#actors/account/tripwires.ts"
import { makeSymbolActors } from "#actors/symbol/SymbolActors.ts"
import type { Wiring } from "#actors/symbol/Tripwire.ts"
import { accountIdOf, makeBook } from "#bench/decisions/books.ts"
import { FullRevaluation, nameOf } from "#bench/decisions/FullRevaluation.ts"
import { makeTape, randomFrom } from "#bench/decisions/tape.ts"
import type { Quote } from "#domain/Quote.ts"

export interface Comparison {
  readonly accounts: number
  readonly ticks: number
  /** Accounts woken by a tripwire, and how many of those wake-ups decided something. */
  readonly wakeUps: number
  readonly decisions: number
  /** Times that full revaluation called for the exact rules. */
  readonly candidates: number
  readonly events: Readonly<Record<string, number>>
  /** Accounts judged at random, although nobody named them. */
  readonly sampled: number
  /** What one of the two would have missed, in words; empty when both decide alike. */
  readonly differences: ReadonlyArray<string>
  /** Of processor time; wall time for the building. */
  readonly seconds: { readonly building: number; readonly bands: number; readonly full: number }
}

export interface ComparisonOptions {
  readonly accounts: number
  readonly ticks: number
  readonly volatility: number
  readonly seed: number
  /** Accounts asked about at random with each tick. */
  readonly samplesPerTick: number
  /** Changes what is armed: to see that the comparison notices a tripwire that is not there. */
  readonly armed?: (wiring: Wiring) => Wiring
}

/** Differences that are kept to be printed. */
const DIFFERENCES_MAX = 20

/** Processor time of this thread: the machine is shared, wall clocks lie. */
const ownMicros = (): number => {
  const { system, user } = process.threadCpuUsage()
  return system + user
}

class Comparing {
  readonly #symbols
  readonly #armed: NonNullable<ComparisonOptions["armed"]>
  readonly #states: Array<AccountState>
  readonly #full: FullRevaluation
  readonly #wakeAt: Float64Array
  readonly #market: { now: number } & Omit<Market, "now">
  readonly #tripped = new Set<number>()
  readonly #candidates = new Set<number>()
  readonly #events = new Map<string, number>()
  readonly differences: Array<string> = []
  wakeUps = 0
  decisions = 0
  candidateCount = 0
  bandMicros = 0
  fullMicros = 0
  /** No account is due by time before. */
  #nextDue = Infinity

  constructor(
    states: Array<AccountState>,
    market: Market,
    symbols: ReturnType<typeof makeSymbolActors>,
    armed: NonNullable<ComparisonOptions["armed"]>
  ) {
    this.#armed = armed
    this.#states = states
    this.#symbols = symbols
    this.#market = { ...market }
    const group = market.configuration.groups["professional"]
    if (group === undefined) throw new Error("the group is not configured")
    this.#full = new FullRevaluation(states, { configuration: market.configuration, quote: symbols.quote, group })
    this.#wakeAt = new Float64Array(states.length)
    const numberOf = new Map(states.map((_, account) => [accountIdOf(account), account]))
    symbols.onTrip((accountId) => this.#tripped.add(numberOf.get(accountId) ?? -1))
    for (const account of states.keys()) this.#arm(account)
  }

  get events(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#events].toSorted(([a], [b]) => (a < b ? -1 : 1)))
  }

  tick(quote: Quote): void {
    this.#market.now = quote.receivedAt
    if (quote.receivedAt >= this.#nextDue) this.#wakeDue(quote.receivedAt)
    this.#tripped.clear()
    this.#candidates.clear()
    const began = ownMicros()
    this.#symbols.accept([quote])
    const accepted = ownMicros()
    this.#full.tick(quote, (account) => this.#candidates.add(account))
    const revalued = ownMicros()
    this.candidateCount += this.#candidates.size
    for (const account of this.#candidates) if (!this.#tripped.has(account)) this.#expectNothing(account, quote, "no tripwire tripped")
    const judging = ownMicros()
    for (const account of this.#tripped) this.#wake(account, quote)
    this.bandMicros += accepted - began + (ownMicros() - judging)
    this.fullMicros += revalued - accepted
  }

  /** Nobody named the account for this quote: nothing may happen to it. */
  sample(account: number, quote: Quote): void {
    if (!this.#tripped.has(account) && !this.#candidates.has(account)) this.#expectNothing(account, quote, "nobody named it")
  }

  #expectNothing(account: number, quote: Quote, why: string): void {
    const state = this.#states[account]
    if (state === undefined) return
    const { events } = decide(accountIdOf(account), state, { _tag: "ApplyQuotes", quotes: [quote] }, this.#market)
    if (events.length > 0) this.#differ(account, quote, events, why)
  }

  #differ(account: number, quote: Quote, events: ReadonlyArray<AccountEvent>, why: string): void {
    if (this.differences.length >= DIFFERENCES_MAX) return
    this.differences.push(
      `${nameOf(account)} at ${quote.symbol} ${quote.sequence}: ${events.map(({ _tag }) => _tag).join(", ")}, but ${why}`
    )
  }

  #wake(account: number, quote: Quote): void {
    this.wakeUps++
    const events = this.#decide(account, [quote])
    if (events.length === 0) return
    this.decisions++
    if (!this.#candidates.has(account)) this.#differ(account, quote, events, "full revaluation did not name it")
    this.#full.refresh(account)
  }

  #decide(account: number, quotes: ReadonlyArray<Quote>): ReadonlyArray<AccountEvent> {
    const state = this.#states[account]
    if (state === undefined) return []
    const { events, states } = decide(accountIdOf(account), state, { _tag: "ApplyQuotes", quotes }, this.#market)
    for (const { _tag } of events) this.#events.set(_tag, (this.#events.get(_tag) ?? 0) + 1)
    this.#states[account] = states.at(-1) ?? state
    this.#arm(account)
    return events
  }

  #arm(account: number): void {
    const state = this.#states[account]
    if (state === undefined) return
    this.#symbols.arm(accountIdOf(account), this.#armed(tripwires(state, this.#market)), this.#symbols.mark())
    const wakeAt = nextWakeAt(state, this.#market) ?? Infinity
    this.#wakeAt[account] = wakeAt
    this.#nextDue = Math.min(this.#nextDue, wakeAt)
  }

  /** Rollovers and openings: time wakes the accounts in both ways alike. Of prices nothing may be left to decide then. */
  #wakeDue(now: number): void {
    this.#nextDue = this.#wakeAt.reduce((least, wakeAt) => (wakeAt > now && wakeAt < least ? wakeAt : least), Infinity)
    for (let account = 0; account < this.#wakeAt.length; account++) {
      if ((this.#wakeAt[account] ?? Infinity) > now) continue
      const late = this.#decide(account, []).filter(({ _tag }) => _tag !== "RolloverCompleted" && _tag !== "SwapAccrued")
      if (late.length > 0) this.differences.push(`${nameOf(account)}: ${late.map(({ _tag }) => _tag).join(", ")} only when time woke it`)
      this.#full.refresh(account)
    }
  }
}

export const compareDecisions = (options: ComparisonOptions): Comparison => {
  const tape = makeTape(options)
  const symbols = makeSymbolActors(() => tape.configuration)
  symbols.accept(tape.opening)
  const market: Market = { now: tape.opening[0]?.receivedAt ?? 0, configuration: tape.configuration, quote: symbols.quote }
  const began = performance.now()
  const states = Array.from({ length: options.accounts }, (_, index) => makeBook(index, tape, market, options.seed))
  const comparing = new Comparing(states, market, symbols, options.armed ?? ((wiring) => wiring))
  const building = (performance.now() - began) / 1_000
  const random = randomFrom(options.seed + 1)
  let sampled = 0
  for (const quote of tape.quotes()) {
    comparing.tick(quote)
    for (let sample = 0; sample < options.samplesPerTick; sample++, sampled++) {
      comparing.sample(Math.floor(random() * options.accounts), quote)
    }
  }
  const { candidateCount, decisions, differences, events, wakeUps } = comparing
  return {
    accounts: options.accounts,
    ticks: options.ticks,
    wakeUps,
    decisions,
    candidates: candidateCount,
    events,
    sampled,
    differences,
    seconds: { building, bands: comparing.bandMicros / 1e6, full: comparing.fullMicros / 1e6 }
  }
}
