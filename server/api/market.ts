/** market: the current prices and the configuration they are read under. */
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import type { Market } from "#actors/account/Market.ts"
import { Clock, Effect } from "effect"

export const currentMarket: Effect.Effect<Market, never, Configurations | Symbols> = Effect.gen(function* () {
  const configurations = yield* Configurations
  const symbols = yield* Symbols
  return { now: yield* Clock.currentTimeMillis, configuration: configurations.current(), quote: symbols.quote }
})
