/** WatchedSymbols: whose quotes somebody on this node looks at: the streams, and the candles. Their demand is told to the feed. */
import { Context, Effect, Layer } from "effect"
import type { SymbolName } from "#domain/Quote.ts"

export class WatchedSymbols extends Context.Service<
  WatchedSymbols,
  {
    /** Adds one who knows symbols that are watched; asked about once a second. Answers how to leave. */
    readonly addSource: (source: () => Iterable<SymbolName>) => () => void
    /** Each symbol once, sorted. */
    readonly all: () => ReadonlyArray<SymbolName>
  }
>()("actors/WatchedSymbols") {
  static readonly layer = Layer.effect(
    WatchedSymbols,
    Effect.sync(() => {
      const sources = new Set<() => Iterable<SymbolName>>()
      return WatchedSymbols.of({
        addSource: (source) => {
          sources.add(source)
          return () => sources.delete(source)
        },
        all: () => {
          const symbols = new Set<SymbolName>()
          for (const source of sources) for (const symbol of source()) symbols.add(symbol)
          return [...symbols].toSorted()
        }
      })
    })
  )
}
