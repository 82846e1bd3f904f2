/**
 * Symbols: the symbol actors of this node. Each keeps the last good quote of its symbol, the last few before it, and the tripwires that
 * accounts armed on it.
 *
 * All of it is synchronous and in memory: a tick is judged by the quality gate, replaces the quote, wakes the accounts whose tripwires
 * it crossed, and goes to the listeners. Nothing here waits.
 *
 * Nothing is missed between an account's decision and its arming: every accepted quote gets a mark, an account says which mark its
 * decision saw, and the quotes after it are held against the new wires.
 */
import type { Wiring } from "#actors/symbol/Tripwire.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import type { QuoteRejectionReason, RejectedQuote } from "#domain/QuoteQuality.ts"
import { Context } from "effect"

/** Count of quotes accepted on this node, over all symbols: orders the ticks of different symbols. */
export type Mark = number

/** What staff and /metrics see of a symbol. */
export interface SymbolStatus {
  readonly symbol: SymbolName
  readonly quote: Quote | undefined
  readonly accepted: number
  readonly rejectedCounts: Readonly<Record<QuoteRejectionReason, number>>
  /** The newest rejected ticks: evidence. */
  readonly evidence: ReadonlyArray<RejectedQuote>
  readonly tripwires: number
  /** Times that ticks stopped for longer than the instrument allows while its market was open, and the longest of them. */
  readonly gaps: number
  readonly longestGapMillis: number
}

export class Symbols extends Context.Service<
  Symbols,
  {
    /** The last accepted quote, polled or not: what is shown. */
    readonly quote: (symbol: SymbolName) => Quote | undefined
    /** The last one that was not polled: what decisions are taken on. */
    readonly tick: (symbol: SymbolName) => Quote | undefined
    readonly all: () => ReadonlyArray<Quote>
    /** Called for each accepted quote, in order. */
    readonly subscribe: (listener: (quote: Quote) => void) => () => void
    readonly status: () => ReadonlyArray<SymbolStatus>
    /** From the feed. */
    readonly accept: (quotes: ReadonlyArray<Quote>) => void
    /** Forgets all quotes: the trading clock went back, and those to come will be older. */
    readonly forget: () => void
    /** The mark of the last accepted quote. */
    readonly mark: () => Mark
    /** Replaces all that the account has armed; what a quote after `since` crossed trips at once. */
    readonly arm: (accountId: string, wiring: Wiring, since: Mark) => void
    readonly disarm: (accountId: string) => void
    readonly isArmed: (accountId: string) => boolean
    /** What the account has armed; undefined when it is not armed, or something of it tripped and it has not armed anew yet. */
    readonly armed: (accountId: string) => Wiring | undefined
    readonly armedAccounts: () => Iterable<string>
    /** Symbols that armed accounts depend on, those that convert to their currencies included. */
    readonly exposedSymbols: () => ReadonlyArray<SymbolName>
    /** The quotes of the account's symbols from `from` (inclusive) on, oldest first: what a tripped account has to judge. */
    readonly tape: (accountId: string, from: Mark) => ReadonlyArray<Quote>
    /** Who is told when an account's tripwire is crossed, and by which quote. */
    readonly onTrip: (listener: (accountId: string, quote: Quote, mark: Mark) => void) => void
  }
>()("actors/symbol/Symbols") {}
