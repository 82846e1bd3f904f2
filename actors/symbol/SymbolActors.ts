/** SymbolActors: the symbol actors of one node together, behind the `Symbols` port. */
import { Configurations } from "#actors/Configurations.ts"
import { ArmedAccounts } from "#actors/symbol/ArmedAccounts.ts"
import type { MarkedQuote } from "#actors/symbol/QuoteTape.ts"
import { SymbolActor } from "#actors/symbol/SymbolActor.ts"
import { Symbols, type Mark } from "#actors/symbol/Symbols.ts"
import type { Tripwire } from "#actors/symbol/Tripwire.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import { Effect, Layer } from "effect"

/** `configuration` gives the instruments' quality rules; a quote of an unknown symbol is ignored. */
export const makeSymbolActors = (configuration: () => Configuration): Symbols["Service"] => {
  const actors = new Map<SymbolName, SymbolActor>()
  const armedAccounts = new ArmedAccounts()
  const listeners = new Set<(quote: Quote) => void>()
  let tripListener: (accountId: string, quote: Quote, mark: Mark) => void = () => {}
  let mark: Mark = 0

  const actorOf = (symbol: SymbolName): SymbolActor => {
    let actor = actors.get(symbol)
    if (actor === undefined) actors.set(symbol, (actor = new SymbolActor(armedAccounts.indexOf(symbol))))
    return actor
  }
  const tripped = (accountId: string, entry: MarkedQuote): void => tripListener(accountId, entry.quote, entry.mark)
  const numberTripped = (account: number, entry: MarkedQuote): void => tripped(armedAccounts.idOf(account), entry)

  const acceptOne = (quote: Quote): void => {
    const instrument = configuration().instruments[quote.symbol]
    if (instrument === undefined) return
    if (!actorOf(quote.symbol).accept(quote, instrument, mark + 1, numberTripped)) return
    mark++
    for (const listener of listeners) listener(quote)
  }

  const arm = (accountId: string, tripwires: ReadonlyArray<Tripwire>, since: Mark): void => {
    armedAccounts.arm(accountId, tripwires)
    const crossing = tripwires
      .map((wire) => actorOf(wire.symbol).crossedSince(wire, since))
      .filter((entry) => entry !== undefined)
      .toSorted((a, b) => a.mark - b.mark)[0]
    if (crossing !== undefined) tripped(accountId, crossing)
  }

  const tape = (accountId: string, from: Mark): ReadonlyArray<Quote> =>
    [...armedAccounts.symbolsOf(accountId)]
      .flatMap((symbol) => actorOf(symbol).tape(from))
      .toSorted((a, b) => a.mark - b.mark)
      .map(({ quote }) => quote)

  return {
    quote: (symbol) => actors.get(symbol)?.quote,
    tick: (symbol) => actors.get(symbol)?.tick,
    all: () => [...actors.values()].map((actor) => actor.quote).filter((quote) => quote !== undefined),
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    status: () => [...actors.values()].map((actor) => actor.status),
    accept: (quotes) => quotes.forEach(acceptOne),
    forget: () => actors.forEach((actor) => actor.forget()),
    mark: () => mark,
    arm,
    disarm: (accountId) => armedAccounts.disarm(accountId),
    armed: (accountId) => armedAccounts.tripwiresOf(accountId),
    isArmed: (accountId) => armedAccounts.isArmed(accountId),
    armedAccounts: () => armedAccounts.ids(),
    exposedSymbols: () => [...actors.values()].filter(({ hasTripwires }) => hasTripwires).map(({ symbol }) => symbol),
    tape,
    onTrip: (listener) => {
      tripListener = listener
    }
  }
}

export const SymbolActors = Layer.effect(
  Symbols,
  Effect.map(Configurations, (configurations) => makeSymbolActors(configurations.current))
)
