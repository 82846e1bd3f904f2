/** market: the current prices and the configuration they are read under: as they are shown, and as decisions see them. */
import { Configurations } from "#actors/Configurations.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import type { Market } from "#actors/account/Market.ts"
import { tradingNow } from "#actors/TradingClock.ts"
import { Effect } from "effect"

const marketOf = (prices: "quote" | "tick"): Effect.Effect<Market, never, Configurations | Symbols> =>
  Effect.gen(function* () {
    const configurations = yield* Configurations
    const symbols = yield* Symbols
    return { now: yield* tradingNow, configuration: configurations.current(), quote: symbols[prices] }
  })

/** Polled prices included. */
export const currentMarket = marketOf("quote")

/** What a decision would be taken on now: polled prices never are. */
export const decisionMarket = marketOf("tick")
