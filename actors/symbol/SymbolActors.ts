/** SymbolActors: the symbol actors of one node together, behind the `Symbols` port. */
import { Configurations } from "#actors/Configurations.ts"
import { ArmedAccounts } from "#actors/symbol/ArmedAccounts.ts"
import type { MarkedQuote } from "#actors/symbol/QuoteTape.ts"
import { SymbolActor, type MovedSince } from "#actors/symbol/SymbolActor.ts"
import { Symbols, type Mark } from "#actors/symbol/Symbols.ts"
import type { MarginSlopes, Wiring } from "#actors/symbol/Tripwire.ts"
import type { Configuration } from "#domain/Configuration.ts"
import type { Quote, SymbolName } from "#domain/Quote.ts"
import { Effect, Layer } from "effect"

const earlier = (one: MarkedQuote | undefined, other: MarkedQuote | undefined): MarkedQuote | undefined =>
  one === undefined || (other !== undefined && other.mark < one.mark) ? other : one

const sumOf = (moves: ReadonlyArray<MovedSince>, way: "fell" | "rose"): number => moves.reduce((sum, moved) => sum + moved[way], 0)

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

  const arm = (accountId: string, wiring: Wiring, since: Mark): void => {
    armedAccounts.arm(accountId, wiring)
    let crossing = wiring.marginSlopes && roomUsedSince(wiring.marginSlopes, since)
    for (const wire of wiring.tripwires) crossing = earlier(crossing, actorOf(wire.symbol).crossedSince(wire, since))
    if (crossing !== undefined) tripped(accountId, crossing)
  }

  /** Adds up the worst that each price did, whether or not they did it at once: too early rather than never. */
  const roomUsedSince = ({ roomAbove, roomBelow, slopes }: MarginSlopes, since: Mark): MarkedQuote | undefined => {
    const moves = slopes.map((slope) => actorOf(slope.symbol).movedSince(slope, since)).filter((moved) => moved !== undefined)
    const isUsed = sumOf(moves, "fell") >= roomBelow || sumOf(moves, "rose") >= roomAbove
    return isUsed ? moves.map(({ first }) => first).reduce<MarkedQuote | undefined>(earlier, undefined) : undefined
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
    armed: (accountId) => armedAccounts.wiringOf(accountId),
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
