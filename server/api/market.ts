/** market: the current prices and the configuration they are read under. */
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import type { Market } from "#actors/account/Market.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import { Effect } from "effect"

export const currentMarket: Effect.Effect<Market, never, Configurations | Symbols> = Effect.gen(function* () {
  const configurations = yield* Configurations
  const symbols = yield* Symbols
  return { now: yield* tradingNow, configuration: configurations.current(), quote: symbols.quote }
})
