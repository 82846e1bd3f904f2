/** Actors: accounts, symbols and the feed of this node, standing on the journal and the cluster. */
import { makeAccountActors } from "#actors/account/AccountActor.ts"
import { AccountClient } from "#actors/account/AccountClient.ts"
import { AccountGuard } from "#actors/account/AccountGuard.ts"
import { ResidentAccounts } from "#actors/account/ResidentAccounts.ts"
import { WakeUps } from "#actors/account/WakeUps.ts"
import { layerCandles } from "#actors/candles/CandlesActor.ts"
import { Candles } from "#actors/Candles.ts"
import { Configurations } from "#actors/Configurations.ts"
import { makeFeedActor, QuoteRelay } from "#actors/feed/FeedActor.ts"
import { layerTwelveDataFeed, patientFor } from "#actors/feed/TwelveDataFeed.ts"
import { layerTwelveDataRest } from "#actors/feed/TwelveDataRestClient.ts"
import { Symbols } from "#actors/symbol/Symbols.ts"
import { TradingClock } from "#actors/TradingClock.ts"
import { WatchedSymbols } from "#actors/WatchedSymbols.ts"
import { SymbolActors } from "#actors/symbol/SymbolActors.ts"
import { defaultConfiguration } from "#domain/defaultConfiguration.ts"
import { PgCandleStore } from "#db/PgCandleStore.ts"
import { makePgConfigurations } from "#db/PgConfigurations.ts"
import { PgExposedAccounts } from "#db/PgExposedAccounts.ts"
import { PgJournal } from "#db/PgJournal.ts"
import { PgSnapshots } from "#db/PgSnapshots.ts"
import { DECIMAL_DIGITS } from "#domain/Decimal.ts"
import type { Quote } from "#domain/Quote.ts"
import { isMarketOpen } from "#domain/Session.ts"
import { makeCluster } from "#server/Cluster.ts"
import type { Configuration } from "#server/settings.ts"
import { MarketMetrics } from "#server/MarketMetrics.ts"
import { ProcessMetrics } from "#server/ProcessMetrics.ts"
import { Effect, Layer } from "effect"

const feed = (config: Configuration) =>
  Layer.unwrap(
    Effect.map(Configurations, (configurations) =>
      layerTwelveDataFeed({
        config: {
          apiKey: config.twelveDataApiKey,
          wsUrl: config.twelveDataWsUrl,
          symbolsMax: config.wsSymbolsMax
        },
        timing: patientFor(config.feedSilenceMillisMax),
        syntheticSpread: (symbol) => {
          const instrument = configurations.current().instruments[symbol]
          return instrument === undefined ? 0n : BigInt(instrument.spreadPoints) * 10n ** BigInt(DECIMAL_DIGITS - instrument.digits)
        }
      })
    )
  )

/** Past prices; the candles that someone looks at follow this node's quotes. */
const candles = Layer.effectDiscard(
  Effect.gen(function* () {
    const candles = yield* Candles
    const symbols = yield* Symbols
    const configurations = yield* Configurations
    const watched = yield* WatchedSymbols
    const tradingClock = yield* TradingClock
    /**
     * A polled price may be the last one of a market that closed since: it would draw candles over the weekend. While the trading clock is
     * moved, charts stand still: history goes by the system's time.
     */
    const take = (quote: Quote): void => {
      const instrument = configurations.current().instruments[quote.symbol]
      if (tradingClock.state().mode !== "system") return
      if (quote.source !== "rest" || (instrument !== undefined && isMarketOpen(instrument, quote.receivedAt))) candles.accept(quote)
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => [symbols.subscribe(take), watched.addSource(candles.symbols)]),
      (leave) => Effect.sync(() => leave.forEach((one) => one()))
    )
  })
).pipe(
  Layer.provideMerge(
    Layer.unwrap(
      Effect.map(Configurations, (configurations) =>
        layerCandles({ digits: (symbol) => configurations.current().instruments[symbol]?.digits ?? DECIMAL_DIGITS })
      )
    )
  ),
  Layer.provide(PgCandleStore)
)

/** What the first start on an empty database writes. */
const firstConfiguration = ({ quoteAgeMillisMax }: Configuration): typeof defaultConfiguration => ({
  ...defaultConfiguration,
  instruments: Object.fromEntries(
    Object.entries(defaultConfiguration.instruments).map(([symbol, instrument]) => [symbol, { ...instrument, quoteAgeMillisMax }])
  )
})

/** Needs the database. */
export const makeActors = (config: Configuration) => {
  const stores = Layer.mergeAll(PgJournal, PgSnapshots, PgExposedAccounts, makePgConfigurations(firstConfiguration(config)))
  const entities = Layer.mergeAll(makeAccountActors({ snapshotEveryEvents: config.snapshotEveryEvents }), makeFeedActor(feed(config)))
  return Layer.mergeAll(AccountGuard.layer, QuoteRelay.layer, MarketMetrics, ProcessMetrics, candles).pipe(
    Layer.provideMerge(AccountClient),
    Layer.provideMerge(entities),
    Layer.provideMerge(Layer.mergeAll(WakeUps.layer, ResidentAccounts.layer)),
    Layer.provideMerge(Layer.mergeAll(SymbolActors, WatchedSymbols.layer)),
    // one for the feed and the candles: they spend from the same credits
    Layer.provide(layerTwelveDataRest({ restUrl: config.twelveDataRestUrl, apiKey: config.twelveDataApiKey })),
    Layer.provideMerge(stores),
    Layer.provideMerge(makeCluster(config))
  )
}
