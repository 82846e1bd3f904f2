/**
 * Symbols: the symbol actors of this node. Each keeps the last good quote of its symbol and the tripwires that accounts armed on it.
 *
 * All of it is synchronous and in memory: a tick is judged by the quality gate, replaces the quote, wakes the accounts whose tripwires
 * it crossed, and goes to the listeners. Nothing here waits.
 */
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import { Context } from "effect"

/** What staff and /metrics see of a symbol. */
export interface SymbolStatus {
  readonly symbol: SymbolName
  readonly quote: Quote | undefined
  readonly accepted: number
  readonly rejected: number
  readonly tripwires: number
}

export class Symbols extends Context.Service<
  Symbols,
  {
    readonly quote: (symbol: SymbolName) => Quote | undefined
    readonly all: () => ReadonlyArray<Quote>
    /** Called for each accepted quote, in order. */
    readonly subscribe: (listener: (quote: Quote) => void) => () => void
    readonly status: () => ReadonlyArray<SymbolStatus>
    /** From the feed. */
    readonly accept: (quotes: ReadonlyArray<Quote>) => void
    /** Replaces all tripwires of the account; one that the current quote already crosses trips at once. */
    readonly arm: (accountId: string, tripwires: ReadonlyArray<Tripwire>) => void
    readonly disarm: (accountId: string) => void
    /** Who is told when an account's tripwire is crossed; the quote that crossed it comes along. */
    readonly onTrip: (listener: (accountId: string, quote: Quote) => void) => void
  }
>()("actors/symbol/Symbols") {}
